import { checkCondition, good, refuseCommand, refuseField } from '../../scsi/sense';
import type { ScsiResult } from '../../scsi/target';
import type { LibraryLayout } from '../model';
import type { Cdb } from './cdb';

const ALL_PAGES = 0x3f;
/** Page control: the values that could be changed, and those saved. */
const CHANGEABLE = 1;
const SAVED = 3;

/** Elements between which media move, in the order of the capabilities page: transport, storage, import/export, drive. */
const MOVES_FROM = [0x00, 0x0e, 0x0e, 0x0e];
const EXCHANGES_FROM = [0x00, 0x0e, 0x0e, 0x0e];
/** Kinds of elements that hold media by themselves: storage, import/export, drive. */
const STORES = 0x0e;

/** The mode pages of a changer (SMC-3, section 7.3): none of them can be changed. */
const PAGES: ReadonlyMap<number, (layout: LibraryLayout) => number[]> = new Map([
  [0x1d, elementAddresses],
  [0x1e, () => [0, 0]],
  [0x1f, () => [STORES, 0, ...MOVES_FROM, 0, 0, 0, 0, ...EXCHANGES_FROM, 0, 0, 0, 0]],
]);

/** MODE SENSE(6) and (10). */
export function modeSense(layout: LibraryLayout, cdb: Cdb): ScsiResult {
  const short = cdb.operation === 0x1a;
  const control = cdb.byte(2) >> 6;
  if (control === SAVED) return checkCondition('SAVING_PARAMETERS_NOT_SUPPORTED');
  const subpage = cdb.byte(3);
  const code = cdb.byte(2) & 0x3f;
  if (subpage !== 0 && !(subpage === 0xff && code === ALL_PAGES)) refuseField(3, 7);
  const codes = code === ALL_PAGES ? [...PAGES.keys()] : [code];
  const pages = codes.flatMap((each) => encodePage(each, layout, control === CHANGEABLE));
  const length = pages.length + (short ? 3 : 6);
  const header = short ? [length, 0, 0, 0] : [length >> 8, length & 0xff, 0, 0, 0, 0, 0, 0];
  const room = short ? cdb.byte(4) : cdb.u16(7);
  return good(Uint8Array.from([...header, ...pages]).subarray(0, room));
}

/** MODE SELECT: what is sent has to be what is, since nothing can be changed. */
export function modeSelect(layout: LibraryLayout, cdb: Cdb, data: Uint8Array): ScsiResult {
  const short = cdb.operation === 0x15;
  if (cdb.bit(1, 0x01)) refuseField(1, 0);
  const length = short ? cdb.byte(4) : cdb.u16(7);
  if (length === 0) return good();
  const header = short ? 4 : 8;
  if (data.length < length || length < header) refuseCommand('PARAMETER_LIST_LENGTH_ERROR');
  const blocks = short ? data[3] : (data[6] << 8) | data[7];
  if (blocks !== 0) refuseCommand('INVALID_FIELD_IN_PARAMETERS', { field: { byte: short ? 3 : 6, in: 'parameters' } });
  checkPages(layout, data.subarray(0, length), header);
  return good(undefined, length);
}

function checkPages(layout: LibraryLayout, data: Uint8Array, start: number): void {
  for (let at = start; at < data.length;) {
    const make = PAGES.get(data[at] & 0x3f);
    if (!make || (data[at] & 0x40) !== 0)
      refuseCommand('INVALID_FIELD_IN_PARAMETERS', { field: { byte: at, in: 'parameters' } });
    const content = make(layout);
    if (data.length < at + 2 + content.length) refuseCommand('PARAMETER_LIST_LENGTH_ERROR');
    const wrong = [content.length, ...content].findIndex((byte, n) => data[at + 1 + n] !== byte);
    if (wrong >= 0) refuseCommand('INVALID_FIELD_IN_PARAMETERS', { field: { byte: at + 1 + wrong, in: 'parameters' } });
    at += 2 + content.length;
  }
}

function encodePage(code: number, layout: LibraryLayout, changeable: boolean): number[] {
  const make = PAGES.get(code) ?? refuseField(2, 5);
  const content = make(layout);
  return [code, content.length, ...(changeable ? content.map(() => 0) : content)];
}

function elementAddresses(layout: LibraryLayout): number[] {
  const ranges = [layout.transport, layout.storage, layout['import-export'], layout.drive];
  return [...ranges.flatMap(({ first, count }) => [first >> 8, first & 0xff, count >> 8, count & 0xff]), 0, 0];
}
