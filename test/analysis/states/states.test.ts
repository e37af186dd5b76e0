import assert from 'node:assert/strict';
import { traceStates, type StateSpan } from '../../../src/analysis/states';
import { openCaptureSync } from '../../../src/indexing/openCaptureSync';
import type { BodyValue } from '../../../src/protocol';
import { Play } from '../../support/play';

const text = ({ machine, connection, state, reason, fromRow, toRow, certain }: StateSpan): string =>
  `${connection + 1} ${machine} ${state}${reason ? ` ${reason}` : ''} ${fromRow + 1}-${toRow < 0 ? '' : toRow + 1}${certain ? '' : ' ?'}`;

const LOCAL: BodyValue = { type: 0 };

function spansOf(play: Play): string[] {
  return traceStates(play.session()).spans.map(text);
}

describe('states of data servers and movers', () => {
  it('of a three-way backup, by the order that the sample’s README tells', () => {
    const session = openCaptureSync('samples/backup-three-way.pcap');
    const { spans } = traceStates(session);
    session.close();
    const first = spans.filter(({ connection }) => connection < 2);
    assert.deepEqual(
      first.filter(({ machine }) => machine === 'data').map(({ state, reason }) => `${state} ${reason}`.trim()),
      ['IDLE', 'CONNECTED', 'ACTIVE', 'HALTED SUCCESSFUL', 'IDLE'],
    );
    assert.deepEqual(
      first.filter(({ machine }) => machine === 'mover').map(({ state, reason }) => `${state} ${reason}`.trim()),
      ['IDLE', 'LISTEN', 'ACTIVE', 'HALTED CONNECT_CLOSED', 'IDLE'],
    );
    // the mover becomes ACTIVE by what the data server's connection says
    const connected = first.find(({ state }) => state === 'CONNECTED');
    const active = first.find(({ machine, state }) => machine === 'mover' && state === 'ACTIVE');
    assert.equal(active?.fromRow, connected?.fromRow);
    for (const span of spans) {
      const next = spans.find(
        (each) => each.connection === span.connection && each.machine === span.machine && each.fromRow > span.fromRow,
      );
      assert.equal(span.toRow, next?.fromRow ?? -1, 'spans of one machine follow each other without a gap');
    }
  });

  it('an abort is told by its post, before its reply or after it', () => {
    const early = new Play();
    const a = early.connect('10.0.0.1', '10.0.0.2');
    a.ask('NDMP_DATA_LISTEN', { addr_type: 0 }, { error: 0, connect_addr: LOCAL });
    const asked = a.request('NDMP_DATA_ABORT');
    a.post('NDMP_NOTIFY_DATA_HALTED', { reason: 2 });
    a.reply('NDMP_DATA_ABORT', asked);
    assert.deepEqual(spansOf(early), ['1 data IDLE 1-5 ?', '1 data LISTEN 5-7', '1 data HALTED ABORTED 7-']);
    const late = new Play();
    const b = late.connect('10.0.0.1', '10.0.0.2');
    b.ask('NDMP_DATA_LISTEN', { addr_type: 0 }, { error: 0, connect_addr: LOCAL });
    b.ask('NDMP_DATA_ABORT');
    b.post('NDMP_NOTIFY_DATA_HALTED', { reason: 2 });
    assert.deepEqual(spansOf(late), ['1 data IDLE 1-5 ?', '1 data LISTEN 5-7', '1 data HALTED ABORTED 7-']);
  });

  it('a capture that begins later knows nothing until a message tells', () => {
    const play = new Play();
    const a = play.connect('10.0.0.1', '10.0.0.2', { handshake: false });
    a.ask('NDMP_CONFIG_GET_HOST_INFO', {}, { error: 0, hostname: '', os_type: '', os_vers: '', hostid: '' });
    a.ask('NDMP_MOVER_CONTINUE');
    a.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 1, seek_position: 0n });
    assert.deepEqual(spansOf(play), ['1 mover UNKNOWN 1-4 ?', '1 mover ACTIVE 4-5', '1 mover PAUSED EOM 5-']);
  });

  it('a connection on which neither is used has no spans', () => {
    const play = new Play();
    play.connect('10.0.0.1', '10.0.0.2').ask('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 0 });
    assert.deepEqual(spansOf(play), []);
  });
});
