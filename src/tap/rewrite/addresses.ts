import {
  decodeHeader,
  decodeProper,
  encodeMessage,
  findCode,
  type BodyValue,
  type Header,
  type MessageKind,
  type MessageName,
  type NdmpVersion,
} from '../../protocol';
import { fromWireAddress, toWireAddress, type DataAddress, type SocketAddress } from '../../transport/dataAddress';

/** A message in which the address of a data connection travels. */
export interface AddressMessage {
  payload: Uint8Array;
  header: Header;
  kind: MessageKind;
  version: NdmpVersion;
  body: BodyValue;
  field: string;
  address: DataAddress & { kind: 'tcp' };
}

/** Replies with the address at which a side listens. */
const LISTENS = codesOf('NDMP_MOVER_LISTEN', 'NDMP_DATA_LISTEN');
/** Requests with the address that a side is to connect to; in v2 those that start an operation (protocol tables). */
const CONNECTS = codesOf('NDMP_MOVER_CONNECT', 'NDMP_DATA_CONNECT');
const STARTS = codesOf('NDMP_DATA_START_BACKUP', 'NDMP_DATA_START_RECOVER', 'NDMP_DATA_START_RECOVER_FILEHIST');

function codesOf(...names: MessageName[]): ReadonlySet<number | undefined> {
  return new Set(names.map((name) => findCode(name)));
}

/** Whether an address may travel in a message, by its header alone. */
export function mayCarryAddress({ code, messageType, error }: Header, version: NdmpVersion): boolean {
  if (messageType === 1) return error === 0 && LISTENS.has(code);
  return CONNECTS.has(code) || (version === 2 && STARTS.has(code));
}

/** The TCP address that a message carries; undefined where it carries none. */
export function addressIn(payload: Uint8Array, version: NdmpVersion): AddressMessage | undefined {
  const header = decodeHeader(payload);
  if (!header || !mayCarryAddress(header, version)) return undefined;
  const kind = header.messageType === 1 ? 'reply' : 'request';
  const body = decodeProper(payload, { code: header.code, kind, version, headerError: header.error });
  if (!body || (kind === 'reply' && body.error !== 0)) return undefined;
  for (const [field, value] of Object.entries(body)) {
    const address = fromWireAddress(value, version);
    if (address?.kind === 'tcp') return { payload, header, kind, version, body, field, address };
  }
  return undefined;
}

/** The message with other addresses, one for each that it has. */
export function withAddresses(message: AddressMessage, addresses: readonly SocketAddress[]): Uint8Array {
  const { header, kind, version, body, field, address } = message;
  const wire = toWireAddress({ ...address, addresses: [...addresses] }, version);
  const value = { ...body, [field]: keepingVariables(wire, body[field] as BodyValue) };
  return encodeMessage(header, value, { code: header.code, kind, version, headerError: header.error });
}

/** What a server says of an address beside it (`addr_env` of v4) goes on with it. */
function keepingVariables(wire: BodyValue, before: BodyValue): BodyValue {
  for (const list of ['tcp_addr', 'tcp6_addr']) {
    const [now, old] = [wire[list], before[list]];
    if (!Array.isArray(now) || !Array.isArray(old)) continue;
    return { ...wire, [list]: now.map((each, i) => ({ ...(old[i] as BodyValue), ...addressOf(each as BodyValue) })) };
  }
  return wire;
}

function addressOf({ addr_env: _, ...address }: BodyValue): BodyValue {
  return address;
}
