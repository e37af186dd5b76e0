import { clip, escapeText } from '../../protocol';
import type { PartRecord } from '../catalog/model';
import type { TapeService } from '../services/tape';
import { WrongTape } from './failures';
import { describeFinding, readLabel } from './label';
import { decodeHeader, readContent, type PartHeader } from './layout';
import { aheadTo, toFile } from './position';

/** What the tape in the drive has to be. Undefined: not known, so it is not asked. */
export interface ExpectedPart {
  /** UUID of the tape's label. */
  label: string | undefined;
  /** UUID of the set. */
  set: string | undefined;
  /** UUID of the label that was read since the tape is in the drive: it is not read again. */
  seen?: string;
}

/**
 * Makes sure that the tape in the open drive holds this part, and goes to the first record of its stream. Nothing is
 * written. The mover can read from there: window offset {@link PartRecord.offset}, length {@link PartRecord.bytes}.
 * @returns what the tape says of the part
 * @throws WrongTape when the tape is another one, or does not hold the part where the catalog says
 */
export async function positionAtPart(tape: TapeService, part: PartRecord, expected: ExpectedPart): Promise<PartHeader> {
  const { set, label, seen } = expected;
  const known = label === undefined || label === seen ? seen : undefined;
  const uuid = known ?? (await labelFor(tape, part, expected));
  const isWanted = (header: PartHeader): boolean =>
    header.label === uuid && header.part === part.number && (set === undefined || header.set === set);
  const ahead = known === undefined ? undefined : await headerAhead(tape, part);
  const header = ahead && isWanted(ahead) ? ahead : await headerBefore(tape, part);
  if (!isWanted(header))
    throw new WrongTape(
      `Tape "${part.barcode}" holds part ${header.part} of ${clip(escapeText(header.path), 80)} of ${new Date(header.started).toISOString()} at tape file ${part.tapeFile}, which is not the part that the catalog expects there. Scan the tape to see what is on it.`,
    );
  await tape.move('FSF', 1);
  return header;
}

/** @returns the UUID of the label, which is the expected one */
async function labelFor(tape: TapeService, part: PartRecord, { label }: ExpectedPart): Promise<string> {
  const finding = await readLabel(tape);
  if (finding.kind !== 'ours')
    throw new WrongTape(`Tape "${part.barcode}" is wanted, but the tape in the drive ${describeFinding(finding)}.`);
  if (label !== undefined && finding.label.uuid !== label)
    throw new WrongTape(
      `Tape "${part.barcode}" is wanted, but the tape in the drive ${describeFinding(finding)} and carries another label than the catalog knows. It may have been written over; scan it to see what is on it.`,
    );
  return finding.label.uuid;
}

/** The header where it should be, without rewinding; undefined when that is not how to get there. */
async function headerAhead(tape: TapeService, { tapeFile }: PartRecord): Promise<PartHeader | undefined> {
  if (!(await aheadTo(tape, Math.max(1, tapeFile - 1)))) return undefined;
  const found = await readContent(tape, 'header', decodeHeader);
  return found.kind === 'content' ? found.content : undefined;
}

/** Leaves the tape in the header's file. */
async function headerBefore(tape: TapeService, { barcode, tapeFile, number }: PartRecord): Promise<PartHeader> {
  const missing = await toFile(tape, Math.max(1, tapeFile - 1));
  if (missing > 0)
    throw new WrongTape(
      `Tape "${barcode}" ends before tape file ${tapeFile}, where part ${number} of the backup has to be. Scan it to see what is on it.`,
    );
  const found = await readContent(tape, 'header', decodeHeader);
  if (found.kind === 'content') return found.content;
  const why = found.kind === 'damaged' ? found.why : 'there is no header';
  throw new WrongTape(`Tape "${barcode}" does not hold part ${number} of the backup at tape file ${tapeFile}: ${why}.`);
}
