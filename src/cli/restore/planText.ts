import type { RestorePlan, SetRestore } from '../../dma/restore/model';
import { failureLine } from '../../dma/restore/results';
import { clip, escapeText } from '../../protocol';
import { Blocks, connectionText } from '../plan/planText';
import { wrapped } from '../plan/wrap';
import type { Style } from '../terminal/style';
import { counted } from '../terminal/text';

const MAX_NAME = 300;
/** Names of a list that are shown. */
const MAX_NAMES = 10;

/** What a restore would do, for people. `width` undefined: no folding. */
export function restorePlanLines(plan: RestorePlan, style: Style, width: number | undefined): string[] {
  const block = new Blocks(style, width);
  const { steps, targets, barcodes } = plan;
  const into = targets.map(shown).join(', ');
  return [
    style.heading(`Restore to ${shown(plan.server)}: ${into}${plan.inPlace ? ', where it was backed up' : ''}`),
    ...block.decisions(plan.decisions),
    ...block.row('tapes', barcodes.length === 0 ? 'none' : barcodes.map(shown).join(', ')),
    ...steps.flatMap((step, index) => stepLines(step, index, block, style)),
    ...(plan.connections.length > 0 ? ['', style.heading('Connections, and what a firewall has to let through')] : []),
    ...plan.connections.flatMap((each) => block.row(each.purpose, connectionText(each), each.why)),
    ...sentences('Worth knowing', plan.warnings, style.warning, width),
    ...sentences('Cannot be restored', leftOutTexts(plan), style.error, width),
    ...sentences('This restore cannot be done as it is', plan.refusals, style.error, width),
  ];
}

function stepLines({ set, names, stretches, why }: SetRestore, index: number, block: Blocks, style: Style): string[] {
  const taken = new Date(set.started).toISOString();
  const heading = style.heading(`${index + 1}. ${shown(set.path)} of ${taken}`) + style.quiet(`  set ${set.id}`);
  const listed = names
    .slice(0, MAX_NAMES)
    .map(({ original, target }) => `${shown(original) || 'everything'} → ${shown(target)}`);
  const more = names.length > MAX_NAMES ? [`and ${counted(names.length - MAX_NAMES, 'further name')}`] : [];
  const parts = stretches.map(({ part }) => `${shown(part.barcode)} file ${part.tapeFile}`).join(', then ');
  return [
    '',
    heading,
    ...block.row('what', why),
    ...[...listed, ...more].flatMap((text, n) => block.row(n === 0 ? 'names' : '', text)),
    ...block.row('tape', parts),
  ];
}

function leftOutTexts({ leftOut }: RestorePlan): string[] {
  const more = leftOut.length > MAX_NAMES ? [`and ${counted(leftOut.length - MAX_NAMES, 'further one')}`] : [];
  return [...leftOut.slice(0, MAX_NAMES).map(failureLine), ...more];
}

function sentences(
  title: string,
  texts: readonly string[],
  paint: (text: string) => string,
  width: number | undefined,
): string[] {
  if (texts.length === 0) return [];
  const lines = texts.flatMap((text) =>
    wrapped(escapeText(clip(text, 1000)), width, 2).map((line, n) => paint(`${n === 0 ? '- ' : '  '}${line}`)),
  );
  return ['', paint(title), ...lines];
}

function shown(text: string): string {
  return escapeText(clip(text, MAX_NAME));
}
