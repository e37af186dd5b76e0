import assert from 'node:assert/strict';
import { Analysis } from '../../../src/analysis/analysis';
import type { Finding } from '../../../src/analysis/findings';
import type { BodyValue, NdmpVersion } from '../../../src/protocol';
import { Play, type Conversation } from '../../support/play';

const INFINITE = 0xffffffffffffffffn;
const LOCAL: BodyValue = { type: 0 };
const tcp = (port: number): BodyValue => ({
  type: 1,
  tcp_addr: [{ ip_addr: 0x0a000003, port, addr_env: [] }],
});
const env = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => ({ name, value }));

/** A play of one connection, or two, and what is found in it beside notes about how connections end. */
class Scene {
  readonly play = new Play();
  readonly a: Conversation;

  constructor(version: NdmpVersion = 4) {
    this.a = this.play.connect('10.0.0.1', '10.0.0.2', { version });
  }

  second(version: NdmpVersion = 4): Conversation {
    return this.play.connect('10.0.0.1', '10.0.0.3', { version });
  }

  get findings(): Finding[] {
    return new Analysis(this.play.session()).findings.filter(({ rule }) => rule !== 'missing-close');
  }

  /** Rules with the numbers of their messages. */
  get found(): string[] {
    return this.findings.map(({ rule, row }) => `${rule} ${row + 1}`);
  }
}

