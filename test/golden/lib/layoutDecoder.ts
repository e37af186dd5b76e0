import { STRUCTS, UNIONS, type Fields } from './layouts';

/** A decoded leaf: where it stands ('env[2].name') and what it is; bytes as hex, 64 bits as bigint. */
export interface Leaf {
  path: string;
  value: number | bigint | string;
}

/** Reads a body by a layout of layouts.ts. Strings are Latin-1 text, so that every byte of a name counts. */
export class LayoutDecoder {
  readonly leaves: Leaf[] = [];
  private position: number;

  constructor(
    private readonly bytes: Uint8Array,
    start: number,
  ) {
    this.position = start;
  }

  /** Bytes that the layout did not ask for. */
  get left(): number {
    return this.bytes.length - this.position;
  }

  fields(fields: Fields, prefix = ''): this {
    for (const field of fields) {
      const [name, type] = field.split(':');
      this.field(prefix === '' ? name : `${prefix}.${name}`, type);
    }
    return this;
  }

  private field(path: string, type: string): void {
    if (type.endsWith('[]')) {
      const count = this.word();
      for (let item = 0; item < count; item++) this.field(`${path}[${item}]`, type.slice(0, -2));
    } else if (STRUCTS[type]) {
      this.fields(STRUCTS[type], path);
    } else if (UNIONS[type]) {
      const { on, cases, other } = UNIONS[type];
      const value = this.word();
      this.leaves.push({ path: `${path}.${on}`, value });
      this.fields(cases[value] ?? other, path);
    } else {
      this.leaves.push({ path, value: this.scalar(type) });
    }
  }

  private scalar(type: string): number | bigint | string {
    if (type === 'u64') return (BigInt(this.word()) << 32n) | BigInt(this.word());
    if (type === 'str') return Buffer.from(this.opaque(this.word())).toString('latin1');
    if (type === 'bytes') return Buffer.from(this.opaque(this.word())).toString('hex');
    if (type.startsWith('bytes')) return Buffer.from(this.opaque(Number(type.slice(5)))).toString('hex');
    return this.word();
  }

  private word(): number {
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    const value = view.getUint32(this.position);
    this.position += 4;
    return value;
  }

  private opaque(length: number): Uint8Array {
    const start = this.position;
    this.position += (length + 3) & ~3;
    if (this.position > this.bytes.length)
      throw new RangeError(`${length} bytes at ${start} pass the end of the record`);
    return this.bytes.subarray(start, start + length);
  }
}
