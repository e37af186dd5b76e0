import { closeSync, openSync, writeSync } from 'node:fs';
import { bodyToJson, clip, escapeText, interfaceOf, type MessageName } from '../../protocol';
import { withoutSecretsInBody } from '../../protocol/secretVariables';
import type { Told } from './trace';

/** A line is no longer than this; bodies are in the recording in full. */
const LINE = 1000;
/** Posts of file history are counted, and told together when so many have come. */
const COUNTED_AT_MOST = 10_000;
/** Bodies that would give away how to log in, or that are data of a tape. */
const NOT_TOLD: ReadonlySet<string> = new Set<MessageName>([
  'NDMP_CONNECT_CLIENT_AUTH',
  'NDMP_CONFIG_GET_AUTH_ATTR',
  'NDMP_TAPE_WRITE',
  'NDMP_TAPE_READ',
  'NDMP_SCSI_EXECUTE_CDB',
]);

/**
 * The plain log of a run: what was asked and answered on which connection, one line each, for people. What servers said
 * cannot control a terminal, and no secret is in it.
 */
export class RunLog {
  private file: number | undefined;

  /**
   * @param failed told once when it can be written no more; the run goes on
   * @throws Node's error when the file cannot be made; an existing one is not overwritten
   */
  constructor(
    path: string,
    private readonly failed: (error: Error) => void,
  ) {
    this.file = openSync(path, 'wx', 0o600);
  }

  line(text: string, at = Date.now()): void {
    if (this.file === undefined) return;
    try {
      writeSync(this.file, `${new Date(at).toISOString()} ${clip(escapeText(text), LINE)}\n`);
    } catch (error) {
      this.close();
      this.failed(error as Error);
    }
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }
}

const SIGNS = { request: '->', reply: '<-', post: '<<' } as const;

/** The lines of one connection in the log. */
export class ConnectionLog {
  private counted = new Map<string, number>();
  private count = 0;

  /** @param name how the connection is called in the log, such as 'filer1 #1 data' */
  constructor(
    private readonly log: RunLog,
    private readonly name: string,
  ) {}

  told(told: Told): void {
    if (interfaceOf(told.code) === 'fh') return this.countPost(told.name);
    this.tellCounted();
    const error = told.kind === 'reply' ? ` ${told.error ?? ''}` : '';
    const took = told.took === undefined ? '' : ` ${told.took.toFixed(1)} ms`;
    this.note(`${SIGNS[told.kind]} ${told.name}${error}${took}${bodyText(told)}`);
  }

  note(text: string): void {
    this.log.line(`${this.name} ${text}`);
  }

  closed(inOrder: boolean): void {
    this.tellCounted();
    this.note(inOrder ? 'closed' : 'ended');
  }

  private countPost(name: string): void {
    this.counted.set(name, (this.counted.get(name) ?? 0) + 1);
    if (++this.count >= COUNTED_AT_MOST) this.tellCounted();
  }

  private tellCounted(): void {
    for (const [name, count] of this.counted) this.note(`<< ${name} (${count} of them)`);
    this.counted.clear();
    this.count = 0;
  }
}

function bodyText({ kind, name, code, version, body }: Told): string {
  if (NOT_TOLD.has(name)) return '';
  const json = bodyToJson(body(), { code, kind, version, headerError: 0 });
  const fields = Object.entries(withoutSecretsInBody(json) ?? json);
  const told = fields.filter(([field]) => field !== 'error');
  return told.length === 0 ? '' : ` ${clip(JSON.stringify(Object.fromEntries(told)), LINE)}`;
}
