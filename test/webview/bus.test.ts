import assert from 'node:assert/strict';
import type { HostMessage, WebviewMessage } from '../../src/extension/messages';
import { AskError, Bus } from '../../webview/bus';

function busWithLog(): { bus: Bus; posted: Extract<WebviewMessage, { type: 'ask' }>[] } {
  const posted: Extract<WebviewMessage, { type: 'ask' }>[] = [];
  const bus = new Bus((message) => {
    if (message.type === 'ask') posted.push(message);
  });
  return { bus, posted };
}

const found = (id: number, index: number): HostMessage => ({ type: 'answer', id, what: 'find', answer: { index } });
const ask = { filterId: 0, index: 0, forward: true, what: 'error' } as const;

describe('bus between the view and the host', () => {
  it('gives each ask its answer, in whatever order they come', async () => {
    const { bus, posted } = busWithLog();
    const first = bus.ask('find', ask);
    const second = bus.ask('find', ask);
    bus.receive(found(posted[1].id, 20));
    bus.receive(found(posted[0].id, 10));
    assert.deepEqual(await Promise.all([first, second]), [{ index: 10 }, { index: 20 }]);
  });

  it('rejects with the sentence of a refusal', async () => {
    const { bus, posted } = busWithLog();
    const asked = bus.ask('find', ask);
    bus.receive({ type: 'failed', id: posted[0].id, what: 'find', text: 'The filter has changed.' });
    await assert.rejects(asked, (error) => error instanceof AskError && error.message === 'The filter has changed.');
  });

  it('drops what is out of date', async () => {
    const { bus, posted } = busWithLog();
    const old = bus.askNewest('find', ask);
    const fresh = bus.askNewest('find', ask);
    assert.equal(await old, undefined);
    bus.receive(found(posted[0].id, 1));
    bus.receive(found(posted[1].id, 2));
    assert.deepEqual(await fresh, { index: 2 });
  });

  it('keeps slots apart', async () => {
    const { bus, posted } = busWithLog();
    const one = bus.askNewest('find', ask, 'one');
    const two = bus.askNewest('find', ask, 'two');
    bus.receive(found(posted[0].id, 1));
    bus.receive(found(posted[1].id, 2));
    assert.deepEqual([await one, await two], [{ index: 1 }, { index: 2 }]);
  });

  it('ignores answers nobody asked for, or of another kind', async () => {
    const { bus, posted } = busWithLog();
    const asked = bus.ask('find', ask);
    bus.receive(found(999, 1));
    bus.receive({ type: 'answer', id: posted[0].id, what: 'copy', answer: { copied: 'x' } });
    bus.receive(found(posted[0].id, 3));
    assert.deepEqual(await asked, { index: 3 });
  });

  it('tells events to all who listen', () => {
    const { bus } = busWithLog();
    const heard: number[] = [];
    bus.on('select', ({ n }) => heard.push(n));
    bus.on('select', ({ n }) => heard.push(-n));
    bus.receive({ type: 'select', n: 7 });
    assert.deepEqual(heard, [7, -7]);
  });
});
