import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { faultGate, FaultScriptError, readFault, readFaults } from '../../../src/tap/faults';
import { faultSchemaFile } from '../../../src/tap/faults/schema';

const FILE = '/somewhere/slow.ndmpfaults.json';

function refused(script: unknown, expected: RegExp): void {
  assert.throws(
    () => readFaults(typeof script === 'string' ? script : JSON.stringify(script), FILE),
    (problem: unknown) => {
      assert.ok(problem instanceof FaultScriptError);
      assert.match(problem.message, expected);
      return true;
    },
  );
}

const one = (fault: unknown) => ({ faults: [fault] });
const lines = (...faults: unknown[]) =>
  faultGate(readFaults(JSON.stringify({ faults }), FILE))
    .list()
    .map(({ text }) => text);

describe('faults: scripts', () => {
  it('have a name and a seed, and may be empty', () => {
    assert.deepEqual(readFaults('{"faults": []}', FILE), { name: 'slow', seed: 1, faults: [] });
    const script = readFaults('\uFEFF{"name": "a", "seed": 7, "description": "d", "$schema": "x", "faults": []}', FILE);
    assert.deepEqual(script, { name: 'a', seed: 7, faults: [] });
  });

  it('are told in sentences', () => {
    assert.deepEqual(
      lines(
        { on: { message: 'NDMP_MOVER_LISTEN', kind: 'reply' }, after: 1, do: 'drop' },
        { on: { kind: 'post', version: 3 }, times: 'always', percent: 5, do: 'duplicate' },
        { name: 'late', on: { connection: 2 }, times: 3, do: { delay: [1, 5], throttle: 1000 } },
        {
          on: { message: 'NDMP_TAPE_OPEN', where: { mode: 'READ' } },
          after: 2,
          times: 'always',
          count: 'connection',
          do: { answer: 22 },
        },
        { on: { message: 'NDMP_DATA_STOP' }, after: 1, times: 2, do: { cut: 'rst', at: 12 } },
        { on: { message: 'NDMP_NOTIFY_CONNECTED' }, do: { change: { reason: 'REFUSED', text_reason: 'full' } } },
        {
          on: { message: 'NDMP_MOVER_CONTINUE', kind: 'reply' },
          do: { inject: { message: 'NDMP_NOTIFY_MOVER_PAUSED', body: { reason: 'NDMP_MOVER_PAUSE_EOM' }, times: 2 } },
        },
        { data: { from: 'target', throttle: 5, cutAt: 1 } },
        { on: { message: 'NDMP_CONNECT_CLIENT_AUTH' }, do: { change: { 'auth_data.auth_password': 'sesame' } } },
        { on: { message: 'NDMP_LOG_MESSAGE' }, do: { reorder: 1 } },
      ),
      [
        'NDMP_MOVER_LISTEN reply: lost, number 2',
        'any post of NDMPv3: sent twice, always, 5 in 100',
        'late: any message on connection 2: 1 to 5 ms later, 1000 bytes a second, the first 3 times',
        'NDMP_TAPE_OPEN request with mode = READ: answered with NO_MEM, from number 3 on, on each connection',
        'NDMP_DATA_STOP: connection reset after 12 bytes, numbers 2 to 3',
        'NDMP_NOTIFY_CONNECTION_STATUS: changed (reason = REFUSED, text_reason = full), once',
        'NDMP_MOVER_CONTINUE reply: 2 NDMP_NOTIFY_MOVER_PAUSED post (reason = NDMP_MOVER_PAUSE_EOM) made up behind it, once',
        'data connections from the side that listens: 5 bytes a second, reset after 1 byte, once',
        'NDMP_CONNECT_CLIENT_AUTH: changed (auth_data.auth_password = …), once',
        'NDMP_LOG_MESSAGE: comes behind the next one, once',
      ],
    );
  });

  it('say where they are wrong and what is meant', () => {
    refused('{"faults": ', /^\/somewhere\/slow\.ndmpfaults\.json is not JSON: /);
    refused('[]', /the script has to be an object/);
    refused({}, /faults is missing/);
    refused(one({}), /faults\[0\]\.do is missing: what shall be done\?/);
    refused(one({ do: {} }), /faults\[0\]\.do is empty/);
    refused(one({ on: { message: 'NDMP_TAPE_OPNE' }, do: 'drop' }), /did you mean NDMP_TAPE_OPEN/);
    refused(
      one({ on: { message: ['NDMP_TAPE_OPEN', 'X'] }, do: 'drop' }),
      /faults\[0\]\.on\.message\[1\] "X" is not known/,
    );
    refused(one({ on: { mesage: 'NDMP_TAPE_OPEN' }, do: 'drop' }), /faults\[0\]\.on\.mesage is not known here/);
    refused(one({ do: { answer: 'NO_MEMO' } }), /do\.answer is no error that is known; did you mean NO_MEM/);
    refused(one({ do: { answer: { error: 'IO', body: { x: 1 } } } }), /do\.answer\.body\.x needs a message/);
    const open = { message: 'NDMP_TAPE_OPEN', kind: 'request' };
    refused(
      one({ on: open, do: { change: { devise: 'x' } } }),
      /do\.change\.devise is no field of it; did you mean device/,
    );
    refused(one({ on: open, do: { change: { mode: 'RW' } } }), /do\.change\.mode has to be one of READ, /);
    refused(one({ on: { ...open, where: { mode: ['READ', 'X'] } }, do: 'drop' }), /on\.where\.mode has to be one of/);
    refused(one({ on: open, do: { change: { 'header.size': 1 } } }), /do\.change\.header\.size is no field of it/);
    refused(one({ on: { message: 'NDMP_LOG_FILE', kind: 'reply' }, do: 'drop' }), /NDMP_LOG_FILE is never a reply/);
    refused(one({ on: { kind: 'post' }, do: { answer: 'IO' } }), /do\.answer is for requests/);
    refused(one({ do: { drop: true, duplicate: 1 } }), /do\.drop goes with neither/);
    refused(one({ do: { at: 'behind', delay: 1 } }), /cut is missing/);
    refused(one({ do: { cut: 'fin', at: 3 } }), /can only be rst/);
    refused(one({ do: { delay: [5, 1] } }), /do\.delay has to be \[from, to\]/);
    refused(one({ do: { inject: { message: 'NDMP_TAPE_OPEN', kind: 'post' } } }), /NDMP_TAPE_OPEN is never a post/);
    refused(one({ data: {} }), /data needs throttle or cutAt/);
    refused(one({ data: { throttle: 5 }, do: 'drop' }), /data goes without on and do/);
    refused(one({ do: { delay: 1e12 } }), /faults\[0\]\.do\.delay has to be/);
    refused(`{"faults": [], "x": "${'x'.repeat(1024 * 1024)}"}`, /too long/);
    refused({ faults: [], password: 'x' }, /password has no place/);
  });

  it('take one fault at a time', () => {
    assert.equal(readFault({ do: 'cut' }).kind, 'message');
    assert.throws(() => readFault({ do: 'cat' }), /^FaultScriptError|This fault cannot be used: do has to be/);
    assert.throws(() => readFault('x'), /the fault has to be an object/);
  });

  it('never break on what they are given', () => {
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.boolean(),
        tie('object'),
        fc.array(tie('value')),
      ),
      object: fc.dictionary(
        fc.oneof(
          fc.constantFrom('on', 'do', 'data', 'change', 'where', 'inject', 'message', 'answer', 'body'),
          fc.string(),
        ),
        tie('value'),
      ),
    }));
    fc.assert(
      fc.property(anything.object, (value) => {
        try {
          readFault(value);
        } catch (problem) {
          assert.ok(problem instanceof FaultScriptError, String(problem));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('ship with the schema that they are checked by', () => {
    assert.deepEqual(JSON.parse(readFileSync('schemas/ndmpfaults.schema.json', 'utf8')), faultSchemaFile);
  });
});
