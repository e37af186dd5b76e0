import type { Command } from 'commander';
import { runScan, type ScannedTape, type ScanReport } from '../../dma/media/scan/run';
import { escapeText, type JsonValue } from '../../protocol';
import { withSurroundings } from '../dma/surroundings';
import { Failure } from '../failure';
import type { Io } from '../terminal/io';
import { counted } from '../terminal/text';
import { addLibraryOptions, print, type LibraryOptions } from './withLibrary';

interface ScanOptions extends LibraryOptions {
  drive?: string;
}

/** `ndmp media scan`: the catalog from tapes alone. */
export function registerScan(media: Command, io: Io): void {
  const command = media
    .command('scan')
    .summary('rebuild the catalog from tapes')
    .description(
      'Reads tapes and enters what the catalog does not know: backups, where they lie, their file trees. Nothing is written on the tapes, and what the catalog knows is not changed.',
    )
    .argument('<server>', 'tape server by name')
    .argument('[barcode...]', 'of the tapes (default: all in the library, or the one in the drive)')
    .option('--drive <device>', 'drive to use (default: the first that is free)');
  addLibraryOptions(command).action(async (server: string, barcodes: string[], options: ScanOptions) => {
    const changer = options.changer === '-' ? '' : options.changer;
    const request = { server, changer, drive: options.drive, barcodes };
    const report = await withSurroundings(options, io, (surroundings) => runScan(request, surroundings), {
      run: 'media-scan',
    });
    print(io, options, { lines: report.tapes.map(lineOf), json: jsonOf(report) });
    if (report.state !== 'done') throw new Failure(escapeText(whyNot(report)));
  });
}

/** Each tape has told its own story: the end says how many there are. */
function whyNot({ tapes, message, state }: ScanReport): string {
  const failed = tapes.filter(({ failure }) => failure !== undefined).length;
  return state === 'failed' && failed > 0
    ? `${failed} of ${counted(tapes.length, 'tape')} could not be read.`
    : message;
}

function lineOf({ barcode, kind, found, parts, newSets, mendedSets, files, failure }: ScannedTape): string {
  const name = escapeText(barcode ?? 'The tape');
  if (failure !== undefined) return `${name}: ${escapeText(failure)}`;
  if (kind !== 'ours') return `${name} ${found}.`;
  const news = [
    ...(newSets > 0 ? [counted(newSets, 'new backup')] : []),
    ...(mendedSets > 0 ? [`more of ${counted(mendedSets, 'backup')} found before`] : []),
    ...(files > 0 ? [`${counted(files, 'name')} of file trees`] : []),
  ];
  return `${name} ${found}: ${[counted(parts, 'part'), ...(news.length > 0 ? news : ['nothing new'])].join(', ')}.`;
}

function jsonOf({ run, state, message, tapes }: ScanReport): JsonValue {
  const shown = tapes.map(({ barcode, problems, failure, ...rest }) => ({
    barcode: barcode ?? null,
    ...rest,
    problems: [...problems],
    failure: failure ?? null,
  }));
  return { run, state, message, tapes: shown };
}
