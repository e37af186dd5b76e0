import type { TapeRecord } from '../../dma/catalog/model';
import { isEmpty } from '../../dma/media/pools';
import { escapeText, type JsonObject } from '../../protocol';
import { byteSize } from '../terminal/text';

/** What the catalog knows of a tape, for programs; 64-bit numbers are decimal strings. */
export function tapeJson(tape: TapeRecord): JsonObject {
  return {
    barcode: tape.barcode,
    sticker: tape.sticker,
    label: tape.label ?? null,
    pool: tape.pool,
    state: tape.state,
    files: tape.files,
    bytes: String(tape.bytes),
    expires: tape.expires ?? null,
    protected: tape.protected,
    labelled: tape.labelled ?? null,
    lastWritten: tape.lastWritten ?? null,
    mounts: tape.mounts,
    library: tape.library ?? null,
    element: tape.element ?? null,
  };
}

/** What a tape is for the backups: `pool daily, 4.1 GB, kept until 2026-12-01`. */
export function tapeUse(tape: TapeRecord, now: number): string {
  const facts = [`pool ${escapeText(tape.pool)}`];
  if (tape.state !== 'active') facts.push(tape.state);
  if (!isEmpty(tape)) facts.push(byteSize(Number(tape.bytes)), keptText(tape, now));
  if (tape.protected) facts.push('protected');
  return facts.join(', ');
}

export function keptText({ expires }: TapeRecord, now: number): string {
  if (expires === undefined) return 'kept for ever';
  if (expires === 0) return 'nothing kept';
  return expires <= now ? 'expired' : `kept until ${day(expires)}`;
}

export function day(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '-' : new Date(milliseconds).toISOString().slice(0, 10);
}
