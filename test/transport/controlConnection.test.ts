import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ControlConnection, type ConnectionEvents } from '../../src/transport';
import { encodeRecord } from '../../src/xdr';

/** Both ends of a connection over loopback. */
async function pair(): Promise<[Socket, Socket]> {
  const listener = createServer({ allowHalfOpen: true });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const client = connect((listener.address() as AddressInfo).port, '127.0.0.1');
  const [server] = (await once(listener, 'connection')) as [Socket];
  listener.close();
  return [client, server];
}

describe('transport: control connection', () => {
  let client: Socket;
  let closed: Error | undefined | 'open';

  async function serve(record: ConnectionEvents['record'], recordSeconds: number): Promise<ControlConnection> {
    const [theirs, ours] = await pair();
    client = theirs;
    client.on('error', () => undefined);
    closed = 'open';
    const events = { record, closed: (error: Error | undefined) => void (closed = error) };
    return new ControlConnection(ours, events, { recordBytes: 1000, recordSeconds });
  }

  afterEach(() => client.destroy());

  it('is cut off when a record that has begun does not arrive in time', async () => {
    await serve(() => undefined, 0.05);
    client.write(encodeRecord(new Uint8Array(100)).subarray(0, 50));
    await once(client.resume(), 'close');
    await delay(20);
    assert.match(String(closed), /did not arrive within/);
  });

  it('waits for the rest of a record that it did not read itself', async () => {
    let served = 0;
    await serve(async () => void (served += await delay(served === 0 ? 150 : 0, 1)), 0.05);
    const records = Buffer.concat(Array.from({ length: 30 }, () => encodeRecord(new Uint8Array(100))));
    client.write(records.subarray(0, -20));
    await delay(20);
    client.write(records.subarray(-20));
    while (served < 30 && closed === 'open') await delay(5);
    assert.deepEqual([served, closed], [30, 'open']);
  });
});
