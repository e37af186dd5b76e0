import assert from 'node:assert/strict';
import { HistoryFlow } from '../../../src/dma/backup/history';
import type { MessageName } from '../../../src/protocol';
import { ScriptedConnection } from '../../support/scriptedConnection';

/** A message with this number of entries in front, and as many bytes behind it. */
const payload = (count: number, bytes: number): Uint8Array => {
  const all = new Uint8Array(28 + bytes);
  new DataView(all.buffer).setUint32(24, count);
  return all;
};

class Taker {
  readonly taken: Uint8Array[] = [];
  gate: Promise<void> = Promise.resolve();

  async take(bytes: Uint8Array): Promise<void> {
    await this.gate;
    this.taken.push(bytes);
  }
}

describe('File history on its way to the catalog', () => {
  const start = () => {
    const sink = new Taker();
    const connection = new ScriptedConnection(() => ({}));
    const flow = new HistoryFlow(connection, sink);
    const post = (name: MessageName, bytes: Uint8Array) => connection.post(name, {}, bytes);
    return { sink, flow, post };
  };

  it('goes there as it came, holds the connection back, and counts files', async () => {
    const { sink, flow, post } = start();
    let open: () => void = () => undefined;
    sink.gate = new Promise((resolve) => (open = resolve));
    let isTaken = false;
    const posted = post('NDMP_FH_ADD_FILE', payload(3, 300)).then(() => (isTaken = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(isTaken, false);
    open();
    await posted;
    await post('NDMP_FH_ADD_DIR', payload(5, 300));
    await post('NDMP_FH_ADD_NODE', payload(4, 300));
    await post('NDMP_LOG_MESSAGE', payload(9, 300));
    await flow.stop();
    assert.equal(sink.taken.length, 3);
    assert.equal(flow.files, 7);
  });

  it('does not believe a count that the message has no room for', async () => {
    const { flow, post } = start();
    await post('NDMP_FH_ADD_FILE', payload(0xffffffff, 80));
    await post('NDMP_FH_ADD_FILE', new Uint8Array(10));
    assert.equal(flow.files, 10);
  });
});
