import type { Catalog, TapePlace, TapeRecord } from '../catalog/model';
import { DmaFailure } from '../connection/failures';
import { escapeText } from '../../protocol';
import type { LabelFinding } from './model';

/**
 * The tape that is in the drive, as the catalog knows it: its label says so better than what stands on the cartridge. One
 * that was taken for a tape that nobody knows, because another library had one with its barcode, is known again by it.
 * @param barcode name of the tape that it should be
 * @param place where it is, as far as that is known
 */
export async function tapeInDrive(
  catalog: Catalog,
  barcode: string,
  finding: LabelFinding,
  place?: TapePlace,
): Promise<TapeRecord | undefined> {
  const expected = await catalog.tape(barcode);
  const labelled = finding.kind === 'ours' ? await tapeWithLabel(catalog, finding.label.uuid) : undefined;
  if (!labelled || labelled.barcode === barcode || expected?.label !== undefined) return expected;
  if (labelled.sticker !== (expected?.sticker ?? barcode)) return expected;
  const { library, libraryId, element } = expected ?? place ?? labelled;
  const found = { ...labelled, library, libraryId, element };
  await catalog.putTape(found);
  if (expected) await catalog.removeTape(barcode);
  return found;
}

/** The tape with this label. */
export async function tapeWithLabel(catalog: Catalog, uuid: string): Promise<TapeRecord | undefined> {
  return (await catalog.tapes()).find(({ label }) => label === uuid);
}

/**
 * The tape that a person means: by its name in the catalog, or by its barcode with the tape server behind it,
 * `NDM001L8@filer2`.
 * @throws DmaFailure when several tapes have that barcode
 */
export function tapeMeant(tapes: readonly TapeRecord[], given: string): TapeRecord | undefined {
  const alike = tapes.filter(({ sticker }) => sticker === given);
  if (alike.length > 1) {
    const names = alike.map(
      (tape) => `${escapeText(placedName(tape))} (${escapeText(tape.library ?? 'on the shelf')})`,
    );
    throw new DmaFailure(
      `Several tapes have the barcode ${escapeText(given)}: ${names.join(', ')}. Say which one is meant.`,
    );
  }
  return tapes.find(({ barcode }) => barcode === given) ?? tapes.find((tape) => placedName(tape) === given);
}

function placedName({ sticker, library }: TapeRecord): string {
  return `${sticker}@${library?.split(' ')[0] ?? 'shelf'}`;
}
