import { decodeByteString } from '../../../xdr';
import { numberField } from './fields';
import type { Extended } from './header';
import { readPaxRecords, type PaxRecord } from './paxRecords';

/** Extended headers and long names beyond this are passed over, with the entry that they belong to. */
const MOST_EXTENDED = 17 * 1024 * 1024;
const MOST_GLOBAL = 256 * 1024;
/** pax (and Solaris' form of it), global pax, GNU's long name and long link. */
const TYPES = 'xXgLK';

export function isExtended(type: string): boolean {
  return TYPES.includes(type);
}

/** What stands before an entry's own header, until that has come; and what counts for all entries that follow. */
export class ExtendedHeaders {
  /** Bytes of the header that is being collected. */
  bytes: Uint8Array | undefined;
  /** Something before this entry was not usable: it cannot be told what the entry is. */
  isSpoiled = false;
  private type = '';
  private any = false;
  private own: readonly PaxRecord[] = [];
  private global: readonly PaxRecord[] = [];
  private longName: string | undefined;
  private longLink: string | undefined;

  /** Whether the next entry has begun. */
  get hasBegun(): boolean {
    return this.any;
  }

  /** @returns bytes of data that this header announces; to be collected in {@link bytes} unless there are none or too many */
  begin(block: Uint8Array, type: string): number {
    const length = numberField(block, 124, 12) ?? -1;
    this.any = true;
    if (length < 0 || length > MOST_EXTENDED) this.isSpoiled = true;
    else if (length > 0) {
      this.type = type;
      this.bytes = new Uint8Array(length);
    }
    return Math.max(0, length);
  }

  /** The bytes have come. @returns whether they were understood */
  take(bytes: Uint8Array): boolean {
    this.bytes = undefined;
    if (this.type === 'L') this.longName = untilNul(bytes);
    else if (this.type === 'K') this.longLink = untilNul(bytes);
    else return this.takeRecords(bytes);
    return true;
  }

  private takeRecords(bytes: Uint8Array): boolean {
    const { records, broken } = readPaxRecords(bytes);
    if (this.type !== 'g') this.own = records;
    else if (bytes.length <= MOST_GLOBAL) this.global = records;
    return !broken;
  }

  /** What belongs to the entry whose header has come. */
  get all(): Extended {
    const records = this.global.length === 0 ? this.own : [...this.global, ...this.own];
    return { records, longName: this.longName, longLink: this.longLink };
  }

  /** The next entry begins anew; what counts for all stays. */
  forget(): void {
    this.bytes = undefined;
    this.own = [];
    this.longName = this.longLink = undefined;
    this.any = this.isSpoiled = false;
  }
}

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeByteString(bytes, 0, end < 0 ? bytes.length : end);
}
