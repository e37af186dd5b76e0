import { ruleGroups, type Finding, type Rule, type Severity } from '../../analysis/findings';
import { escapeText } from '../../protocol';
import type { Style } from '../terminal/style';
import { counted } from '../terminal/text';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

/** `2 errors, 1 note` */
export function severityCounts(findings: readonly Finding[]): string {
  const parts = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  return parts.length === 0 ? 'no findings' : parts.join(', ');
}

/** The findings of one file for people, the message number first. */
export function findingLines(name: string, messages: number, findings: readonly Finding[], style: Style): string[] {
  const head = `${style.heading(escapeText(name))}: ${severityCounts(findings)} in ${counted(messages, 'message')}`;
  const numbers = findings.map(({ row }) => (row < 0 ? '-' : String(row + 1)));
  const width = Math.max(0, ...numbers.map((each) => each.length));
  const rules = Math.max(0, ...findings.map(({ rule }) => rule.length));
  return [
    head,
    ...findings.map(
      ({ severity, rule, text }, at) =>
        `  ${numbers[at].padStart(width)}  ${coloured(severity, style)}  ${rule.padEnd(rules)}  ${text}`,
    ),
  ];
}

function coloured(severity: Severity, style: Style): string {
  const padded = severity.padEnd(7);
  if (severity === 'error') return style.error(padded);
  return severity === 'warning' ? style.warning(padded) : style.quiet(padded);
}

/** Every rule with its explanation, for people. */
export function ruleLines(style: Style): string[] {
  return ruleGroups.flatMap(({ title, rules }) => [
    style.heading(title),
    ...rules.flatMap((rule) => describe(rule, style)),
  ]);
}

function describe({ id, name, severity, doc, specification }: Rule, style: Style): string[] {
  return [`  ${id} (${severity}): ${name}`, `    ${doc}`, `    ${style.quiet(specification)}`, ''];
}
