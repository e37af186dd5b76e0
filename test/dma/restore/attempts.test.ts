import assert from 'node:assert/strict';
import type { FileEntry } from '../../../src/dma/catalog/model';
import { NdmpFailure } from '../../../src/dma/connection/failures';
import { attemptsFor, startRecovery, type Attempt } from '../../../src/dma/restore/attempts';
import type { SetRestore } from '../../../src/dma/restore/model';
import type { DataService } from '../../../src/dma/services/data';

const names = [
  { original: '/dir', target: '/t/dir', node: 1n, position: 10n },
  { original: '/file', target: '/t/file', node: 2n, position: 20n },
];

const file = (path: string, position: bigint | undefined, inSet = true): FileEntry => ({
  name: path.slice(path.lastIndexOf('/') + 1),
  path,
  kind: 'file',
  size: 1n,
  mtime: 0,
  mode: 0,
  owner: 0,
  group: 0,
  node: 3n,
  position,
  inSet,
});

function step(change: Partial<SetRestore> = {}): SetRestore {
  return {
    set: { id: 7 } as SetRestore['set'],
    names,
    directories: new Set(['/dir']),
    direct: true,
    environment: [
      { name: 'DIRECT', value: 'y' },
      { name: 'RECURSIVE', value: 'y' },
    ],
    stretches: [],
    target: '/t',
    listBytes: undefined,
    why: '',
    ...change,
  };
}

/** A data server that refuses so many starts. */
function refusing(times: number, error = 'ILLEGAL_ARGS'): { data: DataService; asked: number } {
  const state = { asked: 0 };
  const startRecover = (): Promise<void> => {
    state.asked += 1;
    const failure = new NdmpFailure('filer', 'NDMP_DATA_START_RECOVER', error, error);
    return state.asked > times ? Promise.resolve() : Promise.reject(failure);
  };
  return Object.assign(state, { data: { startRecover } as unknown as DataService });
}

async function* walk(): AsyncGenerator<readonly FileEntry[]> {
  yield await Promise.resolve([file('/dir/a', 11n), file('/dir/kept elsewhere', 12n, false)]);
}

const value = ({ environment }: Attempt, name: string) => environment.find((each) => each.name === name)?.value;

describe('dma restore: what is asked for when a server refuses', () => {
  const start = async (times: number, restored: SetRestore, list = names) => {
    const server = refusing(times);
    const said: string[] = [];
    const started = await startRecovery(server.data, 'dump', attemptsFor(restored, list, walk), (text) =>
      said.push(text),
    );
    return { started, said };
  };

  it('takes what was planned when the server does', async () => {
    const { started, said } = await start(0, step());
    assert.deepEqual([started.names, started.direct, said], [names, true, []]);
  });

  it('names the files of a directory one by one', async () => {
    const { started, said } = await start(1, step());
    assert.deepEqual(
      started.names.map(({ original, target, position }) => [original, target, position]),
      [
        ['/dir', '/t/dir', 10n],
        ['/dir/a', '/t/dir/a', 11n],
        ['/file', '/t/file', 20n],
      ],
    );
    assert.equal(value(started, 'RECURSIVE'), 'n');
    assert.equal(value(started, 'DIRECT'), 'y');
    assert.match(said[0], /named one by one/);
  });

  it('goes without direct access', async () => {
    const { started } = await start(2, step());
    assert.deepEqual([started.names, started.direct], [names, false]);
    assert.equal(value(started, 'DIRECT'), 'n');
    assert.equal(value(started, 'RECURSIVE'), 'y');
  });

  it('sends 0 for positions that nobody knows', async () => {
    const unknown = [{ ...names[1], position: undefined }];
    const { started } = await start(1, step({ direct: false }), unknown as unknown as typeof names);
    assert.equal(started.names[0].position, 0n);
  });

  it('gives up in the end, and at once for another error', async () => {
    await assert.rejects(start(9, step()), /ILLEGAL_ARGS/);
    const server = refusing(9, 'PERMISSION');
    await assert.rejects(
      startRecovery(server.data, 'dump', attemptsFor(step(), names, walk), () => undefined),
      /PERMISSION/,
    );
    assert.equal(server.asked, 1);
  });
});
