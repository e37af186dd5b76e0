import type { SequenceLine } from '../../analysis/sequence/model';
import { bandText } from './columns';
import { utcText, type DrawnJob } from './diagram';
import { plainLine } from './mermaid';
import { stateText } from './words';

/** A job as a PlantUML sequence diagram, its lines; a file may hold several. */
export function plantUmlText({ outline, lines, omitted }: DrawnJob): string[] {
  const { lifelines, phases, bands, states } = outline;
  const out = [
    '@startuml',
    `title ${safe(outline.title)}\\n${safe(`${outline.subtitle} Begins ${utcText(outline.startSeconds, outline.startNanos)} UTC.`)}`,
    ...lifelines.map(({ title, detail }, i) => `participant "${safe(title)}\\n${safe(detail)}" as p${i}`),
  ];
  let bandEnd = -1;
  for (const line of lines) {
    const { index } = line;
    for (const phase of phases) if (phase.fromLine === index) out.push(`== ${phase.name} ==`);
    const band = bandEnd < 0 ? bands.find(({ fromLine }) => fromLine === index) : undefined;
    if (band) {
      out.push(`group ${safe(bandText(band))}`);
      bandEnd = band.toLine;
    }
    out.push(arrow(line));
    for (const bar of states) {
      if (bar.fromLine !== index) continue;
      const shared = lifelines[bar.lifeline].machines.length > 1;
      out.push(`rnote over p${bar.lifeline} : ${safe(stateText(bar, shared))}`);
    }
    if (bandEnd >= 0 && index >= bandEnd) {
      out.push('end');
      bandEnd = -1;
    }
  }
  if (bandEnd >= 0) out.push('end');
  if (omitted > 0) out.push(`... ${omitted} more lines are left out ...`);
  return [...out, '@enduml'];
}

function arrow(line: SequenceLine): string {
  const sign =
    line.kind === 'link' ? '-->' : line.outcome === 'missing' ? '-->x' : line.outcome === 'failed' ? '->x' : '->';
  return `p${line.from} ${sign} p${line.to} : ${safe(plainLine(line))}`;
}

/**
 * What PlantUML would take for markup, a function of its preprocessor or an escape becomes `<U+0025>`; pairs of signs that
 * are markup only as pairs lose their second one in the same way.
 */
function safe(text: string): string {
  return text.replace(/[<>%$!~#&"'\\[\]{}@|;^`]/g, unicode).replace(/([/_*.=-])(?=\1)/g, unicode);
}

function unicode(character: string): string {
  return `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`;
}
