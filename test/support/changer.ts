import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSense } from '../../src/protocol';
import type { TapeLibrary } from '../../src/server/library/library';
import { createLibrary, openLibrary, type CreateLibraryOptions } from '../../src/server/library/open';
import type { LogLevel, ServerLog } from '../../src/server/log';
import type { ScsiResult } from '../../src/server/scsi/target';

/** An element as READ ELEMENT STATUS tells of it, read by the layout of SMC-3. */
export interface ReadElement {
  type: number;
  address: number;
  flags: number;
  asc: number;
  ascq: number;
  idFlags: number;
  id: number;
  mediumType: number;
  source: number | undefined;
  tag: string;
  identifier: string;
}

/** A virtual library in a folder of its own, and commands to its changer. */
export class TestLibrary {
  readonly lines: { level: LogLevel; text: string }[] = [];
  readonly log: ServerLog = { write: (level, text) => void this.lines.push({ level, text }), child: () => this.log };
  /** The current one; another object after {@link reopen}. */
  library!: TapeLibrary;

  private constructor(readonly folder: string) {}

  static async make(options: CreateLibraryOptions = {}): Promise<TestLibrary> {
    const made = new TestLibrary(mkdtempSync(join(tmpdir(), 'ndmp-library-')));
    made.library = await createLibrary(made.folder, { log: made.log, ...options });
    return made;
  }

  /** As a server does that was started anew. */
  async reopen(): Promise<void> {
    await this.library.close();
    this.library = await openLibrary(this.folder, { log: this.log });
  }

  async remove(): Promise<void> {
    await this.library.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @param block the command descriptor block in hex */
  async send(block: string, { initiator = 1, room = 0xffff, data = '' } = {}): Promise<ScsiResult> {
    return this.library.changer.execute({
      cdb: hexBytes(block),
      dataOut: hexBytes(data),
      dataInLength: room,
      timeout: 0,
      initiator,
    });
  }

  /** What a command ends with: 'GOOD', 'ILLEGAL REQUEST 3B/0D', or the status. */
  async outcome(block: string, initiator = 1): Promise<string> {
    return outcomeOf(await this.send(block, { initiator }));
  }

  move(from: number, to: number, initiator = 1): Promise<string> {
    return this.outcome(`a500 0000 ${hex4(from)} ${hex4(to)} 0000 00 00`, initiator);
  }

  exchange(from: number, first: number, second: number, initiator = 1): Promise<string> {
    return this.outcome(`a600 0000 ${hex4(from)} ${hex4(first)} ${hex4(second)} 00 00`, initiator);
  }

  /** Elements as a client reads them. */
  async elements(block = 'b810 0000 ffff 00 ffffff 00 00', initiator = 1): Promise<ReadElement[]> {
    const { dataIn } = await this.send(block, { initiator, room: 0xffffff });
    return readElements(Buffer.from(dataIn));
  }

  /** Barcodes by element, '' for a cartridge without one; empty elements are left out. */
  async tags(initiator = 1): Promise<Record<number, string>> {
    const full = (await this.elements(undefined, initiator)).filter(({ flags }) => (flags & 1) !== 0);
    return Object.fromEntries(full.map(({ address, tag }) => [address, tag]));
  }
}

export function outcomeOf({ status, sense }: ScsiResult): string {
  if (status === 0) return 'GOOD';
  return status === 2 ? (describeSense(sense) ?? 'no sense') : `status ${status}`;
}

export function hexBytes(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

export function hex4(value: number): string {
  return value.toString(16).padStart(4, '0');
}

/** Reads page by page, by the lengths that the answer itself gives. */
export function readElements(data: Buffer): ReadElement[] {
  const elements: ReadElement[] = [];
  const end = Math.min(data.length, 8 + data.readUIntBE(5, 3));
  for (let at = 8; at + 8 <= end;) {
    const length = data.readUInt16BE(at + 2);
    const pageEnd = Math.min(end, at + 8 + data.readUIntBE(at + 5, 3));
    const page = { type: data[at], tags: (data[at + 1] & 0x80) !== 0 };
    for (at += 8; at + length <= pageEnd; at += length)
      elements.push(readElement(data.subarray(at, at + length), page));
    at = pageEnd;
  }
  return elements;
}

function readElement(part: Buffer, { type, tags }: { type: number; tags: boolean }): ReadElement {
  const behind = part.subarray(tags ? 48 : 12);
  return {
    type,
    address: part.readUInt16BE(0),
    flags: part[2],
    asc: part[4],
    ascq: part[5],
    idFlags: part[6],
    id: part[7],
    mediumType: part[9] & 7,
    source: (part[9] & 0x80) !== 0 ? part.readUInt16BE(10) : undefined,
    tag: tags ? part.toString('latin1', 12, 44).replaceAll(/[ \0]+$/g, '') : '',
    identifier: behind.toString('latin1', 4, 4 + behind[3]),
  };
}
