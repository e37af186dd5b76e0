import { decodeHeader, HEADER_LENGTH } from '../../protocol';
import { withoutPassword } from '../../transport/passwordMask';
import { encodeRecord } from '../../xdr';
import { RecordSplitter } from '../forward/recordSplitter';

const CLIENT_AUTH = 0x901;
const MARK_BYTES = 4;
/** Of a login that is longer, its header alone is told. */
const MAX_WHOLE = 64 * 1024;
/** Logins have the same layout in all versions. */
const VERSION = 4;

/**
 * What a client sends, as a recording may have it: passwords are x's. Bytes are handed on as they come, but for those of what may
 * be a login, which wait until it is whole.
 */
export class MaskedStream {
  private readonly splitter = new RecordSplitter(MAX_WHOLE);
  /** Bytes of the present record that were handed on. */
  private handedOn = 0;
  private isLongLogin = false;

  /** @returns the pieces for the recording that this chunk makes known */
  push(chunk: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    this.splitter.push(chunk, {
      record: ({ wire, payload }) => {
        pieces.push(isLogin(payload) ? maskedLogin(payload) : wire.subarray(this.handedOn));
        this.handedOn = 0;
      },
      long: (bytes, first) => {
        if (first !== undefined) this.isLongLogin = isLogin(first);
        if (!this.isLongLogin) pieces.push(bytes.subarray(this.handedOn));
        else if (first !== undefined) pieces.push(encodeRecord(first.subarray(0, HEADER_LENGTH)));
        this.handedOn = 0;
      },
    });
    const { wire, payload } = this.splitter.present;
    if (payload.length >= HEADER_LENGTH && !isLogin(payload)) {
      pieces.push(wire.slice(this.handedOn));
      this.handedOn = wire.length;
    }
    return pieces.filter(({ length }) => length > 0);
  }

  /** What came of a record that will never be whole, as far as it cannot be a password. */
  rest(): Uint8Array {
    const rest = this.splitter.take().subarray(this.handedOn, MARK_BYTES + HEADER_LENGTH);
    this.handedOn = 0;
    return rest;
  }
}

function isLogin(payload: Uint8Array): boolean {
  const header = decodeHeader(payload);
  return header?.code === CLIENT_AUTH && header.messageType === 0;
}

function maskedLogin(payload: Uint8Array): Uint8Array {
  return encodeRecord(withoutPassword(payload, decodeHeader(payload), VERSION));
}
