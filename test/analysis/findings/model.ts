import type { BodyValue, NdmpVersion } from '../../../src/protocol';
import { Play, type Conversation } from '../../support/play';

/**
 * A data server and a mover as the NDMPv4 draft and its forerunners describe them, written down here once more and by
 * hand, so that the table under test is not its own judge.
 */
const SPECIFICATION: Record<
  string,
  { data?: string[]; mover?: string[]; v2?: string[]; v3?: string[]; either?: string[] }
> = {
  NDMP_DATA_LISTEN: { data: ['IDLE'], v2: [] },
  NDMP_DATA_CONNECT: { data: ['IDLE'], v2: [] },
  NDMP_DATA_START_BACKUP: { data: ['CONNECTED'], v2: ['IDLE'] },
  NDMP_DATA_START_RECOVER: { data: ['CONNECTED'], v2: ['IDLE'] },
  NDMP_DATA_ABORT: { data: ['LISTEN', 'CONNECTED', 'ACTIVE'], v2: ['ACTIVE'], either: ['HALTED'] },
  NDMP_DATA_STOP: { data: ['HALTED'] },
  NDMP_DATA_GET_ENV: { data: ['ACTIVE', 'HALTED'] },
  NDMP_MOVER_LISTEN: { mover: ['IDLE'] },
  NDMP_MOVER_CONNECT: { mover: ['IDLE'], v2: [] },
  NDMP_MOVER_CONTINUE: { mover: ['PAUSED'] },
  NDMP_MOVER_ABORT: { mover: ['LISTEN', 'ACTIVE', 'PAUSED'], either: ['HALTED'] },
  NDMP_MOVER_STOP: { mover: ['HALTED'] },
  NDMP_MOVER_SET_WINDOW: {
    mover: ['IDLE', 'PAUSED'],
    v2: ['IDLE', 'LISTEN', 'PAUSED'],
    v3: ['IDLE', 'LISTEN', 'PAUSED'],
  },
  NDMP_MOVER_READ: { mover: ['ACTIVE'] },
  NDMP_MOVER_CLOSE: { mover: ['PAUSED'], either: ['ACTIVE'] },
  NDMP_MOVER_SET_RECORD_SIZE: { mover: ['IDLE'], either: ['PAUSED'] },
};

const INFINITE = 0xffffffffffffffffn;
const ILLEGAL_STATE = 19;
const DATA_NUMBERS: Record<string, number> = { IDLE: 0, ACTIVE: 1, HALTED: 2, LISTEN: 3, CONNECTED: 4 };
const MOVER_NUMBERS: Record<string, number> = { IDLE: 0, LISTEN: 1, ACTIVE: 2, PAUSED: 3, HALTED: 4 };

interface Step {
  name: string;
  can: boolean;
  run(): void;
}

/** Plays a session step by step; every choice is a number, so that a generator can make it. */
export class Model {
  readonly play = new Play();
  /** Messages so far. */
  messages = 0;
  private readonly data: Conversation;
  private readonly tape: Conversation;
  private dataState = 'IDLE';
  private moverState = 'IDLE';
  private tapeOpen = false;
  private recordSize = false;
  private windowSet = false;
  private started = false;
  private envAsked = false;
  private dataReason = 0;
  private moverReason = 0;
  private pauseReason = 0;
  private port = 41_000;

  constructor(
    readonly version: NdmpVersion,
    private readonly local: boolean,
  ) {
    this.data = this.connect('10.0.0.2');
    this.tape = local ? this.data : this.connect('10.0.0.3');
  }

  /** Takes one of the steps that the specification allows now. */
  legal(choice: number): string {
    const steps = this.steps().filter(({ can }) => can);
    const step = steps[choice % steps.length];
    step.run();
    return step.name;
  }

