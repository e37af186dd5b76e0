import assert from 'node:assert/strict';
import {
  eventsFrom,
  findMessage,
  INFINITE,
  judge,
  leniency,
  legalStates,
  moverConditions,
  reachable,
  requestRule,
  requestRules,
  stateEvents,
  statesOf,
  violatedCondition,
  deviceRules,
  deviceRule,
  type MoverFacts,
  type NdmpVersion,
} from '../../src/protocol';

const VERSIONS: readonly NdmpVersion[] = [2, 3, 4];
const MOVER_LISTEN = 0xa01;
const MOVER_CONTINUE = 0xa02;
const SET_WINDOW = 0xa05;
const MOVER_READ = 0xa06;

describe('the state table', () => {
  it('has a rule for every request of the data and mover interfaces, in the versions that define it', () => {
    for (const base of [0x400, 0xa00]) {
      for (let code = base; code < base + 0x10; code++) {
        for (const version of VERSIONS) {
          const message = findMessage(code, version);
          const defined = message?.versions.includes(version) === true && message.layouts.request !== undefined;
          // ndmjob has START_RECOVER_FILEHIST in the older versions too
          const known = requestRule(code)?.versions.includes(version) ?? false;
          assert.equal(known, defined, `0x${code.toString(16)} in v${version}`);
        }
      }
    }
  });

  it('names only states that its machine has', () => {
    for (const rule of requestRules) {
      for (const version of rule.versions) {
        const states = statesOf(rule.machine, version);
        if (rule.legalBefore?.[version] !== undefined || version === 4)
          for (const state of legalStates(rule, version)) assert.ok(states.includes(state));
        assert.ok(rule.leadsTo === undefined || statesOf(rule.machine, 4).includes(rule.leadsTo));
      }
    }
    for (const { machine, from, to } of stateEvents)
      for (const state of [...from, to]) assert.ok(statesOf(machine, 4).includes(state));
  });

  it('leads from every state back to IDLE', () => {
    for (const version of VERSIONS) {
      for (const machine of ['data', 'mover'] as const) {
        for (const state of statesOf(machine, version)) {
          const seen = new Set([state]);
          for (const at of seen) {
            for (const next of reachable(machine, at, version)) seen.add(next);
            for (const rule of requestRules)
              if (rule.machine === machine && rule.leadsTo && judge(rule, at, version) === 'legal')
                seen.add(rule.leadsTo);
          }
          assert.ok(seen.has('IDLE'), `v${version} ${machine} ${state}`);
        }
      }
    }
  });

  it('knows what the versions differ in', () => {
    const rule = (code: number) => requestRule(code) ?? assert.fail(`no rule for ${code}`);
    const start = rule(0x401);
    assert.deepEqual(
      VERSIONS.map((version) => judge(start, 'IDLE', version)),
      ['legal', 'illegal', 'illegal'],
    );
    assert.deepEqual(
      VERSIONS.map((version) => judge(rule(SET_WINDOW), 'LISTEN', version)),
      ['legal', 'legal', 'illegal'],
    );
    assert.equal(judge(rule(0xa07), 'ACTIVE', 4), 'lenient');
    assert.match(leniency(rule(0x404).refused, 'HALTED', [4])?.why ?? '', /after a backup only/);
    const media = (version: NdmpVersion) =>
      eventsFrom('mover', 'ACTIVE', version).filter(({ reasons }) => reasons?.[0] === 'MEDIA_ERROR');
    assert.deepEqual(
      VERSIONS.map((version) => media(version).map(({ to }) => to)),
      [['PAUSED'], ['PAUSED'], ['HALTED']],
    );
  });

  it('follows what happens without a post only as far as nobody is told', () => {
    assert.deepEqual([...reachable('mover', 'LISTEN', 4, true)], ['ACTIVE']);
    assert.deepEqual([...reachable('mover', 'LISTEN', 4)].sort(), ['ACTIVE', 'HALTED', 'PAUSED']);
    assert.deepEqual([...reachable('data', 'HALTED', 4)], []);
  });
});

