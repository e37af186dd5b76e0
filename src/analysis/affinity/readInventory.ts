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

/** Reads what a capture tells about servers, volumes, devices and CAB: one walk over the index, few bodies. */
export function readInventory(source: AnalysisSource): Inventory {
  const { index, info } = source;
  const connections = index.connections
    .slice(0, MAX_CONNECTIONS)
    .map(({ id, server, started, lostBytes }): ControlConnection => ({
      id,
      address: server.address,
      port: server.port,
      addressName: info.names.get(server.address),
      firstRow: -1,
      lastRow: -1,
      seconds: 0,
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
    if (index.connection(row) >= connections.length) continue;
    const connection = connections[index.connection(row)];
    if (connection.firstRow < 0) {
      connection.firstRow = row;
      connection.seconds = index.seconds(row) + index.nanos(row) / 1e9;
    }
    connection.lastRow = row;
    const code = index.code(row);
    const kind = index.kind(row);
    if (kind === 'reply' && ANSWERS.has(code)) readAnswer(source, row, connection);
    else if (kind === 'request' && (STEPS.has(code) || code === CLIENT_AUTH)) steps[connection.id].request(row);
    else if (kind === 'post' && code === LOG_MESSAGE) steps[connection.id].log(row);
  }
  return { connections, dropped: index.connections.length - connections.length, comments: [...info.comments] };
}
