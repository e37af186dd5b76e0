import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  findCode,
  judge,
  requestRule,
  type DataStateName,
  type MessageName,
  type NdmpVersion,
} from '../../../src/protocol';
import type { DataEnd } from '../../../src/server/dataConnection/model';
import { connectLocally, environment, Halt, makeRig, readAll, State, type Rig } from './rig';

const REQUESTS = [
  'LISTEN',
  'START_BACKUP',
  'START_RECOVER',
  'START_RECOVER_FILEHIST',
  'ABORT',
  'STOP',
  'GET_ENV',
  'GET_STATE',
] as const;
const OTHERS = ['connect', 'peer lost', 'peer reads all', 'stream comes'] as const;
type Step = (typeof REQUESTS)[number] | (typeof OTHERS)[number];

/** What a data server should be, by the table of states and nothing else. */
class Model {
  state: DataStateName = 'IDLE';
  /** Direction of the running operation. */
  running: 'backup' | 'recover' | undefined;
  readonly halts: number[] = [];

  constructor(readonly version: NdmpVersion) {}

  halt(reason: number): void {
    this.state = 'HALTED';
    this.running = undefined;
    this.halts.push(reason);
  }

  /** Whether the request is allowed; follows it. */
  request(name: (typeof REQUESTS)[number]): boolean {
    const rule = requestRule(findCode(`NDMP_DATA_${name}`) ?? 0);
    assert.ok(rule);
    if (judge(rule, this.state, this.version) === 'illegal') return false;
    if (name === 'ABORT' && this.state !== 'HALTED') this.halt(Halt.ABORTED);
    else if (name !== 'ABORT' && rule.leadsTo) this.state = rule.leadsTo as DataStateName;
    if (name.startsWith('START')) this.running = name === 'START_BACKUP' ? 'backup' : 'recover';
    return true;
  }
}

const large = { FILESYSTEM: '/vol1', PIECES: 40, BYTES: 200_000 };

async function play(rig: Rig, model: Model, steps: readonly Step[]): Promise<void> {
  let peer: DataEnd | undefined;
  const { local } = rig.session.services;
  local.reader = { requestRead: () => undefined };
  for (const step of steps) {
    if (step === 'connect') {
      if (model.state === 'IDLE' && model.version > 2) {
        peer = await connectLocally(rig);
        model.state = 'CONNECTED';
      } else if (model.state === 'LISTEN') {
        peer = local.connect();
        model.state = 'CONNECTED';
      }
    } else if (step === 'peer lost') {
      peer?.destroy();
      if (model.state === 'CONNECTED' || model.state === 'ACTIVE') model.halt(Halt.CONNECT_ERROR);
      peer = undefined;
    } else if (step === 'peer reads all') {
      if (model.running === 'backup' && peer) {
        assert.equal((await readAll(peer)).length, large.PIECES * large.BYTES);
        model.halt(Halt.SUCCESSFUL);
      }
    } else if (step === 'stream comes') {
      if (model.running === 'recover' && peer) {
        await peer.write(new Uint8Array(large.BYTES));
        model.halt(Halt.SUCCESSFUL);
      }
    } else peer = await request(rig, model, step, peer);
    await settle(rig, model);
  }
}

/** In v2 a start request makes the connection, so a mover waits for it. */
async function request(
  rig: Rig,
  model: Model,
  step: (typeof REQUESTS)[number],
  peer: DataEnd | undefined,
): Promise<DataEnd | undefined> {
  const name: MessageName = `NDMP_DATA_${step}`;
  const body = { addr_type: 0, bu_type: 'tar', env: environment(large), nlist: [], mover: { type: 0 } };
  const listener = model.version === 2 && step.startsWith('START') ? rig.session.services.local.listen() : undefined;
  const answer = await rig.ask(name, body);
  assert.equal(answer, model.request(step) ? '' : 'ILLEGAL_STATE', `${step} in ${model.state}`);
  listener?.close();
  return listener && answer === '' ? listener.accepted : peer;
}

async function settle(rig: Rig, model: Model): Promise<void> {
  const state = model.state;
  await rig.until(() => rig.session.services.data.state === state);
  const seen = await rig.state();
  assert.equal(seen.state, State[state]);
  assert.equal(seen.halt, state === 'HALTED' ? model.halts.at(-1) : Halt.NA);
  assert.deepEqual(
    rig.session.posted('NDMP_NOTIFY_DATA_HALTED').map(({ reason }) => reason),
    model.halts,
  );
}

describe('data server against a model of the table of states', () => {
  for (const version of [2, 3, 4] as const)
    it(`answers and moves as the table says, in any order of requests and events (v${version})`, async () => {
      const requests = REQUESTS.filter((each) => version > 2 || each !== 'LISTEN');
      const steps = fc.array(fc.constantFrom<Step>(...requests, ...OTHERS, 'connect', 'START_BACKUP', 'STOP'), {
        maxLength: 14,
      });
      await fc.assert(
        fc.asyncProperty(steps, async (steps) => {
          const rig = makeRig({ version });
          try {
            await play(rig, new Model(version), steps);
          } finally {
            await rig.close();
          }
        }),
        { numRuns: 60 },
      );
    });
});