describe('conditions of mover requests', () => {
  const ready: MoverFacts = {
    state: 'IDLE',
    recordSize: 65536,
    window: { offset: 0n, length: INFINITE },
    mode: 0,
    tape: 'RDWR',
  };
  const broken = (code: number, facts: MoverFacts, args = {}, version: NdmpVersion = 4) =>
    violatedCondition(code, version, facts, args)?.id;

  it('a mover that is set up may listen', () => {
    assert.equal(broken(MOVER_LISTEN, ready, { mode: 0 }), undefined);
  });

  it('each has an example', () => {
    const paused: MoverFacts = { ...ready, state: 'PAUSED' };
    const cases: [string, number, MoverFacts, object][] = [
      ['record-size-zero', 0xa08, ready, { size: 0 }],
      ['window-without-record-size', SET_WINDOW, { ...ready, recordSize: 0 }, { offset: 0n, length: 1n }],
      ['window-empty', SET_WINDOW, ready, { offset: 0n, length: 0n }],
      ['window-infinite-offset', SET_WINDOW, ready, { offset: 1n, length: INFINITE }],
      ['window-overflow', SET_WINDOW, ready, { offset: 10n, length: INFINITE - 1n }],
      ['window-length-unaligned', SET_WINDOW, paused, { offset: 0n, length: 100n }],
      ['window-offset-unaligned', SET_WINDOW, { ...paused, mode: 1 }, { offset: 100n, length: 65536n }],
      ['mover-mode', MOVER_LISTEN, ready, { mode: 123 }],
      ['mover-without-tape', MOVER_LISTEN, { ...ready, tape: 'closed' }, { mode: 0 }],
      ['mover-read-only-tape', MOVER_LISTEN, { ...ready, tape: 'READ' }, { mode: 0 }],
      ['mover-without-record-size', MOVER_LISTEN, { ...ready, recordSize: 0 }, { mode: 0 }],
      ['mover-without-window', MOVER_LISTEN, { ...ready, window: null }, { mode: 0 }],
      ['mover-window-unaligned', MOVER_LISTEN, { ...ready, window: { offset: 0n, length: 10n } }, { mode: 0 }],
      ['read-empty', MOVER_READ, ready, { offset: 0n, length: 0n }],
      ['read-overflow', MOVER_READ, ready, { offset: 10n, length: INFINITE - 1n }],
      ['read-in-progress', MOVER_READ, { ...ready, reading: true }, { offset: 0n, length: 1n }],
      ['continue-without-window', MOVER_CONTINUE, { ...paused, windowSincePause: false, pauseReason: 'EOW' }, {}],
    ];
    for (const [id, code, facts, args] of cases) assert.equal(broken(code, facts, args), id);
    assert.deepEqual(
      moverConditions.map(({ id }) => id).filter((id) => !cases.some(([each]) => each === id)),
      [],
    );
  });

  it('nothing is held against a request of which nothing is known', () => {
    for (const { codes } of moverConditions) for (const code of codes) assert.equal(broken(code, {}), undefined);
  });

  it('below v4 a window may be missing', () => {
    assert.equal(broken(MOVER_LISTEN, { ...ready, window: null, recordSize: 0 }, { mode: 0 }, 3), undefined);
  });
});

describe('rules of devices', () => {
  it('every tape and SCSI request has one', () => {
    for (const code of [0x200, 0x201, 0x206, 0x300, 0x301, 0x302, 0x303, 0x304, 0x305, 0x307])
      assert.ok(deviceRule(code), code.toString(16));
    assert.equal(deviceRule(0x400), undefined);
  });

  it('only asking for the state is free while the mover has the tape', () => {
    const free = deviceRules.filter(
      ({ device, needs, mover }) => device === 'tape' && needs === 'open' && mover === undefined,
    );
    assert.deepEqual(
      free.map(({ code }) => code),
      [0x302],
    );
  });
});
