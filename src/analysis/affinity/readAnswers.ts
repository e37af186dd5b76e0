import type { BodyValue } from '../../protocol';
import type { AnalysisSource } from '../analysis';
import { textField } from '../connections';
import { decodedRow, pairsOf, replyError, short, structsOf } from './bodies';
import type { ControlConnection, ListedItem, ListKind } from './inventory';

const GET_HOST_INFO = 0x100;
const GET_CONNECTION_TYPE = 0x102;
const GET_SERVER_INFO = 0x108;

const LISTS: ReadonlyMap<number, ListKind> = new Map([
  [0x105, 'volumes'],
  [0x106, 'tapes'],
  [0x107, 'changers'],
]);

/** Bound of one listing; a cluster has hundreds of volumes, not hundreds of thousands. */
const MAX_ITEMS = 20_000;
const MAX_TYPES = 16;
/** A DMA that asks again and again says the same; the newest answers are kept. */
const MAX_LISTINGS = 64;

/** Reads a reply of the config interface into its connection. */
export function readAnswer(source: AnalysisSource, row: number, connection: ControlConnection): void {
  const code = source.index.code(row);
  const list = LISTS.get(code);
  const error = replyError(source, row);
  if (list !== undefined) {
    const items = error === 0 ? itemsOf(list, decodedRow(source, row).value) : [];
    connection.listings.push({
      kind: list,
      row,
      error,
      items: items.slice(0, MAX_ITEMS),
      dropped: items.length - Math.min(items.length, MAX_ITEMS),
    });
    if (connection.listings.length > MAX_LISTINGS) connection.listings.shift();
    return;
  }
  if (error !== 0) return;
  const body = decodedRow(source, row).value;
  const field = (name: string) => short(textField(body, name) ?? '');
  if (code === GET_HOST_INFO) {
    const [name, osType, osVersion, hostId] = ['hostname', 'os_type', 'os_vers', 'hostid'].map(field);
    connection.host = { name, osType, osVersion, hostId, row };
  } else if (code === GET_SERVER_INFO) {
    const [vendor, name, revision] = ['vendor_name', 'product_name', 'revision_number'].map(field);
    connection.product = { vendor, name, revision, row };
  } else if (code === GET_CONNECTION_TYPE) {
    const types = Array.isArray(body.addr_types) ? body.addr_types.slice(0, MAX_TYPES).map(Number) : [];
    connection.connectionTypes = { types, row };
  }
}

function itemsOf(kind: ListKind, body: BodyValue): ListedItem[] {
  if (kind === 'volumes') return structsOf(body, 'fs_info').map(volumeOf);
  return structsOf(body, kind === 'tapes' ? 'tape_info' : 'scsi_info').flatMap((device) =>
    structsOf(device, 'caplist').map((entry) => ({
      name: short(textField(entry, 'device') ?? ''),
      model: short(textField(device, 'model') ?? ''),
      pairs: pairsOf(entry, 'capability'),
    })),
  );
}

const TOTAL_UNSUPPORTED = 1;
const USED_UNSUPPORTED = 2;

function volumeOf(body: BodyValue): ListedItem {
  const missing = Number(body.unsupported ?? body.invalid ?? 0);
  return {
    name: short(textField(body, 'fs_logical_device') ?? ''),
    model: short(textField(body, 'fs_type') ?? ''),
    pairs: pairsOf(body, 'fs_env'),
    totalBytes: missing & TOTAL_UNSUPPORTED ? undefined : sizeOf(body.total_size),
    usedBytes: missing & USED_UNSUPPORTED ? undefined : sizeOf(body.used_size),
    status: short(textField(body, 'fs_status') ?? ''),
  };
}

const ALL_ONES = 0xffff_ffff_ffff_ffffn;

function sizeOf(value: BodyValue[string] | undefined): number | undefined {
  return typeof value === 'bigint' && value !== ALL_ONES ? Number(value) : undefined;
}