function moverReady(mover: Conversation, window: BodyValue = { offset: 0n, length: INFINITE }): void {
  mover.ask('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 1 });
  mover.ask('NDMP_MOVER_SET_RECORD_SIZE', { len: 65536 });
  mover.ask('NDMP_MOVER_SET_WINDOW', window);
}

function connect(data: Conversation, mover: Conversation, address: BodyValue, mode = 0): void {
  mover.ask('NDMP_MOVER_LISTEN', { mode, addr_type: Number(address.type) }, { error: 0, connect_addr: address });
  data.ask('NDMP_DATA_CONNECT', { addr: address });
}

function backup(data: Conversation, path = '/vol/a'): void {
  data.ask('NDMP_DATA_START_BACKUP', { bu_type: 'dump', env: env({ FILESYSTEM: path }) });
}

function halt(data: Conversation, mover: Conversation, reason = 1, moverReason = 1): void {
  data.post('NDMP_NOTIFY_DATA_HALTED', { reason });
  mover.post('NDMP_NOTIFY_MOVER_HALTED', { reason: moverReason });
}

function stop(data: Conversation, mover: Conversation): void {
  data.ask('NDMP_DATA_GET_ENV', {}, { error: 0, env: [] });
  data.ask('NDMP_DATA_STOP');
  mover.ask('NDMP_MOVER_STOP');
  mover.ask('NDMP_TAPE_CLOSE');
}

/** A backup that runs; messages 4 to 15. */
function running(scene: Scene): Conversation {
  const { a } = scene;
  moverReady(a);
  connect(a, a, LOCAL);
  backup(a);
  return a;
}

const moverState = (state: number, pause_reason = 0): BodyValue => ({
  error: 0,
  mode: 0,
  state,
  pause_reason,
  halt_reason: 0,
  record_size: 65536,
  record_num: 0,
  bytes_moved: 0n,
  seek_position: 0n,
  bytes_left_to_read: 0n,
  window_offset: 0n,
  window_length: INFINITE,
  data_connection_addr: LOCAL,
});

describe('findings: rules', () => {
  it('a whole local backup is quiet', () => {
    const scene = new Scene();
    const a = running(scene);
    halt(a, a);
    stop(a, a);
    a.request('NDMP_CONNECT_CLOSE');
    a.close();
    assert.deepEqual(new Analysis(scene.play.session()).findings, []);
  });

  it('a halt that crosses a request on its way is nobody’s fault', () => {
    const scene = new Scene();
    const a = running(scene);
    const read = a.request('NDMP_MOVER_ABORT');
    halt(a, a);
    a.reply('NDMP_MOVER_ABORT', read, { error: 19 });
    assert.deepEqual(scene.found, []);
  });

  it('a halt that is told after the reply that it refuses is nobody’s fault either', () => {
    const scene = new Scene();
    const a = running(scene);
    a.ask('NDMP_DATA_ABORT', {}, { error: 19 });
    a.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
    assert.deepEqual(scene.found, []);
  });

  it('a request refused though its state stood: the next answers tell', () => {
    const scene = new Scene();
    const a = running(scene);
    a.ask('NDMP_MOVER_READ', { offset: 0n, length: 10n }, { error: 19 });
    a.ask('NDMP_MOVER_GET_STATE', {}, moverState(2));
    assert.deepEqual(scene.found, ['legal-request-refused 16']);
  });

  it('a server that serves what it has to refuse', () => {
    const scene = new Scene();
    scene.a.ask('NDMP_MOVER_STOP');
    assert.deepEqual(scene.found, ['illegal-state-accepted 4']);
  });

  it('an illegal request without a reply', () => {
    const scene = new Scene();
    scene.a.request('NDMP_DATA_STOP');
    scene.a.ask('NDMP_CONFIG_GET_HOST_INFO', {}, { error: 0, hostname: '', os_type: '', os_vers: '', hostid: '' });
    assert.deepEqual(scene.found, ['illegal-state 4']);
  });

  it('a state that nothing leads to', () => {
    const scene = new Scene();
    scene.a.ask('NDMP_MOVER_GET_STATE', {}, moverState(3, 1));
    assert.deepEqual(scene.found, ['state-contradiction 5']);
  });

  it('a pause that is seen but never told', () => {
    const scene = new Scene();
    const a = running(scene);
    a.ask('NDMP_MOVER_GET_STATE', {}, moverState(3, 1));
    assert.deepEqual(scene.found, ['missing-notify 17']);
  });

  it('a halt told twice', () => {
    const scene = new Scene();
    const a = running(scene);
    halt(a, a);
    a.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
    assert.deepEqual(scene.found, ['repeated-notify 18']);
  });

  it('the tape used while the mover has it', () => {
    const scene = new Scene();
    const a = running(scene);
    a.ask('NDMP_TAPE_MTIO', { tape_op: 4, count: 1 }, { error: 2, resid_count: 0 });
    assert.deepEqual(scene.found, ['device-misuse 16']);
  });

  it('a window that is not made of whole records, for a mover that writes', () => {
    const scene = new Scene();
    const a = running(scene);
    a.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 5, seek_position: 0n });
    a.ask('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: 100n }, { error: 9 });
    assert.deepEqual(scene.found, ['mover-arguments 17']);
  });

  it('MOVER_CONTINUE at the end of the window without another one', () => {
    const scene = new Scene();
    const a = running(scene);
    a.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 5, seek_position: 0n });
    a.ask('NDMP_MOVER_CONTINUE', {}, { error: 26 });
    assert.deepEqual(scene.found, ['mover-arguments 17']);
  });

  it('an infinite window from an offset is a note', () => {
    const scene = new Scene();
    moverReady(scene.a, { offset: 65536n, length: INFINITE });
    const [finding] = scene.findings;
    assert.deepEqual([finding.rule, finding.severity], ['window-infinite-offset', 'note']);
  });

  it('going on at the end of the tape without having touched it', () => {
    const scene = new Scene();
    const a = running(scene);
    a.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 1, seek_position: 0n });
    a.ask('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: INFINITE });
    a.ask('NDMP_MOVER_CONTINUE');
    assert.deepEqual(scene.found, ['eom-same-tape 19']);
  });

  it('a pause that nobody minds until the connection ends', () => {
    const scene = new Scene();
    const mover = scene.second();
    moverReady(mover);
    connect(scene.a, mover, tcp(50_000));
    backup(scene.a);
    mover.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 1, seek_position: 0n });
    scene.play.wait(3_000_000);
    mover.close();
    assert.deepEqual(scene.found, ['ignored-pause 19']);
  });

  it('a pause that a DMA minds after half an hour is a warning', () => {
    const scene = new Scene();
    const a = running(scene);
    a.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 1, seek_position: 0n });
    scene.play.wait(1_800_000_000);
    a.ask('NDMP_TAPE_MTIO', { tape_op: 6, count: 1 }, { error: 0, resid_count: 0 });
    const [finding] = scene.findings;
    assert.deepEqual([finding.rule, finding.severity], ['ignored-pause', 'warning']);
    assert.match(finding.text, /waited 30 min/);
  });

  it('many polls a second are one finding', () => {
    const scene = new Scene();
    const a = running(scene);
    for (let i = 0; i < 300; i++) {
      scene.play.wait(20_000);
      a.ask('NDMP_MOVER_GET_STATE', {}, moverState(2));
    }
    const [finding, ...others] = scene.findings;
    assert.deepEqual([finding.rule, finding.row, finding.related.length, others], ['fast-polling', 15, 19, []]);
    assert.match(finding.text, /MOVER_GET_STATE was sent 300 times in 6(\.\d)? s/);
  });

  it('a reply that takes long', () => {
    const scene = new Scene();
    const asked = scene.a.request('NDMP_DATA_LISTEN', { addr_type: 0 });
    scene.play.wait(42_000_000);
    scene.a.reply('NDMP_DATA_LISTEN', asked, { error: 0, connect_addr: LOCAL });
    assert.deepEqual(scene.found, ['slow-reply 5']);
  });

  it('a backup whose environment nobody asks for, and one of nothing', () => {
    const scene = new Scene();
    const a = running(scene);
    halt(a, a);
    const state = { unsupported: 0, error: 0, operation: 1, state: 2, halt_reason: 1, bytes_processed: 0n };
    const rest = {
      est_bytes_remain: 0n,
      est_time_remain: 0,
      data_connection_addr: LOCAL,
      read_offset: 0n,
      read_length: 0n,
    };
    a.ask('NDMP_DATA_GET_STATE', {}, { ...state, ...rest });
    a.ask('NDMP_DATA_STOP');
    a.ask('NDMP_MOVER_STOP');
    assert.deepEqual(scene.found, ['empty-backup 16', 'environment-not-saved 20']);
  });

  it('ranges that the mover is not asked for, and other ones', () => {
    const scene = new Scene();
    const { a } = scene;
    const mover = scene.second();
    moverReady(mover);
    connect(a, mover, tcp(50_001), 1);
    a.ask('NDMP_DATA_START_RECOVER', { env: [], nlist: [], bu_type: 'dump' });
    a.post('NDMP_NOTIFY_DATA_READ', { offset: 0n, length: 1000n });
    mover.ask('NDMP_MOVER_READ', { offset: 0n, length: 1000n });
    a.post('NDMP_NOTIFY_DATA_READ', { offset: 5000n, length: 1000n });
    mover.ask('NDMP_MOVER_READ', { offset: 6000n, length: 1000n });
    a.post('NDMP_NOTIFY_DATA_READ', { offset: 9000n, length: INFINITE });
    scene.play.wait(60_000_000);
    halt(a, mover);
    stop(a, mover);
    assert.deepEqual(scene.found, ['data-read-changed 23', 'data-read-ignored 25']);
  });

  it('a failed job is one finding, its halts and the server’s words related', () => {
    const scene = new Scene();
    const a = running(scene);
    const log = { log_type: 2, message_id: 1, associated_message_valid: 0, associated_message_sequence: 0 };
    a.post('NDMP_LOG_MESSAGE', { ...log, entry: 'disk on fire\n' });
    halt(a, a, 3, 4);
    stop(a, a);
    const [message, job, ...others] = scene.findings;
    assert.deepEqual(others, []);
    assert.equal(message.text, "The server logged 'disk on fire'.");
    assert.deepEqual([job.rule, job.row, job.related, job.job], ['job-failed', 16, [17, 15], 0]);
  });

  it('files that were not recovered', () => {
    const scene = new Scene();
    scene.a.post('NDMP_LOG_FILE', { name: '/gone\u001b[31m', recovery_status: 2 });
    scene.a.post('NDMP_LOG_FILE', { name: '/there', recovery_status: 0 });
    const [finding] = scene.findings;
    assert.equal(finding.rule, 'files-not-recovered');
    assert.doesNotMatch(finding.text, /\u001b/);
  });

  it('connections that are refused, without a version, shut down', () => {
    const play = new Play();
    const refused = play.connect('10.0.0.1', '10.0.0.2', { handshake: false });
    refused.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason: 2, protocol_version: 4, text_reason: 'too many sessions' });
    const old = play.connect('10.0.0.1', '10.0.0.4', { handshake: false });
    old.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason: 0, protocol_version: 3, text_reason: '' });
    old.ask('NDMP_CONNECT_OPEN', { protocol_version: 4 }, { error: 9 });
    const shut = play.connect('10.0.0.1', '10.0.0.5');
    shut.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason: 1, protocol_version: 4, text_reason: 'idle too long' });
    const texts = new Analysis(play.session()).findings.map(({ rule, text }) => `${rule}: ${text}`);
    assert.deepEqual(texts, [
      "connection-refused: The server refuses the connection: 'too many sessions'.",
      'version-refused: The server refused version 4 with ILLEGAL_ARGS; it announces version 3.',
      "server-shutdown: The server shuts the connection down: 'idle too long'.",
    ]);
  });

  it('a version refused and a lower one accepted is the ordinary course', () => {
    const play = new Play();
    const a = play.connect('10.0.0.1', '10.0.0.2', { handshake: false });
    a.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason: 0, protocol_version: 3, text_reason: '' });
    a.ask('NDMP_CONNECT_OPEN', { protocol_version: 4 }, { error: 9 });
    a.ask('NDMP_CONNECT_OPEN', { protocol_version: 3 });
    assert.deepEqual(new Analysis(play.session()).findings, []);
  });

  it('a missing reply in the middle, but none where the capture ends', () => {
    const scene = new Scene();
    scene.a.request('NDMP_CONFIG_GET_EXT_LIST');
    scene.a.ask('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 1 });
    scene.a.request('NDMP_TAPE_CLOSE');
    assert.deepEqual(scene.found, ['missing-reply 4']);
  });

  it('a device that opens at the third attempt', () => {
    const scene = new Scene();
    const open = { device: 'nrst0a', mode: 1 };
    for (const error of [10, 10, 0]) scene.a.ask('NDMP_TAPE_OPEN', open, { error });
    const [finding, ...others] = scene.findings;
    assert.deepEqual([finding.rule, finding.severity, others], ['device-retried', 'note', []]);
  });
});
