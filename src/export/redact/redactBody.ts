import { XdrReader } from '../../xdr/reader';
import type { EnumType, MessageContext, StructType, XdrType } from '../../protocol';
import { chooseLayout } from '../../protocol/decodeMessage';
import { HEADER_LENGTH, type BodyLayout } from '../../protocol/model';
import { readBody } from '../../protocol/interpret/decode';
import type { Pseudonyms } from './pseudonyms';
import { TextRedactor } from './texts';
import { couldBeText, isPrintable } from './words';

/** What happened to the bytes of bodies, for the report. */
export interface BodyCounts {
  /** Messages whose body is not understood at all: zeros now. */
  unknownBodies: number;
  /** Messages that are understood in part: the rest is zeros. */
  brokenBodies: number;
  /** Bytes of data, of devices' answers and of what is not understood, now zero. */
  zeroedBytes: number;
  /** Numbers that could have been text, now zero. */
  zeroedWords: number;
  /** Texts by message and field. */
  fields: Map<string, number>;
}

export function newBodyCounts(): BodyCounts {
  return { unknownBodies: 0, brokenBodies: 0, zeroedBytes: 0, zeroedWords: 0, fields: new Map() };
}

/** Bytes of sense data that say what is wrong with a device (SPC, fixed format): response code, key, code, qualifier. */
const SENSE_BYTES = [0, 2, 7, 12, 13];
/** Commands of tapes and changers whose bytes are numbers alone (SSC, SMC), and how long they are. */
const numberCommands: ReadonlyMap<number, number> = new Map([
  ...[0x00, 0x01, 0x03, 0x05, 0x07, 0x08, 0x0a, 0x10, 0x11, 0x12, 0x15, 0x1a, 0x1b, 0x1e].map(sized(6)),
  ...[0x2b, 0x34, 0x37, 0x4d].map(sized(10)),
  ...[0xa5, 0xa6, 0xb8].map(sized(12)),
]);

function sized(length: number): (code: number) => [number, number] {
  return (code) => [code, length];
}

/**
 * Writes to `out`, which is all zeros, what may be told of a body: words that the message tables know as numbers, texts
 * and addresses as pseudonyms. Nothing else is copied, so that what is not understood stays zero.
 * @param payload the message up to the first byte that the capture lacks
 * @param isCut whether bytes are missing behind it
 */
export function redactBody(
  payload: Uint8Array,
  isCut: boolean,
  context: MessageContext,
  name: string,
  pseudonyms: Pseudonyms,
  counts: BodyCounts,
  out: Uint8Array,
): void {
  const layout = chooseLayout(payload, context);
  if (layout === undefined) {
    if (payload.length > HEADER_LENGTH) counts.unknownBodies++;
    counts.zeroedBytes += Math.max(0, payload.length - HEADER_LENGTH);
    return;
  }
  const isTrusted = isUnderstood(payload, layout, isCut);
  if (!isTrusted) counts.brokenBodies++;
  const walk = new BodyRedactor(payload, out, name, isTrusted, pseudonyms, counts);
  walk.struct(layout.schema);
  counts.zeroedBytes += walk.rest;
}

/** Whether every byte has a meaning, so that its numbers are numbers. */
function isUnderstood(payload: Uint8Array, layout: BodyLayout, isCut: boolean): boolean {
  const reader = new XdrReader(payload, HEADER_LENGTH);
  readBody(layout.schema, reader);
  if (reader.notes.length > 0) return false;
  return reader.failed ? isCut : reader.position === reader.end || layout.schema.rest !== undefined;
}

