import { latin1, type Pseudonyms, type TextKind } from './pseudonyms';
import { plainNumber, publicValue, publicVariables, publicWords } from './vocabulary';

/** What a string field holds, by its name in the message tables; a name that is not here is taken for a path. */
const kindOfField: ReadonlyMap<string, TextKind | 'log'> = new Map<string, TextKind | 'log'>([
  ['hostname', 'host'],
  ['hostid', 'host'],
  ['os_type', 'product'],
  ['os_vers', 'product'],
  ['vendor_name', 'product'],
  ['product_name', 'product'],
  ['revision_number', 'product'],
  ['model', 'product'],
  ['auth_id', 'user'],
  ['auth_password', 'password'],
  ['bu_type', 'type'],
  ['butype_name', 'type'],
  ['fs_type', 'type'],
  ['fs_status', 'type'],
  ['entry', 'log'],
  ['message', 'log'],
  ['text_reason', 'log'],
  ['echo_msg', 'log'],
]);

const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const MASK = 0x78; // x
const PATH_ENDS = bytesOf('/\\');
const LIST_ENDS = bytesOf('/\\,;:= \t\r\n');
const BLANKS = bytesOf(' \t\r\n');

/** Ones at the bytes of `text`: a table is many times as fast as a set. */
type ByteTable = Uint8Array;

function bytesOf(text: string): ByteTable {
  const table = new Uint8Array(256);
  for (const character of text) table[character.charCodeAt(0)] = 1;
  return table;
}

/** Replaces texts in place: each method writes the bytes `[from, to)` of `out`, which are zero before. */
export class TextRedactor {
  constructor(
    private readonly pseudonyms: Pseudonyms,
    private readonly bytes: Uint8Array,
    private readonly out: Uint8Array,
  ) {}

  /** A string field that is no part of an environment. */
  field(name: string, from: number, to: number): void {
    const kind = kindOfField.get(name) ?? 'path';
    if (kind === 'log') this.log(from, to);
    else if (kind === 'path') this.parts('path', PATH_ENDS, from, to);
    else if (kind === 'type' && publicWords.has(this.text(from, to))) this.copy(from, to);
    else this.pseudonyms.text(kind, this.bytes, from, to, this.out);
  }

  /** The name of an environment variable. @returns the name where it is a public one */
  variable(from: number, to: number): string | undefined {
    const name = this.text(from, to);
    if (publicVariables.has(name)) {
      this.copy(from, to);
      return name;
    }
    this.pseudonyms.text('variable', this.bytes, from, to, this.out);
    return undefined;
  }

  /** The value of a variable. @param name undefined for one that is not public */
  value(name: string | undefined, from: number, to: number): void {
    const shape = (name === undefined ? undefined : publicVariables.get(name)) ?? 'text';
    const text = to - from <= 32 ? this.text(from, to) : '';
    const isPublic =
      publicValue.test(text) ||
      (shape === 'type' && publicWords.has(text)) ||
      (shape === 'number' && plainNumber.test(text));
    if (isPublic) this.copy(from, to);
    else if (shape === 'path' || this.bytes[from] === SLASH) this.parts('path', PATH_ENDS, from, to);
    else this.parts('value', LIST_ENDS, from, to);
  }

  /** Text for people: only its blanks stay, and paths in it keep their form. */
  private log(from: number, to: number): void {
    this.split(BLANKS, from, to, (start, end) => {
      const slash = this.bytes.subarray(start, end).findIndex((byte) => byte === SLASH || byte === BACKSLASH);
      if (slash < 0 || end - start < 2) this.out.fill(MASK, start, end);
      else {
        this.out.fill(MASK, start, start + slash);
        this.parts('path', PATH_ENDS, start + slash, end);
      }
    });
  }

  /** Replaces what stands between separators; they and the names `.` and `..` stay. */
  private parts(kind: TextKind, ends: ByteTable, from: number, to: number): void {
    this.split(ends, from, to, (start, end) => {
      if (isDots(this.bytes, start, end)) this.copy(start, end);
      else this.pseudonyms.text(kind, this.bytes, start, end, this.out);
    });
  }

  private split(ends: ByteTable, from: number, to: number, use: (from: number, to: number) => void): void {
    let start = from;
    for (let at = from; at <= to; at++) {
      if (at < to && ends[this.bytes[at]] === 0) continue;
      if (at > start) use(start, at);
      if (at < to) this.out[at] = this.bytes[at];
      start = at + 1;
    }
  }

  private copy(from: number, to: number): void {
    this.out.set(this.bytes.subarray(from, to), from);
  }

  private text(from: number, to: number): string {
    return latin1(this.bytes, from, Math.min(to, from + 64));
  }
}

function isDots(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from <= 2 && bytes.subarray(from, to).every((byte) => byte === 0x2e);
}
