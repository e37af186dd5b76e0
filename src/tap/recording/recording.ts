import { rm } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { enhancedPacket, interfaceDescription, sectionHeader, type PacketTime } from '../../capture/write/blocks';
import { Conversation, type CutFrame } from '../../capture/write/conversation';
import { parseAddressBytes } from '../../protocol';
import type { SocketAddress } from '../../transport/dataAddress';
import { BlockFile } from './blockFile';
import { RecordedLink } from './recordedLink';

/** Decimal digits of the recording's clock. */
const DIGITS = 6;
const APPLICATION = 'NDMP Workbench';

/** What of the bytes of data connections is kept: nothing at all, headers of packets, everything. */
export type KeptData = 'none' | 'headers' | 'all';

export interface RecordingOptions {
  /** The first file; none of them ever replaces one that is there. */
  path: string;
  /** What readers shall know of the recording. */
  comment: string;
  data: KeptData;
  /** Passwords too. */
  keepPasswords: boolean;
  /** Bytes after which a new file is begun; undefined: never. */
  rotateBytes?: number;
  /** Files of the recording that are kept; undefined: all. */
  keep?: number;
  /** Told what whoever watches has to know. */
  warn: (text: string) => void;
  /** Handed every block that goes into a file, in order. */
  copy?: (block: Uint8Array) => void;
}

/**
 * Records connections as pcapng captures: their bytes as they passed, over made-up TCP, whatever they came over. What the disk
 * cannot take is left out or is the end of the recording; the connections go on.
 */
export class TapRecording {
  /** Files that are there, the present one last. */
  readonly files: string[] = [];
  private file: BlockFile;
  private number = 1;
  private connections = 0;
  /** Whether the present file ended because it could be written no more. */
  hasFailed = false;
  private leftOut = 0;

  /** @throws Node's error when the file cannot be made */
  constructor(readonly options: RecordingOptions) {
    this.file = this.begin(options.path);
  }

  /** The file that is written at the moment, and its bytes. */
  get path(): string {
    return this.file.path;
  }

  get bytes(): number {
    return this.file.bytes;
  }

  get isOpen(): boolean {
    return this.file.isOpen;
  }

  connection(client: SocketAddress, target: SocketAddress): RecordedLink {
    const [from, to] = sameFamily(bytesOf(client), bytesOf(target));
    const ends = [
      { address: from, port: client.port },
      { address: to, port: target.port },
    ] as const;
    return new RecordedLink(this, new Conversation(...ends, this.connections++));
  }

  /** @param comments of the last packet */
  put(frames: Iterable<CutFrame>, milliseconds: number, comments: readonly string[] = []): void {
    if (!this.file.isOpen) return;
    const time = timeOf(milliseconds);
    let before: CutFrame | undefined;
    for (const each of frames) {
      if (before) this.packet(before, time, []);
      before = each;
    }
    if (before) this.packet(before, time, comments);
    const { rotateBytes } = this.options;
    if (rotateBytes !== undefined && this.file.bytes >= rotateBytes) this.rotate();
  }

  /** Begins the next file. @throws nothing: where it cannot be made, the present one goes on */
  rotate(): void {
    const before = this.file;
    const { path, keep, warn } = this.options;
    const end = extname(path);
    const next = `${path.slice(0, path.length - end.length)}-${String(++this.number).padStart(4, '0')}${end}`;
    try {
      this.file = this.begin(next);
    } catch (error) {
      return warn(
        `The next file of the recording cannot be made: ${(error as Error).message}. ${basename(before.path)} goes on.`,
      );
    }
    this.hasFailed = false;
    void before.close();
    while (keep !== undefined && this.files.length > keep) void rm(this.files.shift() ?? '', { force: true });
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private begin(path: string): BlockFile {
    const file = new BlockFile(path, (error) => this.fail(path, error));
    const more = this.number > 1 ? ` File ${this.number} of this recording.` : '';
    for (const block of [sectionHeader(APPLICATION, this.options.comment + more), interfaceDescription(DIGITS)]) {
      file.put(block);
      this.options.copy?.(block);
    }
    this.files.push(path);
    return file;
  }

  private packet({ frame, cut }: CutFrame, time: PacketTime, comments: readonly string[]): void {
    const block = enhancedPacket(0, time, frame, frame.length + cut, comments);
    if (this.file.put(block)) return this.options.copy?.(block);
    if (this.file.isOpen && this.leftOut++ === 0)
      this.options.warn('The disk is too slow for the recording: packets are left out of it. Forwarding goes on.');
  }

  private fail(path: string, error: NodeJS.ErrnoException): void {
    if (path !== this.file.path || this.hasFailed) return;
    this.hasFailed = true;
    const why = error.code === 'ENOSPC' ? 'the disk is full' : error.message;
    this.options.warn(
      `The recording ${path} is over, ${why}: what passes from now on is NOT recorded. Forwarding goes on.`,
    );
  }
}

function timeOf(milliseconds: number): PacketTime {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanos: Math.round((milliseconds - seconds * 1000) * 1000) * 1000, digits: DIGITS };
}

function bytesOf({ address }: SocketAddress): Uint8Array {
  return parseAddressBytes(address.split('%')[0]) ?? new Uint8Array(4);
}

function sameFamily(a: Uint8Array, b: Uint8Array): [Uint8Array, Uint8Array] {
  return a.length === b.length ? [a, b] : [mapped(a), mapped(b)];
}

/** An IPv4 address as an IPv6 one. */
function mapped(address: Uint8Array): Uint8Array {
  return address.length === 16 ? address : Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...address);
}
