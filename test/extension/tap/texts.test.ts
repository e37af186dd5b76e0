import assert from 'node:assert/strict';
import { endpoint, isLoopback, network } from '../../../src/extension/tap/addressTexts';
import { errorChoices, FAULT_CHOICES, milliseconds } from '../../../src/extension/tap/faultChoices';
import { faultNode, recordingNode, sizeText, tapConnectionNode, tapNode } from '../../../src/extension/tap/tapTexts';
import { readFaults } from '../../../src/tap/faults';
import type { ConnectionStatus, TapStatus } from '../../../src/tap/status';

const CONNECTION: ConnectionStatus = {
  id: 3,
  kind: 'control',
  client: '127.0.0.1:5000',
  target: '10.0.0.1:10000',
  opened: 0,
  bytes: { toTarget: 1000, toClient: 500 },
  messages: { toTarget: 10, toClient: 11 },
  version: 4,
  tls: {},
  lastMessage: { name: 'NDMP_DATA_GET_STATE reply', at: 0 },
};
const STATUS: TapStatus = {
  listen: ['127.0.0.1:10001'],
  target: '10.0.0.1:10000',
  since: 0,
  refused: 1,
  rate: { toTarget: 1000, toClient: 2_500_000 },
  connections: [CONNECTION, { ...CONNECTION, id: 2, closed: 1, end: 'cut by a fault' }],
  forgotten: 0,
  rewriting: true,
  faults: [],
  warnings: [],
};
const FILE = {
  format: 1 as const,
  pid: 1,
  listen: ['127.0.0.1:10001'],
  target: '10.0.0.1:10000',
  recordings: [],
  started: '2026-11-21T20:00:00Z',
};

describe('texts of taps', () => {
  it('say rate and connections, or why it ended', () => {
    const running = tapNode({ folder: '/t', file: FILE, status: STATUS, recordings: [] });
    assert.equal(running.label, ':10001 → 10.0.0.1:10000');
    assert.equal(running.description, '2.5 MB/s, 1 connection');
    assert.match(running.tooltip, /1 client not let in/);
    const warned = tapNode({
      folder: '/t',
      file: FILE,
      status: { ...STATUS, warnings: ['disk\x1bfull'] },
      recordings: [],
    });
    assert.match(warned.description, /warnings$/);
    assert.equal(warned.tooltip.includes('\x1b'), false);
    const stopped = { ...FILE, stopped: { at: '2026-11-21T20:01:00Z', why: 'asked to' } };
    const ended = tapNode({ folder: '/t', file: stopped, status: undefined, recordings: [] });
    assert.match(ended.tooltip, /asked to/);
    assert.equal(tapNode({ folder: '/t', file: FILE, status: undefined, recordings: [] }).description, 'died');
  });

  it('say what passes on connections, what was struck, how large recordings are', () => {
    const open = tapConnectionNode(CONNECTION);
    assert.equal(open.description, 'control, 21 messages, DATA_GET_STATE reply');
    assert.match(tapConnectionNode(STATUS.connections[1]).description, /^cut by a fault/);
    assert.equal(tapConnectionNode({ ...CONNECTION, kind: 'data' }).description, 'data, 1.5 kB');
    assert.equal(faultNode({ id: 1, text: 'lost', hits: 0 }).description, 'not yet');
    assert.equal(faultNode({ id: 1, text: 'lost', hits: 2 }).description, '2 hits');
    assert.equal(
      recordingNode({ path: '/a.pcapng', name: 'a.pcapng', bytes: 999 }, 2, true).description,
      '999 B, live',
    );
    assert.equal(sizeText(123_456), '123 kB');
  });

  it('addresses are read as people write them', () => {
    assert.equal(endpoint('filer1', 10000)?.text, 'filer1:10000');
    assert.equal(endpoint(' 10.0.0.1:77 ', 10000)?.text, '10.0.0.1:77');
    assert.equal(endpoint('[::1]:77', 10000)?.text, '[::1]:77');
    assert.equal(endpoint('2001:db8::1', 10000)?.text, '[2001:db8::1]:10000');
    assert.equal(endpoint('127.0.0.1:0', undefined, 0)?.port, 0);
    for (const wrong of ['', 'a b', 'filer1:0', 'filer1:99999', '[nope]:1', '-x:1', 'a:b:c', '--target']) {
      assert.equal(endpoint(wrong, 10000), undefined, wrong);
    }
    assert.deepEqual(['127.0.0.9', '::1', 'localhost', '0.0.0.0', '10.0.0.1'].map(isLoopback), [
      true,
      true,
      true,
      false,
      false,
    ]);
    assert.deepEqual(['10.0.0.0/8', '::/0', '1.2.3.4', '1.2.3.4/33', 'x', '1.2.3.4/8/9'].map(network), [
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('every fault that can be clicked is one that a tap takes', () => {
    assert.ok(errorChoices().length > 20);
    assert.equal(new Set(errorChoices()).size, errorChoices().length);
    for (const choice of FAULT_CHOICES) {
      for (const message of ['NDMP_TAPE_OPEN', undefined])
        for (const reason of choice.reasons ?? [undefined]) {
          if (message === undefined && choice.asks.includes('request')) continue;
          const answers = { message, error: 'DEVICE_BUSY', milliseconds: 5, rate: 9, reason, times: 'always' as const };
          const text = JSON.stringify({ faults: [choice.make(answers)] });
          assert.equal(readFaults(text, 'a click').faults.length, 1, text);
        }
    }
    for (const error of errorChoices())
      readFaults(JSON.stringify({ faults: [{ on: { message: 'NDMP_TAPE_OPEN' }, do: { answer: error } }] }), 'a click');
  });

  it('times are read as people write them', () => {
    assert.deepEqual(['250', '2s', '1.5 s', '3ms', '1min', '0', '2h', '-1', '61min', 'x'].map(milliseconds), [
      250,
      2000,
      1500,
      3,
      60_000,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
