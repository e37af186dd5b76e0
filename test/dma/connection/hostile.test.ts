import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DmaFailure } from '../../../src/dma/connection/failures';
import { CLUSTER_EXTENSIONS } from '../../../src/dma/connection/extensions';
import { openConnection } from '../../../src/dma/connection/open';
import { reportOf } from '../../../src/dma/query/report';
import { plainDefinition } from '../../../src/dma/servers/definitions';
import type { MessageName } from '../../../src/protocol';
import { FakeServer, type FakeAnswer, type FakeOptions } from '../../support/fakeServer';
import { within } from '../../support/ndmpClient';

const ASKED: readonly MessageName[] = [
  'NDMP_CONNECT_OPEN',
  'NDMP_CONFIG_GET_SERVER_INFO',
  'NDMP_CONFIG_GET_AUTH_ATTR',
  'NDMP_CONNECT_CLIENT_AUTH',
  'NDMP_CONFIG_GET_EXT_LIST',
  'NDMP_CONFIG_SET_EXT_LIST',
  'NDMP_CONFIG_GET_HOST_INFO',
  'NDMP_CONFIG_GET_CONNECTION_TYPE',
  'NDMP_CONFIG_GET_BUTYPE_INFO',
  'NDMP_CONFIG_GET_FS_INFO',
  'NDMP_CONFIG_GET_TAPE_INFO',
  'NDMP_CONFIG_GET_SCSI_INFO',
];

const answer: fc.Arbitrary<FakeAnswer> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<FakeAnswer>({ auth_type: [1, 2] }) },
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 200 }).map((raw): FakeAnswer => ({ raw })) },
  // no error, then anything
  {
    weight: 3,
    arbitrary: fc
      .uint8Array({ maxLength: 200 })
      .map((rest): FakeAnswer => ({ raw: Uint8Array.of(0, 0, 0, 0, ...rest) })),
  },
  { weight: 1, arbitrary: fc.constantFrom<FakeAnswer>('silence', 'hang up', { headerError: 'ILLEGAL_ARGS' }) },
);

describe('dma: connections to hostile servers', () => {
  it('end with a report or a failure that is a sentence, whatever is answered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(...ASKED.map(() => answer)), async (given) => {
        const entries = ASKED.map((name, n) => [name, (): FakeAnswer => given[n]] as const);
        const answers: FakeOptions['answers'] = Object.fromEntries(entries);
        const server = await FakeServer.start({ answers });
        const definition = { ...plainDefinition('filer', '127.0.0.1'), port: server.port };
        const password = (): Promise<string> => Promise.resolve('secret');
        try {
          const talk = async (): Promise<void> => {
            const connection = await openConnection({
              definition,
              password,
              extensions: CLUSTER_EXTENSIONS,
              seconds: 0.1,
            });
            await reportOf(connection, definition).finally(() => connection.close());
          };
          await within(
            talk().catch((problem: unknown) => assert.ok(problem instanceof DmaFailure, String(problem))),
            'the end',
          );
        } finally {
          await server.stop();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('end when bytes come that are no messages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (bytes) => {
        const server = await FakeServer.start({ version: undefined, accepted: (socket) => socket.end(bytes) });
        const definition = { ...plainDefinition('filer', '127.0.0.1'), port: server.port };
        try {
          const opening = openConnection({ definition, password: () => Promise.resolve('x'), seconds: 0.2 });
          await assert.rejects(within(opening, 'the end'), DmaFailure);
        } finally {
          await server.stop();
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keep nothing of posts that nobody listens to', async () => {
    const server = await FakeServer.start({
      answers: {
        NDMP_CONFIG_GET_SERVER_INFO: () => ({ auth_type: [0] }),
        NDMP_DATA_GET_STATE: (_body, connection) => {
          for (let n = 0; n < 20_000; n++) connection.post('NDMP_LOG_MESSAGE', { entry: 'x'.repeat(100) });
          return {};
        },
      },
    });
    const definition = { ...plainDefinition('filer', '127.0.0.1'), port: server.port };
    try {
      const connection = await openConnection({ definition, password: () => Promise.resolve('x') });
      await connection.request('NDMP_DATA_GET_STATE');
      await connection.close();
    } finally {
      await server.stop();
    }
  });
});
