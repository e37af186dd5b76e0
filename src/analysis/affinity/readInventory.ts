import type { AnalysisSource } from '../analysis';
import { readAnswer } from './readAnswers';
import type { ControlConnection, Inventory } from './inventory';
import { StepReader } from './readSteps';

/** A capture with more connections than this says what the rest is worth in a sentence. */
const MAX_CONNECTIONS = 1000;

/** Rows of one kind of message, read into the connection's part of the inventory. */
const ANSWERS: ReadonlySet<number> = new Set([0x100, 0x102, 0x105, 0x106, 0x107, 0x108]);
const CLIENT_AUTH = 0x901;
const LOG_MESSAGE = 0x603;
const STEPS: ReadonlySet<number> = new Set([
  0x109, 0x10a, 0x200, 0x300, 0x401, 0x402, 0x40b, 0x409, 0x40a, 0xa01, 0xa09, 0x20520001,
]);
/** Everything that is looked at; of most captures it is little. */
const READ: ReadonlySet<number> = new Set([...ANSWERS, ...STEPS, CLIENT_AUTH, LOG_MESSAGE]);

/** Reads what a capture tells about servers, volumes, devices and CAB: one walk over the index, few bodies. */
export function readInventory(source: AnalysisSource): Inventory {
  const { index, info } = source;
  const connections = index.connections
    .slice(0, MAX_CONNECTIONS)
    .map(({ id, server, firstRow, started, lostBytes }): ControlConnection => ({
      id,
      address: server.address,
      port: server.port,
      addressName: info.names.get(server.address),
      firstRow,
      seconds: firstRow < 0 ? 0 : index.seconds(firstRow) + index.nanos(firstRow) / 1e9,
      whole: started === 'seen' && lostBytes === 0,
      host: undefined,
      product: undefined,
      login: undefined,
      connectionTypes: undefined,
      listings: [],
      steps: [],
    }));
  const steps = connections.map((connection) => new StepReader(source, connection));
  for (let row = 0; row < index.count; row++) {
    const code = index.code(row);
    if (!READ.has(code) || index.connection(row) >= connections.length) continue;
    const connection = connections[index.connection(row)];
    const kind = index.kind(row);
    if (kind === 'reply' && ANSWERS.has(code)) readAnswer(source, row, connection);
    else if (kind === 'request' && code !== LOG_MESSAGE && !ANSWERS.has(code)) steps[connection.id].request(row);
    else if (kind === 'post' && code === LOG_MESSAGE) steps[connection.id].log(row);
  }
  return { connections, dropped: index.connections.length - connections.length, comments: [...info.comments] };
}