  /** Sends a request that the specification forbids now; the server refuses it. @returns the row of the request */
  illegal(choice: number): { row: number; name: string } {
    const names = Object.keys(SPECIFICATION).filter((name) => this.isIllegal(name));
    const name = names[choice % names.length];
    const row = this.messages;
    const conversation = name.startsWith('NDMP_DATA') ? this.data : this.tape;
    this.ask(conversation, name, this.bodyOf(name), { ...this.emptyReply(name), error: ILLEGAL_STATE });
    return { row, name };
  }

  private isIllegal(name: string): boolean {
    const { data, mover, v2, v3, either = [] } = SPECIFICATION[name];
    const state = data ? this.dataState : this.moverState;
    const legal = (this.version === 2 ? v2 : this.version === 3 ? v3 : undefined) ?? data ?? mover ?? [];
    // v2 has neither these messages nor LISTEN and CONNECTED of the data server
    if (this.version === 2 && legal.length === 0) return false;
    return !legal.includes(state) && !either.includes(state);
  }

  private steps(): Step[] {
    const { version, dataState: data, moverState: mover } = this;
    const both = (d: string, m: string): boolean => data === d && mover === m;
    const halted = (data === 'HALTED' || data === 'IDLE') && mover === 'HALTED';
    const windowAt = version === 4 ? ['IDLE'] : ['LISTEN'];
    const ready = this.tapeOpen && this.recordSize && (version !== 4 || this.windowSet);
    return [
      { name: 'data state', can: true, run: () => this.askData() },
      { name: 'mover state', can: true, run: () => this.askMover() },
      { name: 'tape open', can: !this.tapeOpen && mover === 'IDLE', run: () => this.openTape() },
      { name: 'record size', can: mover === 'IDLE', run: () => this.setRecordSize() },
      { name: 'window', can: windowAt.includes(mover) && this.recordSize, run: () => this.setWindow() },
      { name: 'mover listen', can: both('IDLE', 'IDLE') && ready, run: () => this.moverListen() },
      { name: 'data connect', can: version > 2 && both('IDLE', 'LISTEN'), run: () => this.dataConnect() },
      { name: 'data listen', can: version > 2 && both('IDLE', 'IDLE') && ready, run: () => this.dataListen() },
      { name: 'mover connect', can: version > 2 && both('LISTEN', 'IDLE') && ready, run: () => this.moverConnect() },
      {
        name: 'start',
        can: version === 2 ? both('IDLE', 'LISTEN') : both('CONNECTED', 'ACTIVE'),
        run: () => this.start(),
      },
      { name: 'history', can: data === 'ACTIVE', run: () => this.history() },
      { name: 'pause', can: both('ACTIVE', 'ACTIVE'), run: () => this.pause() },
      { name: 'go on', can: mover === 'PAUSED', run: () => this.goOn() },
      { name: 'close', can: mover === 'PAUSED' && data === 'ACTIVE', run: () => this.closePaused() },
      { name: 'finish', can: both('ACTIVE', 'ACTIVE'), run: () => this.finish() },
      {
        name: 'abort data',
        can: ['LISTEN', 'CONNECTED', 'ACTIVE'].includes(data) && !(version === 2 && data !== 'ACTIVE'),
        run: () => this.abortData(),
      },
      { name: 'abort mover', can: mover === 'LISTEN' && data === 'IDLE', run: () => this.abortMover() },
      { name: 'environment', can: data === 'HALTED' && this.started, run: () => this.environment() },
      { name: 'data stop', can: data === 'HALTED' && (this.envAsked || !this.started), run: () => this.dataStop() },
      { name: 'mover stop', can: halted, run: () => this.moverStop() },
    ];
  }

  private connect(server: string): Conversation {
    this.messages += 3;
    return this.play.connect('10.0.0.1', server, { version: this.version });
  }

  private ask(conversation: Conversation, name: string, body: BodyValue = {}, reply: BodyValue = { error: 0 }): void {
    conversation.ask(name, body, reply);
    this.messages += 2;
  }

  private post(conversation: Conversation, name: string, body: BodyValue): void {
    conversation.post(name, body);
    this.messages += 1;
  }

