import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ErrorCode } from '../../../protocol';
import { RequestFailure } from '../../failure';
import { replaceFile } from '../../replaceFile';
import { mediumFailure } from './failures';
import { Media } from './media';

export type CartridgeKind = 'data' | 'cleaning';

export interface CartridgeOptions {
  barcode: string;
  /** Bytes. */
  capacity: number;
  /** Bytes before the end at which a writer is warned. */
  earlyWarning: number;
  kind: CartridgeKind;
  writeProtected: boolean;
}

/** What is kept of a cartridge's life, for LOG SENSE. */
export interface CartridgeUsage {
  /** Times it was put into a drive. */
  loads: number;
  bytesWritten: number;
  bytesRead: number;
}

interface CartridgeFile extends CartridgeOptions, CartridgeUsage {
  format: 1;
}

const FILE = 'cartridge.json';
/** How often a cleaning cartridge cleans. */
export const CLEANINGS = 50;
const MAX_FILE_BYTES = 64 * 1024;

/** A cartridge: a folder with what it is (`cartridge.json`) and what is written on it (`data.tap`). */
export class Cartridge {
  constructor(
    readonly folder: string,
    private readonly content: CartridgeFile,
  ) {}

  get barcode(): string {
    return this.content.barcode;
  }

  get capacity(): number {
    return this.content.capacity;
  }

  get earlyWarning(): number {
    return this.content.earlyWarning;
  }

  get kind(): CartridgeKind {
    return this.content.kind;
  }

  get writeProtected(): boolean {
    return this.content.writeProtected;
  }

  get usage(): Readonly<CartridgeUsage> {
    return this.content;
  }

  /** A cleaning cartridge that has cleaned as often as it can. */
  get expired(): boolean {
    return this.kind === 'cleaning' && this.content.loads > CLEANINGS;
  }

  /** Moves the write-protect switch; a drive minds it from the next time the cartridge is opened. */
  async setWriteProtected(writeProtected: boolean): Promise<void> {
    this.content.writeProtected = writeProtected;
    await this.save();
  }

  async count(usage: Partial<CartridgeUsage>): Promise<void> {
    if (Object.values(usage).every((more) => more === 0)) return;
    this.content.loads += usage.loads ?? 0;
    this.content.bytesWritten += usage.bytesWritten ?? 0;
    this.content.bytesRead += usage.bytesRead ?? 0;
    await this.save();
  }

  /** Opens the tape. Throws a RequestFailure: NO_TAPE_LOADED when the files are gone, else IO. */
  mount(): Promise<Media> {
    return Media.open(this.folder);
  }

  private async save(): Promise<void> {
    await replaceFile(join(this.folder, FILE), `${JSON.stringify(this.content, undefined, 2)}\n`, 0o600);
  }
}

/** Makes the folder of a new, empty cartridge; its early warning comes in the second half. Throws when it is there already. */
export async function createCartridge(folder: string, options: CartridgeOptions): Promise<Cartridge> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (options.kind === 'data') await Media.create(folder);
  const earlyWarning = Math.min(options.earlyWarning, Math.floor(options.capacity / 2));
  const content: CartridgeFile = { format: 1, ...options, earlyWarning, loads: 0, bytesWritten: 0, bytesRead: 0 };
  await replaceFile(join(folder, FILE), `${JSON.stringify(content, undefined, 2)}\n`, 0o600);
  return new Cartridge(folder, content);
}

/** Reads a cartridge's folder; its tape is not touched. Throws a RequestFailure that says what is wrong with it. */
export async function openCartridge(folder: string): Promise<Cartridge> {
  const path = join(folder, FILE);
  const text = await readFile(path).catch((error: unknown) => {
    throw mediumFailure(error, `opening ${path}`);
  });
  const content = text.length > MAX_FILE_BYTES ? undefined : parse(text.toString('utf8'));
  if (!content) throw new RequestFailure(ErrorCode.IO, `${path} does not describe a cartridge`);
  return new Cartridge(folder, content);
}

function parse(text: string): CartridgeFile | undefined {
  let value: Partial<Record<keyof CartridgeFile, unknown>>;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || value.format !== 1 || typeof value.barcode !== 'string')
    return undefined;
  if (value.kind !== 'data' && value.kind !== 'cleaning') return undefined;
  const count = (number: unknown): number => (Number.isSafeInteger(number) ? Math.max(0, number as number) : 0);
  const capacity = count(value.capacity);
  return {
    format: 1,
    barcode: value.barcode,
    capacity,
    earlyWarning: Math.min(count(value.earlyWarning), Math.floor(capacity / 2)),
    kind: value.kind,
    writeProtected: value.writeProtected === true,
    loads: count(value.loads),
    bytesWritten: count(value.bytesWritten),
    bytesRead: count(value.bytesRead),
  };
}
