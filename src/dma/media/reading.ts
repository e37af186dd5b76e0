import { clip, escapeText } from '../../protocol';
import type { PartRecord } from '../catalog/model';
import type { TapeService } from '../services/tape';
import { WrongTape } from './failures';
import { describeFinding, readLabel } from './label';
import { decodeHeader, readContent, type PartHeader } from './layout';
import { toFile } from './position';

/** What the tape in the drive has to be. Undefined: not known, so it is not asked. */
export interface ExpectedPart {
  /** UUID of the tape's label. */
  label: string | undefined;
  /** UUID of the set. */
  set: string | undefined;
}

/**
 * Makes sure that the tape in the open drive holds this part, and goes to the first record of its stream. Nothing is
 * written. The mover can read from there: window offset {@link PartRecord.offset}, length {@link PartRecord.bytes}.
 * @returns what the tape says of the part
 * @throws WrongTape when the tape is another one, or does not hold the part where the catalog says
 */
export async function positionAtPart(
  tape: TapeService,
  part: PartRecord,
  { label, set }: ExpectedPart,
): Promise<PartHeader> {
  const finding = await readLabel(tape);
  if (finding.kind !== 'ours')
    throw new WrongTape(`Tape "${part.barcode}" is wanted, but the tape in the drive ${describeFinding(finding)}.`);
  if (label !== undefined && finding.label.uuid !== label)
    throw new WrongTape(
      `Tape "${part.barcode}" is wanted, but the tape in the drive ${describeFinding(finding)} and carries another label than the catalog knows. It may have been written over; scan it to see what is on it.`,
    );
  const header = await headerBefore(tape, part);
  const isWanted =
    header.label === finding.label.uuid && header.part === part.number && (set === undefined || header.set === set);
  if (!isWanted)
    throw new WrongTape(
      `Tape "${part.barcode}" holds part ${header.part} of ${clip(escapeText(header.path), 80)} of ${new Date(header.started).toISOString()} at tape file ${part.tapeFile}, which is not the part that the catalog expects there. Scan the tape to see what is on it.`,
    );
  await tape.move('FSF', 1);
  return header;
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
