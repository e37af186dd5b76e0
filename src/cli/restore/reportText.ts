import type { FileResult, RestoreReport, SetResult } from '../../dma/restore/model';
import { clip, escapeText } from '../../protocol';
import { runFileLines } from '../dma/runFilesText';
import type { Style } from '../terminal/style';
import { byteSize, counted, span } from '../terminal/text';

/** Failed files that are listed. */
const MAX_FILES = 100;

/** How a restore went, for people. */
export function restoreReportLines(report: RestoreReport, style: Style): string[] {
  const lines = report.sets.flatMap((set) => setLines(set, style));
  const { state, message, run } = report;
  const end = state === 'done' ? doneLine(report, style) : style.error(`Run ${run} ${state}. ${shown(message)}`);
  return [...lines, ...failedLines(report.leftOut, report.leftOut.length, style), end, ...runFileLines(report, style)];
}

/** Servers that tell of no file may succeed without one (ndmjob's halts SUCCESSFUL also when its formatter failed): nothing is called restored on that alone. */
function doneLine({ run, sets }: RestoreReport, style: Style): string {
  const isUntold = sets.some(({ counts }) => counts.untold > 0) && sets.every(({ counts }) => counts.restored === 0);
  if (!isUntold) return style.heading(`Run ${run}: restored.`);
  return style.warning(`Run ${run}: done by the server's word alone. It told of no file: look whether they are there.`);
}

function setLines(set: SetResult, style: Style): string[] {
  const { restored, failed, untold } = set.counts;
  // the root of the backup is the one name that was asked for
  const isWhole = set.files.length === 1 && set.files[0].path === '';
  const told = [
    ...(restored > 0 ? [isWhole ? 'everything restored' : `${counted(restored, 'name')} restored`] : []),
    ...(failed > 0 ? [isWhole ? 'not all of it restored' : `${failed} failed`] : []),
    ...(untold > 0 ? [`${counted(untold, 'name')} of which the server told nothing`] : []),
  ];
  const how = set.direct ? 'by direct access' : 'read from the beginning';
  const size = `${byteSize(Number(set.bytes))} in ${span(set.milliseconds / 1000)}, ${how}`;
  const tapes = set.barcodes.length > 0 ? `, from ${set.barcodes.map(shown).join(', ')}` : '';
  const heading = `${style.heading(shown(set.path))}${style.quiet(`  set ${set.set}`)}`;
  const bad = set.files.filter(({ state }) => state === 'failed');
  return [heading, `  ${told.join(', ') || set.state}; ${size}${tapes}`, ...failedLines(bad, failed, style)];
}

function failedLines(files: readonly FileResult[], count: number, style: Style): string[] {
  const more = count > MAX_FILES ? [style.error(`  and ${counted(count - MAX_FILES, 'further one')}`)] : [];
  return [...files.slice(0, MAX_FILES).map((file) => style.error(`  not restored: ${fileText(file)}`)), ...more];
}

function fileText({ path, why }: FileResult): string {
  return `${shown(path) || '/'}: ${shown(why)}`;
}

function shown(text: string): string {
  return escapeText(clip(text, 500));
}
