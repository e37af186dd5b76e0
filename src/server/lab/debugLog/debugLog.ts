import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NdmpVersion } from '../../../protocol';
import { encodeByteString } from '../../../xdr';
import type { Endpoint } from '../../session/session';
import { gmtStampOf, stampOf } from './linePrefix';
import { messageLines } from './messageLines';

/** Begins each file. */
const MARK =
  'LAB Simulated by NDMP Workbench in the form of an ONTAP NDMP debug log; nothing in it was written by ONTAP.';
const NAME = 'ndmpd.log';
/** A file that has grown to this is put aside. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Files that were put aside: ndmpd.log.1 to ndmpd.log.3. */
const KEPT = 3;
/** Characters that wait for the disk at most, and for how many milliseconds. */
const MAX_WAITING = 256 * 1024;
const MAX_DELAY = 200;
const MAX_NOTES = 1000;
const SURROGATE = /[\ud800-\udfff]/;

/** The lab's debug log, in the text form of ONTAP's: every message of every session. */
export class DebugLog {
  readonly file: string;
  private waiting: string[] = [];
  private waitingLength = 0;
  private size: number;
  private timer: NodeJS.Timeout | undefined;
  private isOn: boolean;
  /** Lines about no session in particular, which wait for the next line of one. */
  private notes: string[] = [];

  /**
   * @param failed called once when the file cannot be written; nothing more is logged then
   */
  constructor(
    private readonly folder: string,
    isOn: boolean,
    private readonly failed: (why: string) => void,
  ) {
    this.isOn = isOn;
    this.file = join(folder, NAME);
    mkdirSync(folder, { recursive: true });
    this.size = existsSync(this.file) ? statSync(this.file).size : 0;
    this.notes.push(MARK);
  }

  get on(): boolean {
    return this.isOn;
  }

  set on(value: boolean) {
    this.flush();
    this.isOn = value;
  }

  /** A line of the connection log, which tells a session's addresses. */
  accepted(session: number, client: Endpoint, server: Endpoint, milliseconds: number): void {
    this.add([
      ...this.notesOf(session, milliseconds),
      `${gmtStampOf(milliseconds)}[ndmp_lab:ndmp.connection.accept:info]: ndmpd.access allowed for version = 4, ` +
        `sessionId = ${session}, from src ip = ${client.address}, dst ip = ${server.address}, ` +
        `src port = ${client.port}, dst port = ${server.port}`,
    ]);
  }

  message(session: number, payload: Uint8Array, fromServer: boolean, version: NdmpVersion, milliseconds: number): void {
    if (!this.isOn) return;
    const prefix = this.prefix(session, milliseconds);
    const lines = messageLines(payload, fromServer, version);
    const heads = lines.map((text, at) => `${prefix}DEBUG: ${at === 0 ? '' : '     '}${text}`);
    this.add([...this.notesOf(session, milliseconds), ...heads]);
  }

  /** What the cluster did, such as a volume that moved. Readers want lines to belong to a session: the next that says something. */
  note(text: string): void {
    if (this.isOn && this.notes.length < MAX_NOTES) this.notes.push(`LAB cluster: ${text}`);
  }

  /** Brings everything to the disk. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length === 0) return;
    const text = this.waiting.join('');
    // names that are no UTF-8 hold lone surrogates; everything else has the faster way
    const bytes = SURROGATE.test(text) ? encodeByteString(text) : Buffer.from(text, 'utf8');
    this.waiting = [];
    this.waitingLength = 0;
    try {
      if (this.size + bytes.length > MAX_BYTES) this.rotate();
      this.append(bytes);
    } catch (error) {
      this.isOn = false;
      this.failed(`the debug log ${this.file} cannot be written any more: ${(error as Error).message}`);
    }
  }

  private append(bytes: Uint8Array): void {
    appendFileSync(this.file, bytes);
    this.size += bytes.length;
  }

  private add(lines: readonly string[]): void {
    if (!this.isOn) return;
    for (const line of lines) {
      this.waiting.push(line, '\n');
      this.waitingLength += line.length + 1;
    }
    if (this.waitingLength > MAX_WAITING) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), MAX_DELAY).unref();
  }

  private notesOf(session: number, milliseconds: number): string[] {
    if (this.notes.length === 0) return [];
    const prefix = this.prefix(session, milliseconds);
    return this.notes.splice(0).map((text) => `${prefix}DEBUG: ${text}`);
  }

  private prefix(session: number, milliseconds: number): string {
    return `${stampOf(milliseconds)}[kern_ndmpd:info:${process.pid}] [${session}]  `;
  }

  private rotate(): void {
    if (this.size === 0) return;
    rmSync(`${this.file}.${KEPT}`, { force: true });
    for (let at = KEPT - 1; at >= 0; at--) {
      const from = at === 0 ? this.file : `${this.file}.${at}`;
      if (existsSync(from)) renameSync(from, `${this.file}.${at + 1}`);
    }
    this.size = 0;
    this.notes.push(MARK);
  }
}
