import type { BodyValue } from '../../protocol';
import type { AnalysisSource } from '../analysis';
import { textField } from '../connections';
import { isFields, linkAddress, variable } from '../jobs/addresses';
import { decodedRow, replyError, short, structsOf } from './bodies';
import type { ControlConnection, ExtensionClass, Join, Prepare, SetExtensions, Step } from './inventory';

const CLIENT_AUTH = 0x901;
const MAX_STEPS = 2000;
const MAX_CLASSES = 256;
const MAX_REST = 64;
const MAX_LOGS = 8;

const JOINS: ReadonlyMap<number, Join['what']> = new Map([
  [0x409, 'DATA_LISTEN'],
  [0x40a, 'DATA_CONNECT'],
  [0xa01, 'MOVER_LISTEN'],
  [0xa09, 'MOVER_CONNECT'],
]);

const STARTS = new Map([
  [0x401, 'backup'],
  [0x402, 'recover'],
  [0x40b, 'recover file history'],
] as const);

/** Reads the requests that matter for CAB, and the log messages that explain a refusal, in the order of time. */
export class StepReader {
  constructor(
    private readonly source: AnalysisSource,
    private readonly connection: ControlConnection,
  ) {}

  request(row: number): void {
    if (this.source.index.code(row) === CLIENT_AUTH) {
      this.login(row);
      return;
    }
    if (this.connection.steps.length >= MAX_STEPS) return;
    const step = this.step(row, decodedRow(this.source, row).value);
    if (step !== undefined) this.connection.steps.push(step);
  }

  /** A log message belongs to the last data or mover connection that was asked for and is not yet answered. */
  log(row: number): void {
    const last = this.connection.steps.at(-1);
    if (last?.kind !== 'join' || last.logs.length >= MAX_LOGS) return;
    // servers post the reason before or right after the reply that refuses
    const answered = last.replyRow >= 0 && last.replyRow < row;
    if (
      answered &&
      (last.error === 0 || this.source.index.sequence(row) !== this.source.index.sequence(last.replyRow) + 1)
    )
      return;
    last.logs.push({ row, text: short(textField(decodedRow(this.source, row).value, 'entry') ?? '') });
  }

  private step(row: number, body: BodyValue): Step | undefined {
    const code = this.source.index.code(row);
    const exchange = this.exchange(row);
    switch (code) {
      case 0x10a:
        return { kind: 'get-extensions', ...exchange, classes: this.offered(exchange.replyRow) };
      case 0x109:
        return { kind: 'set-extensions', ...exchange, ...selection(body) };
      case 0x20520001:
        return this.prepare(body, exchange);
      case 0x200:
      case 0x300:
        return { kind: 'open', ...exchange, changer: code === 0x200, device: short(textField(body, 'device') ?? '') };
    }
    const what = JOINS.get(code);
    if (what !== undefined) return this.join(what, body, exchange);
    const operation = STARTS.get(code as 0x401);
    return operation && { kind: 'start', ...exchange, operation, path: pathOf(body) };
  }

  private exchange(row: number): Pick<Step, 'row' | 'replyRow' | 'error'> {
    const replyRow = this.source.index.pair(row);
    return { row, replyRow, error: replyRow < 0 ? undefined : replyError(this.source, replyRow) };
  }

  private offered(replyRow: number): ExtensionClass[] {
    return replyRow < 0 ? [] : classesOf(decodedRow(this.source, replyRow).value);
  }

  private prepare(body: BodyValue, exchange: Pick<Step, 'row' | 'replyRow' | 'error'>): Prepare {
    const rest = exchange.replyRow < 0 ? new Uint8Array(0) : decodedRow(this.source, exchange.replyRow).trailing;
    return {
      kind: 'prepare',
      ...exchange,
      addrType: Number(body.addr_type ?? -1),
      backupType: short(textField(body, 'bu_type') ?? ''),
      path: pathOf(body),
      rest: rest.slice(0, MAX_REST),
      restLength: rest.length,
    };
  }

  /** The address is in the request of those who connect, and in the reply to those who listen. */
  private join(what: Join['what'], body: BodyValue, exchange: Pick<Step, 'row' | 'replyRow' | 'error'>): Join {
    const listens = what.endsWith('LISTEN');
    const told = listens && exchange.replyRow >= 0 ? decodedRow(this.source, exchange.replyRow).value : body;
    const { addr } = body;
    const type = listens ? body.addr_type : addr !== undefined && isFields(addr) ? addr.type : undefined;
    return {
      kind: 'join',
      ...exchange,
      what,
      addrType: Number(type ?? -1),
      address: linkAddress(told)?.texts[0],
      logs: [],
    };
  }

  private login(row: number): void {
    const { auth_data: data } = decodedRow(this.source, row).value;
    const fields = data !== undefined && isFields(data) ? data : {};
    const { error } = this.exchange(row);
    const kinds = ['none', 'text', 'md5'];
    this.connection.login = {
      user: short(textField(fields, 'auth_id') ?? ''),
      kind: kinds.at(Number(fields.type)) ?? 'unknown',
      accepted: error === 0,
      row,
    };
  }
}

function selection(body: BodyValue): Pick<SetExtensions, 'form' | 'classes'> {
  if (Array.isArray(body.selected)) {
    const classes = structsOf(body, 'selected').slice(0, MAX_CLASSES);
    return {
      form: 'A',
      classes: classes.map((each) => ({ id: Number(each.class_id), versions: [Number(each.version)] })),
    };
  }
  return { form: Array.isArray(body.class_list) ? 'B' : 'unreadable', classes: classesOf(body) };
}

function classesOf(body: BodyValue): ExtensionClass[] {
  return structsOf(body, 'class_list')
    .slice(0, MAX_CLASSES)
    .map(({ class_id: id, versions }) => ({
      id: Number(id),
      versions: Array.isArray(versions) ? versions.slice(0, MAX_CLASSES).map(Number) : [],
    }));
}

function pathOf(body: BodyValue): string | undefined {
  const path = variable(body, 'FILESYSTEM') ?? variable(body, 'PREFIX');
  return path === undefined ? undefined : short(path);
}