class BodyRedactor {
  private readonly reader: XdrReader;
  private readonly view: DataView;
  private readonly target: DataView;
  private readonly texts: TextRedactor;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly out: Uint8Array,
    private readonly name: string,
    private readonly isTrusted: boolean,
    private readonly pseudonyms: Pseudonyms,
    private readonly counts: BodyCounts,
  ) {
    this.reader = new XdrReader(bytes, HEADER_LENGTH);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.target = new DataView(out.buffer, out.byteOffset, out.length);
    this.texts = new TextRedactor(pseudonyms, bytes, out);
  }

  /** Bytes behind the last item that was understood. */
  get rest(): number {
    return this.reader.end - (this.reader.failed ? this.reader.failedAt : this.reader.position);
  }

  struct(type: StructType): void {
    const names = Object.keys(type.fields);
    if (isPair(type)) {
      this.pair();
      return;
    }
    for (const name of names) {
      this.item(name, type.fields[name]);
      if (this.reader.failed) return;
    }
  }

  private item(name: string, type: XdrType): void {
    const { reader } = this;
    const at = reader.position;
    switch (type.kind) {
      case 'u64':
        reader.u64();
        this.number(at, 'any');
        this.number(at + 4, 'any');
        break;
      case 'string':
        this.string(at, (from, to) => this.texts.field(name, from, to), name);
        break;
      case 'opaque':
        this.opaque(name, type, at);
        break;
      case 'ipv4':
        reader.u32();
        this.address(at, 4);
        break;
      case 'enum':
        reader.i32();
        this.enumeration(at, type);
        break;
      case 'error':
        reader.u32();
        this.number(at, 'error');
        break;
      case 'array':
        this.array(name, type.element, at);
        break;
      case 'struct':
        this.struct(type);
        break;
      case 'union': {
        const discriminant = reader.i32();
        if (reader.failed) return;
        this.enumeration(at, type.on);
        const chosen = type.cases[discriminant] ?? type.otherwise;
        if (chosen !== undefined) this.struct(chosen);
        else if (reader.remaining > 0) reader.fail(reader.position, 'no layout');
        break;
      }
      default:
        reader.u32();
        this.number(at, 'any');
    }
  }

  /** Copies a word that the tables know as a number, unless it could be something else. */
  private number(at: number, what: 'any' | 'error'): void {
    if (this.reader.failed) return;
    const word = this.view.getUint32(at);
    const isDoubtful = what === 'error' ? isPrintable(word) : !this.isTrusted && couldBeText(word);
    if (isDoubtful) this.counts.zeroedWords++;
    else this.target.setUint32(at, word);
  }

  private enumeration(at: number, type: EnumType): void {
    if (this.reader.failed) return;
    if (type.table.values.has(this.view.getInt32(at))) this.target.setUint32(at, this.view.getUint32(at));
    else this.number(at, 'any');
  }

  private array(name: string, element: XdrType, at: number): void {
    const { reader } = this;
    const count = reader.u32();
    if (reader.failed) return;
    // a count that the record has no room for is broken, and may be anything
    if (count <= (reader.end - at) >>> 2) this.target.setUint32(at, count);
    for (let i = 0; i < count && !reader.failed; i++) {
      const before = reader.position;
      this.item(name, element);
      if (reader.position === before) return;
    }
  }

  /** Reads a string, copies its length and replaces its bytes. */
  private string(at: number, replace: (from: number, to: number) => void, field: string): void {
    const length = this.reader.skipVariable();
    if (this.reader.failed) return;
    this.target.setUint32(at, length);
    if (length === 0) return;
    const key = `${this.name}.${field}`;
    this.counts.fields.set(key, (this.counts.fields.get(key) ?? 0) + 1);
    replace(at + 4, at + 4 + length);
  }

  /** An environment variable: what its value may say depends on its name. */
  private pair(): void {
    let variable: string | undefined;
    this.string(this.reader.position, (from, to) => (variable = this.texts.variable(from, to)), 'variable');
    this.string(
      this.reader.position,
      (from, to) => this.texts.value(variable, from, to),
      variable === undefined ? 'value' : `value of ${variable}`,
    );
  }

  private opaque(name: string, { size, shape }: { size?: number; shape?: string }, at: number): void {
    const { reader } = this;
    let from = at;
    let length = size ?? 0;
    if (size === undefined) {
      length = reader.skipVariable();
      from += 4;
      if (!reader.failed) this.target.setUint32(at, length);
    } else reader.fixedOpaque(size);
    if (reader.failed) return;
    if (shape === 'ipv6') this.address(from, length);
    else if (shape === 'cdb') this.command(from, length);
    else if (name === 'auth_digest' || name === 'challenge')
      this.pseudonyms.digest(this.bytes, from, from + length, this.out);
    else {
      if (name === 'ext_sense') this.sense(from, length);
      this.counts.zeroedBytes += length;
    }
  }

  /** Codes of sense data in the fixed format; anything else that stands there may be text. */
  private sense(from: number, length: number): void {
    const format = this.bytes[from] & 0x7f;
    // a text may begin like the format does, but not with the zero that follows
    const isFixed = (format === 0x70 || format === 0x71) && this.bytes[from + 1] === 0;
    if (!this.isTrusted || length < 14 || !isFixed) return;
    for (const i of SENSE_BYTES) this.out[from + i] = this.bytes[from + i];
  }

  private address(at: number, length: number): void {
    if (this.reader.failed || (length !== 4 && length !== 16)) return;
    this.out.set(this.pseudonyms.address(this.bytes.slice(at, at + length)), at);
  }

  /** A SCSI command: of one that is not known only its code stays. */
  private command(from: number, length: number): void {
    const cdb = this.bytes.subarray(from, from + length);
    const isKnown = this.isTrusted && numberCommands.get(cdb[0]) === length;
    this.out.set(isKnown ? cdb : cdb.subarray(0, 1), from);
  }
}

function isPair({ fields }: StructType): boolean {
  const names = Object.keys(fields);
  return (
    names.length === 2 &&
    names[0] === 'name' &&
    names[1] === 'value' &&
    fields.name.kind === 'string' &&
    fields.value.kind === 'string'
  );
}