  private address(): BodyValue {
    if (this.local) return { type: 0 };
    const ip_addr = 0x0a000003;
    return this.version === 4
      ? { type: 1, tcp_addr: [{ ip_addr, port: this.port, addr_env: [] }] }
      : { type: 1, ip_addr, port: this.port };
  }

  private get range(): BodyValue {
    return { offset: 0n, length: INFINITE };
  }

  private openTape(): void {
    this.ask(this.tape, 'NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 1 });
    this.tapeOpen = true;
  }

  private setRecordSize(): void {
    this.ask(this.tape, 'NDMP_MOVER_SET_RECORD_SIZE', { len: 65536 });
    this.recordSize = true;
    this.windowSet = false;
  }

  private setWindow(): void {
    this.ask(this.tape, 'NDMP_MOVER_SET_WINDOW', this.range);
    this.windowSet = true;
  }

  private moverListen(): void {
    this.port++;
    const field = this.version === 4 ? 'connect_addr' : this.version === 3 ? 'data_connection_addr' : 'mover';
    const reply = { error: 0, [field]: this.address() };
    this.ask(this.tape, 'NDMP_MOVER_LISTEN', { mode: 0, addr_type: this.local ? 0 : 1 }, reply);
    this.moverState = 'LISTEN';
  }

  private dataConnect(): void {
    this.ask(this.data, 'NDMP_DATA_CONNECT', { addr: this.address() });
    this.dataState = 'CONNECTED';
    this.moverState = 'ACTIVE';
  }

  private dataListen(): void {
    this.port++;
    const field = this.version === 4 ? 'connect_addr' : 'data_connection_addr';
    this.ask(this.data, 'NDMP_DATA_LISTEN', { addr_type: this.local ? 0 : 1 }, { error: 0, [field]: this.address() });
    this.dataState = 'LISTEN';
  }

  private moverConnect(): void {
    this.ask(this.tape, 'NDMP_MOVER_CONNECT', { mode: 0, addr: this.address() });
    this.dataState = 'CONNECTED';
    this.moverState = 'ACTIVE';
  }

  private start(): void {
    this.ask(this.data, 'NDMP_DATA_START_BACKUP', this.bodyOf('NDMP_DATA_START_BACKUP'));
    this.dataState = 'ACTIVE';
    this.moverState = 'ACTIVE';
    this.started = true;
    this.envAsked = false;
  }

  private history(): void {
    if (this.version === 2) this.post(this.data, 'NDMP_LOG_LOG', { entry: 'still here' });
    else this.post(this.data, 'NDMP_FH_ADD_FILE', { files: [] });
  }

  private pause(): void {
    this.pauseReason = 1;
    this.post(this.tape, 'NDMP_NOTIFY_MOVER_PAUSED', { reason: 1, seek_position: 0n });
    this.moverState = 'PAUSED';
  }

  private goOn(): void {
    this.ask(this.tape, 'NDMP_TAPE_MTIO', { tape_op: 4, count: 1 }, { error: 0, resid_count: 0 });
    this.ask(this.tape, 'NDMP_MOVER_SET_WINDOW', this.range);
    this.ask(this.tape, 'NDMP_MOVER_CONTINUE');
    this.moverState = 'ACTIVE';
  }

  private closePaused(): void {
    this.ask(this.tape, 'NDMP_MOVER_CLOSE');
    this.haltMover(1);
    this.haltData(1);
  }

  private finish(): void {
    this.haltData(1);
    this.haltMover(1);
  }

  private abortData(): void {
    const mover = this.moverState;
    this.ask(this.data, 'NDMP_DATA_ABORT');
    this.haltData(2);
    if (mover === 'ACTIVE' || mover === 'PAUSED') this.haltMover(1);
  }

  private abortMover(): void {
    this.ask(this.tape, 'NDMP_MOVER_ABORT');
    this.haltMover(2);
  }

  private haltData(reason: number): void {
    this.post(this.data, 'NDMP_NOTIFY_DATA_HALTED', this.halt(reason));
    this.dataState = 'HALTED';
    this.dataReason = reason;
  }

  private haltMover(reason: number): void {
    this.post(this.tape, 'NDMP_NOTIFY_MOVER_HALTED', this.halt(reason));
    this.moverState = 'HALTED';
    this.moverReason = reason;
  }

  private halt(reason: number): BodyValue {
    return this.version < 4 ? { reason, text_reason: '' } : { reason };
  }

  private environment(): void {
    this.ask(this.data, 'NDMP_DATA_GET_ENV', {}, { error: 0, env: [] });
    this.envAsked = true;
  }

  private dataStop(): void {
    this.ask(this.data, 'NDMP_DATA_STOP');
    this.dataState = 'IDLE';
    this.started = false;
  }

  private moverStop(): void {
    this.ask(this.tape, 'NDMP_MOVER_STOP');
    this.moverState = 'IDLE';
    // a DMA sets both anew, since servers differ in what they keep
    this.recordSize = false;
    this.windowSet = false;
  }

  private askData(): void {
    const state = {
      error: 0,
      operation: this.started ? 1 : 0,
      state: DATA_NUMBERS[this.dataState],
      halt_reason: this.dataState === 'HALTED' ? this.dataReason : 0,
      bytes_processed: 1000n,
      est_bytes_remain: 0n,
      est_time_remain: 0,
    };
    const last = { read_offset: 0n, read_length: 0n };
    const none = { type: 0 };
    const reply =
      this.version === 2
        ? { ...state, mover: none, ...last }
        : { [this.version === 3 ? 'invalid' : 'unsupported']: 0, ...state, data_connection_addr: none, ...last };
    this.ask(this.data, 'NDMP_DATA_GET_STATE', {}, reply);
  }

  private askMover(): void {
    const mode: BodyValue = this.version === 4 ? { mode: 0 } : {};
    const moved = this.version === 4 ? 'bytes_moved' : 'data_written';
    const address: BodyValue = this.version > 2 ? { data_connection_addr: { type: 0 } } : {};
    this.ask(
      this.tape,
      'NDMP_MOVER_GET_STATE',
      {},
      {
        error: 0,
        ...mode,
        state: MOVER_NUMBERS[this.moverState],
        pause_reason: this.moverState === 'PAUSED' ? this.pauseReason : 0,
        halt_reason: this.moverState === 'HALTED' ? this.moverReason : 0,
        record_size: 65536,
        record_num: 0,
        [moved]: 0n,
        seek_position: 0n,
        bytes_left_to_read: 0n,
        window_offset: 0n,
        window_length: INFINITE,
        ...address,
      },
    );
  }

  private bodyOf(name: string): BodyValue {
    const old: BodyValue = this.version === 2 ? { mover: this.address() } : {};
    switch (name) {
      case 'NDMP_DATA_LISTEN':
        return { addr_type: 1 };
      case 'NDMP_DATA_CONNECT':
        return { addr: this.address() };
      case 'NDMP_DATA_START_BACKUP':
        return { ...old, bu_type: 'dump', env: [] };
      case 'NDMP_DATA_START_RECOVER':
        return { ...old, env: [], nlist: [], bu_type: 'dump' };
      case 'NDMP_MOVER_LISTEN':
        return { mode: 0, addr_type: 1 };
      case 'NDMP_MOVER_CONNECT':
        return { mode: 0, addr: this.address() };
      case 'NDMP_MOVER_SET_WINDOW':
      case 'NDMP_MOVER_READ':
        return this.range;
      case 'NDMP_MOVER_SET_RECORD_SIZE':
        return { len: 65536 };
      default:
        return {};
    }
  }

  private emptyReply(name: string): BodyValue {
    const none = { type: 0 };
    if (name === 'NDMP_DATA_GET_ENV') return { error: 0, env: [] };
    if (name === 'NDMP_DATA_LISTEN' || name === 'NDMP_MOVER_LISTEN') {
      const field = this.version === 4 ? 'connect_addr' : this.version === 3 ? 'data_connection_addr' : 'mover';
      return { error: 0, [field]: none };
    }
    return { error: 0 };
  }
}
