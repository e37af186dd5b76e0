import type { SequenceLine } from '../../analysis/sequence/model';
import { bandText } from './columns';
import type { DrawnJob } from './diagram';
import { utcText } from './diagram';
import { durationText, stateText } from './words';

/** A job as a Mermaid sequence diagram, its lines. */
export function mermaidText({ outline, lines, omitted }: DrawnJob): string[] {
  const { lifelines, phases, bands, states } = outline;
  const ends = [0, lifelines.length - 1].map((each) => `p${each}`).join(',');
  const out = [
    'sequenceDiagram',
    ...lifelines.map(({ title, detail }, i) => `  participant p${i} as ${safe(title)}<br/>${safe(detail)}`),
    `  Note over ${ends}: ${safe(outline.title)}<br/>${safe(`${outline.subtitle} Begins ${utcText(outline.startSeconds, outline.startNanos)} UTC.`)}`,
  ];
  let bandEnd = -1;
  for (const line of lines) {
    const { index } = line;
    for (const phase of phases) if (phase.fromLine === index) out.push(`  Note over ${ends}: ${phase.name}`);
    const band = bandEnd < 0 ? bands.find(({ fromLine }) => fromLine === index) : undefined;
    if (band) {
      out.push('  rect rgba(224, 176, 60, 0.15)', `  Note over p0: ${safe(bandText(band))}`);
      bandEnd = band.toLine;
    }
    out.push(`  ${arrow(line)}`);
    for (const bar of states) {
      if (bar.fromLine !== index) continue;
      const shared = lifelines[bar.lifeline].machines.length > 1;
      out.push(`  Note right of p${bar.lifeline}: ${safe(stateText(bar, shared))}`);
    }
    if (bandEnd >= 0 && index >= bandEnd) {
      out.push('  end');
      bandEnd = -1;
    }
  }
  if (bandEnd >= 0) out.push('  end');
  if (omitted > 0) out.push(`  Note over ${ends}: ${omitted} more lines are left out`);
  return out;
}

function arrow(line: SequenceLine): string {
  const sign =
    line.kind === 'link' ? '-->>' : line.outcome === 'missing' ? '--x' : line.outcome === 'failed' ? '-x' : '->>';
  return `p${line.from}${sign}p${line.to}: ${safe(plainLine(line))}`;
}

/** A line in one text: `MOVER_LISTEN READ, TCP → at 127.0.0.3:39011, 98 µs`. */
export function plainLine({ name, facts, result, latency, marks }: SequenceLine): string {
  const what = facts === '' ? name : `${name}: ${facts}`;
  const time = latency === undefined ? '' : `, ${durationText(latency)}`;
  const rules = marks.length === 0 ? '' : ` [${marks.map(({ rule }) => rule).join(', ')}]`;
  return `${result === '' ? what : `${what} → ${result}${time}`}${rules}`;
}

/** Everything that means something to Mermaid or to HTML becomes a character entity in Mermaid's own form. */
function safe(text: string): string {
  return text.replace(/[#;<>&%"`{}\\[\]~^$]/g, (character) => `#${character.charCodeAt(0)};`);
}
