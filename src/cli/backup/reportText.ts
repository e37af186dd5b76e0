import type { RunReport, SourceResult } from '../../dma/run/model';
import { clip, escapeText } from '../../protocol';
import type { Style } from '../terminal/style';
import { byteSize, counted, span } from '../terminal/text';

/** How the run of a job went, for people. */
export function backupReportLines(job: string, report: RunReport, style: Style): string[] {
  const { state, message, run } = report;
  const name = shown(job);
  const number = run > 0 ? `, run ${run}` : '';
  const end =
    state === 'done'
      ? style.heading(`${name}${number}: backed up.`)
      : style.error(`${name}${number} ${stateText(state)}. ${shown(message)}`);
  return [end, ...report.sources.flatMap((source) => sourceLines(source, style))];
}

function sourceLines(source: SourceResult, style: Style): string[] {
  const { path, set, state, bytes, files, milliseconds, transferMilliseconds, barcodes, message } = source;
  const seconds = transferMilliseconds / 1000;
  const rate = seconds > 0 && bytes > 0n ? [`data at ${byteSize(Number(bytes) / seconds)}/s`] : [];
  const tapes = barcodes.length > 0 ? [`on ${barcodes.map(shown).join(', ')}`] : [];
  const names = files > 0 ? [counted(files, 'file')] : [];
  const facts = [byteSize(Number(bytes)), ...names, `in ${span(milliseconds / 1000)}`, ...rate, ...tapes];
  const id = set === undefined ? '' : style.quiet(`  set ${set}`);
  const head = `  ${shown(path)}${id}  ${state === 'done' ? '' : `${stateText(state)}, `}${facts.join(', ')}`;
  if (message === '') return [head];
  return [head, state === 'done' ? `    ${shown(message)}` : style.error(`    ${shown(message)}`)];
}

/** Of several jobs: how many went well, and which did not. */
export function queueLines(results: readonly { job: string; report: RunReport }[], style: Style): string[] {
  const bad = results.filter(({ report }) => report.state !== 'done');
  const sum = `${results.length - bad.length} of ${counted(results.length, 'job')} backed up.`;
  if (bad.length === 0) return [style.heading(sum)];
  return [style.error(`${sum} Not so: ${bad.map(({ job }) => shown(job)).join(', ')}`)];
}

/** `done-with-errors` for people. */
function stateText(state: RunReport['state']): string {
  return state.replaceAll('-', ' ');
}

function shown(text: string): string {
  return escapeText(clip(text, 1000));
}
