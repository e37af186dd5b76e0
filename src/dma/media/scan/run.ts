import { escapeText } from '../../../protocol';
import { messageOf } from '../../../transport/messageOf';
import { CLUSTER_EXTENSIONS } from '../../connection/extensions';
import { Aborted, DmaFailure } from '../../connection/failures';
import type { Surroundings } from '../../run/model';
import { TapeMode, TapeService } from '../../services/tape';
import { describeFinding } from '../label';
import { openLibrary, type Library } from '../library';
import type { LabelFinding } from '../model';
import { CatalogRebuild, type Rebuilt } from './rebuild';
import { scanTape } from './tapeScan';

export interface ScanRequest {
  /** Tape server by name. */
  server: string;
  /** SCSI device of the changer; undefined: the one there is, if any. */
  changer?: string;
  /** Drive to use; undefined: the first that can be used. */
  drive?: string;
  /** Tapes to scan; empty: all in the library, or the one in the drive where there is no changer. */
  barcodes: readonly string[];
}

export interface ScannedTape extends Omit<Rebuilt, 'label'> {
  /** What stands at its beginning, as the end of a sentence. */
  found: string;
  kind: LabelFinding['kind'];
  problems: readonly string[];
  /** Why it could not be read to its end. */
  failure: string | undefined;
}

export interface ScanReport {
  run: number;
  state: 'done' | 'failed' | 'aborted';
  message: string;
  tapes: readonly ScannedTape[];
}

/**
 * Reads tapes and enters into the catalog what it does not know: tapes, sets, parts, file trees. Nothing is written on
 * any tape. One that fails does not keep the others from being read.
 * @throws DmaFailure when there is no library or no drive
 */
export async function runScan(request: ScanRequest, surroundings: Surroundings): Promise<ScanReport> {
  const { catalog, recording, log } = surroundings;
  const { id: run } = await catalog.beginRun({ kind: 'scan', recording, log });
  const tapes: ScannedTape[] = [];
  let state: ScanReport['state'] = 'failed';
  let message = '';
  try {
    await scanAll(request, surroundings, run, tapes);
    const failed = tapes.filter(({ failure }) => failure !== undefined);
    state = failed.length > 0 ? 'failed' : 'done';
    message = failed.map(({ barcode, failure }) => `${escapeText(barcode ?? 'tape')}: ${failure}`).join(' ');
  } catch (error) {
    state = surroundings.signal.aborted ? 'aborted' : 'failed';
    message = messageOf(error);
    if (!(error instanceof DmaFailure) && !surroundings.signal.aborted) throw error;
    if (error instanceof DmaFailure && tapes.length === 0 && state === 'failed') throw error;
  } finally {
    await catalog.endRun(run, { state, message });
  }
  return { run, state, message, tapes };
}

async function scanAll(
  { server, changer, drive, barcodes }: ScanRequest,
  surroundings: Surroundings,
  run: number,
  tapes: ScannedTape[],
): Promise<void> {
  const drives = drive === undefined ? [] : [drive];
  const library = await openLibrary(surroundings, { server, changer, drives });
  try {
    const device = freeDrive(library);
    const tape = new TapeService(await surroundings.connect(server, { role: 'tape', extensions: CLUSTER_EXTENSIONS }));
    const named = barcodes.map((barcode) => library.named(barcode));
    for (const barcode of named.length > 0 ? named : await allIn(library))
      tapes.push(await scanOne({ library, tape, device, barcode }, surroundings, run));
    if (library.changer !== undefined) await library.dismount(device, tape.connection);
    await tape.connection.close();
  } finally {
    await library.close();
  }
}

/** A drive that is empty; else the first that can be used. */
function freeDrive(library: Library): string {
  const usable = library.drives().filter(({ unusable }) => unusable === undefined);
  const best = usable.find(({ loaded }) => loaded === undefined) ?? usable[0];
  if (best) return best.device;
  const reasons = library.drives().map(({ device, unusable }) => `${device}: ${unusable ?? ''}`);
  throw new DmaFailure(`No drive of ${library.server} can be used now. ${reasons.join('; ')}`.trim());
}

/** Every cartridge but those that clean; undefined stands for what is in the drive. */
async function allIn(library: Library): Promise<(string | undefined)[]> {
  if (library.changer === undefined) return [undefined];
  const { elements } = await library.inventory();
  return elements.filter(({ isFull, isCleaning }) => isFull && !isCleaning).flatMap(({ barcode }) => barcode ?? []);
}

interface Place {
  library: Library;
  tape: TapeService;
  device: string;
  barcode: string | undefined;
}

async function scanOne(place: Place, surroundings: Surroundings, run: number): Promise<ScannedTape> {
  const { library, tape, device, barcode } = place;
  const { catalog, events, signal } = surroundings;
  if (signal.aborted) throw new Aborted('The scan was ended.');
  const problems: string[] = [];
  const problem = (text: string): void => {
    problems.push(text);
    events.message?.('warning', text);
  };
  const rebuild = new CatalogRebuild({ catalog, run, server: library.server, barcode, problem, signal });
  let kind: LabelFinding['kind'] = 'unreadable';
  let found = 'could not be read';
  let failure: string | undefined;
  try {
    if (barcode !== undefined) await library.mount(barcode, device, tape.connection);
    events.message?.('info', `Reading ${barcode === undefined ? `the tape in ${device}` : `tape "${barcode}"`}.`);
    await tape.open(device, TapeMode.READ);
    try {
      const scanned = await scanTape(tape, rebuild);
      kind = scanned.finding.kind;
      found = describeFinding(scanned.finding);
      await rebuild.done(scanned);
    } finally {
      if (tape.connection.isOpen) await tape.close();
    }
  } catch (error) {
    if (signal.aborted) throw new Aborted('The scan was ended.');
    if (!(error instanceof DmaFailure) || !tape.connection.isOpen) throw error;
    failure = error.message;
  }
  const { barcode: name, parts, newSets, mendedSets, files } = rebuild.result;
  return { barcode: name, parts, newSets, mendedSets, files, found, kind, problems, failure };
}
