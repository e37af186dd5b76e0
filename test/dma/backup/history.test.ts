import assert from 'node:assert/strict';
import { HistoryFlow } from '../../../src/dma/backup/history';
import type { FileHistorySink } from '../../../src/dma/catalog/model';
import type { MessageName } from '../../../src/protocol';
import { ScriptedConnection } from '../../support/scriptedConnection';

/** A message with this number of entries in front, and as many bytes behind it. */
const payload = (count: number, bytes: number): Uint8Array => {
  const all = new Uint8Array(28 + bytes);
  new DataView(all.buffer).setUint32(24, count);
  return all;
};

class Sink implements FileHistorySink {
  readonly taken: Uint8Array[] = [];
  problem: Error | undefined;
  gate: Promise<void> = Promise.resolve();

  async post(bytes: Uint8Array): Promise<void> {
    await this.gate;
    if (this.problem) throw this.problem;
    this.taken.push(bytes);
  }

  settle(): Promise<{ files: number; problems: readonly string[] }> {
    return Promise.resolve({ files: 0, problems: [] });
  }

  finish(): Promise<{ files: number; directories: number; problems: readonly string[] }> {
    return Promise.resolve({ files: 0, directories: 0, problems: [] });
  }

  abandon(): Promise<void> {
    return Promise.resolve();
  }
}

describe('File history on its way to the catalog', () => {
  const start = () => {
    const sink = new Sink();
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

  it('a catalog that takes no more does not stop the backup', async () => {
    const { sink, flow, post } = start();
    sink.problem = new Error('the disk is full');
    await post('NDMP_FH_ADD_FILE', payload(1, 80));
    await post('NDMP_FH_ADD_FILE', payload(1, 80));
    await flow.stop();
    assert.equal(flow.problem, sink.problem);
    assert.equal(sink.taken.length, 0);
  });
});
