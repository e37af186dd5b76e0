import { decodeHeader, HEADER_LENGTH, type NdmpVersion } from '../../protocol';
import { mayHoldSecrets, withoutSecrets } from '../../transport/passwordMask';
import { encodeRecord } from '../../xdr';
import { RecordSplitter } from '../forward/recordSplitter';

const MARK_BYTES = 4;
/** Of a message with a secret that is longer, its header alone is told. */
const MAX_WHOLE = 4 * 1024 * 1024;

/**
 * What a side sends, as a recording may have it: passwords and values of secret variables are x's. Bytes are handed on as they
 * come, but for those of a message that may hold such things, which wait until it is whole.
 */
export class MaskedStream {
  private readonly splitter = new RecordSplitter(MAX_WHOLE);
  /** Bytes of the present record that were handed on. */
  private handedOn = 0;
  private isLongSecret = false;

  constructor(private readonly version: () => NdmpVersion) {}

  /** @returns the pieces for the recording that this chunk makes known */
  push(chunk: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    this.splitter.push(chunk, {
      record: ({ wire, payload }) => {
        pieces.push(isSecret(payload) ? this.masked(payload) : wire.subarray(this.handedOn));
        this.handedOn = 0;
      },
      long: (bytes, first) => {
        if (first !== undefined) this.isLongSecret = isSecret(first);
        if (!this.isLongSecret) pieces.push(bytes.subarray(this.handedOn));
        else if (first !== undefined) pieces.push(encodeRecord(first.subarray(0, HEADER_LENGTH)));
        this.handedOn = 0;
      },
    });
    const { wire, payload } = this.splitter.present;
    if (payload.length >= HEADER_LENGTH && !isSecret(payload)) {
      pieces.push(wire.slice(this.handedOn));
      this.handedOn = wire.length;
    }
    return pieces.filter(({ length }) => length > 0);
  }

  /** What came of a record that will never be whole, as far as it cannot be a secret. */
  rest(): Uint8Array {
    const rest = this.splitter.take().subarray(this.handedOn, MARK_BYTES + HEADER_LENGTH);
    this.handedOn = 0;
    return rest;
  }

  private masked(payload: Uint8Array): Uint8Array {
    return encodeRecord(withoutSecrets(payload, decodeHeader(payload), this.version()));
  }
}

function isSecret(payload: Uint8Array): boolean {
  const header = decodeHeader(payload);
  return header !== undefined && mayHoldSecrets(header);
}
