import { randomUUID } from 'node:crypto';
import type { Catalog, TapePlace, TapeRecord } from '../catalog/model';
import { NdmpFailure } from '../connection/failures';
import type { RunEvents } from '../run/model';
import type { TapeService } from '../services/tape';
import { TapeRefused } from './failures';
import { tapeInDrive, tapeWithLabel } from './identity';
import { readLabel, writeLabel } from './label';
import type { LabelFinding } from './model';
import { isEmpty, newTape, refusalToWrite, useOf } from './pools';
import { nameForNewTape } from './naming';

export interface PrepareOrder {
  catalog: Catalog;
  /** Undefined without a changer: the label says, or a new tape gets a name. */
  barcode: string | undefined;
  pool: string;
  /** Bytes of the label's record. */
  recordSize: number;
  now: () => number;
  message?: RunEvents['message'];
  forced?: readonly string[];
  /**
   * Whether the cartridge lies somewhere else by now, because another program uses the changer too; asked while the
   * drive is open, which keeps what is in it.
   */
  isElsewhere?: () => Promise<boolean>;
  /** Where the tape is; kept of one that the catalog did not know. */
  place?: TapePlace;
}

/**
 * Sees to it that the tape in the open drive is one that may be written, with a label of ours: an empty or expired one
 * is labelled anew, and the catalog forgets what was on it.
 * @returns the tape as the catalog knows it then
 * @throws TapeRefused when it must not be written
 */
export async function prepareTape(tape: TapeService, order: PrepareOrder): Promise<TapeRecord> {
  const { catalog, pool, now, forced = [] } = order;
  const finding = await readLabel(tape);
  const wanted = order.barcode ?? (await nameOf(finding, order));
  const known = await tapeInDrive(catalog, wanted, finding, order.place);
  const barcode = known?.barcode ?? wanted;
  if ((await tape.position()).isWriteProtected)
    throw new TapeRefused(barcode, `Tape "${barcode}" is write-protected. It was not written; take another one.`);
  const isForced = forced.includes(wanted);
  const refusal = refusalToWrite(finding, known, { barcode, pool }, now(), isForced);
  if (refusal) throw new TapeRefused(barcode, refusal);
  const record = known ?? { ...newTape(barcode), ...order.place };
  const isOurs = finding.kind === 'ours' && finding.label.uuid === record.label;
  const isKept = isOurs && !isForced && useOf(record, now()) === 'append';
  if (isKept) return record;
  if (isOurs && !isForced && isEmpty(record) && finding.label.pool === pool)
    return { ...record, pool, files: Math.max(1, record.files) };
  if ((await order.isElsewhere?.()) === true)
    throw new TapeRefused(
      barcode,
      `Another cartridge than "${barcode}" is in the drive by now: another program moved them. It was not written.`,
    );
  return labelTape(tape, record, order);
}

/** Writes a new label; the catalog forgets first what was on the tape, for nothing else is true from then on. */
export async function labelTape(
  tape: TapeService,
  record: TapeRecord,
  { catalog, pool, recordSize, now, message }: Omit<PrepareOrder, 'barcode' | 'forced' | 'isElsewhere' | 'place'>,
): Promise<TapeRecord> {
  const { barcode, sticker } = record;
  if (record.files > 1) {
    await catalog.recycleTape(barcode);
    message?.('info', `Tape "${barcode}" is written from its beginning; the catalog has forgotten what was on it.`);
  }
  const empty: TapeRecord = { ...record, pool, state: 'scratch', files: 0, bytes: 0n, expires: 0 };
  await catalog.putTape(empty);
  const written = now();
  const label = { uuid: randomUUID(), barcode: sticker, pool, written };
  try {
    await writeLabel(tape, label, recordSize);
  } catch (error) {
    if (!(error instanceof NdmpFailure)) throw error;
    throw new TapeRefused(barcode, `Tape "${barcode}" could not be labelled: ${error.message}`);
  }
  const labelled: TapeRecord = { ...empty, label: label.uuid, files: 1, labelled: written, lastWritten: written };
  await catalog.putTape(labelled);
  message?.('info', `Tape "${barcode}" was labelled for pool "${pool}".`);
  return labelled;
}

async function nameOf(finding: LabelFinding, { catalog, pool }: PrepareOrder): Promise<string> {
  if (finding.kind === 'ours')
    return (await tapeWithLabel(catalog, finding.label.uuid))?.barcode ?? finding.label.barcode;
  return nameForNewTape(
    pool,
    (await catalog.tapes()).map(({ barcode }) => barcode),
  );
}
