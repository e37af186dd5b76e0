import { encodeRecord } from '../../src/xdr';
import { wordsOf } from './captureFiles';

const words = wordsOf(false);

/** Message codes that the tests of sessions talk with. */
export const Code = {
  CONNECT_OPEN: 0x900,
  CONNECT_CLOSE: 0x902,
  CONFIG_GET_HOST_INFO: 0x100,
  DATA_GET_STATE: 0x400,
  MOVER_GET_STATE: 0xa01,
  NOTIFY_CONNECTION_STATUS: 0x502,
  LOG_MESSAGE: 0x603,
  FH_ADD_FILE: 0x703,
} as const;

export interface MessageFields {
  sequence: number;
  code?: number;
  timeStamp?: number;
  /** 0 request, 1 reply. */
  type?: number;
  replySequence?: number;
  error?: number;
  body?: Uint8Array;
}

/** An NDMP message without record marks. */
export function message(fields: MessageFields): Buffer {
  const { sequence, code = Code.DATA_GET_STATE, timeStamp = 1_795_240_800, type = 0 } = fields;
  const { replySequence = 0, error = 0, body = new Uint8Array(0) } = fields;
  return Buffer.concat([words(sequence, timeStamp, type, code, replySequence, error), body]);
}

/** A request as a record. */
export function request(sequence: number, code: number = Code.DATA_GET_STATE, body?: Uint8Array): Buffer {
  return Buffer.from(encodeRecord(message({ sequence, code, body })));
}

/** A reply as a record; its body is an error word and then `rest`. */
export function reply(
  sequence: number,
  replySequence: number,
  code: number = Code.DATA_GET_STATE,
  error = 0,
  rest: Uint8Array = new Uint8Array(0),
): Buffer {
  const body = Buffer.concat([words(error), rest]);
  return Buffer.from(encodeRecord(message({ sequence, type: 1, code, replySequence, body })));
}

/** The server's greeting, which announces a version. */
export function greeting(sequence: number, version: number): Buffer {
  const body = Buffer.concat([words(0, version), words(0)]);
  return Buffer.from(encodeRecord(message({ sequence, code: Code.NOTIFY_CONNECTION_STATUS, body })));
}

/** A post with a body of this many bytes, told apart by what it is filled with. */
export function history(sequence: number, bodyBytes: number): Buffer {
  const body = Buffer.alloc(bodyBytes, sequence & 0xff);
  return Buffer.from(encodeRecord(message({ sequence, code: Code.FH_ADD_FILE, body })));
}

export function open(sequence: number, version: number): Buffer {
  return request(sequence, Code.CONNECT_OPEN, words(version));
}

/** Bytes in pieces of these sizes; the last piece takes what is left. */
export function split(bytes: Uint8Array, ...sizes: number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  if (at < bytes.length) pieces.push(Buffer.from(bytes.subarray(at)));
  return pieces.filter((piece) => piece.length > 0);
}
