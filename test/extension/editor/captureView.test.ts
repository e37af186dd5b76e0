import assert from 'node:assert/strict';
import { CaptureStore } from '../../../src/extension/editor/captureStore';
import { CaptureView } from '../../../src/extension/editor/captureView';
import { filterLanguage } from '../../../src/extension/editor/filterLanguage';
import { DEFAULT_TOGGLES } from '../../../src/extension/messages';
import type { AnswerOf, AskOf, ExchangeName, FieldNode, HostMessage } from '../../../src/extension/messages';
import { Scheduler } from '../../../src/extension/scheduler';
import { openCaptureSync } from '../../../src/indexing';
import { findCapture } from '../../support/captures';

/** A view on a capture, and what it would have sent to a webview. */
class Play {
  readonly sent: HostMessage[] = [];
  copied = '';
  readonly savedFiles: { name: string; text: string }[] = [];
  readonly scheduler = new Scheduler();
  private id = 0;

  private constructor(
    readonly store: CaptureStore,
    saved: { name: string; text: string }[],
  ) {
    this.view = new CaptureView(store, {
      scheduler: this.scheduler,
      language: filterLanguage(() => saved),
      post: (message) => void this.sent.push(message),
      copy: (text) => {
        this.copied = text;
        return Promise.resolve();
      },
      save: (name, content) => {
        this.savedFiles.push({ name, text: new TextDecoder().decode(content) });
        return Promise.resolve(name);
      },
    });
  }
  readonly view: CaptureView;

  static async open(name: string): Promise<Play> {
    const scheduler = new Scheduler();
    const path = findCapture(name);
    assert.ok(path, `${name} is not there`);
    const store = new CaptureStore(path, name, 0, scheduler, (file) =>
      Promise.resolve(Object.assign(openCaptureSync(file), { done: Promise.resolve(), finished: true })),
    );
    await store.open();
    return new Play(store, [{ name: 'Slow', text: 'latency > 1s' }]);
  }

  async ask<K extends ExchangeName>(what: K, ask: AskOf<K>): Promise<AnswerOf<K>> {
    const answer = await this.reply(what, ask);
    assert.equal(answer.type, 'answer', JSON.stringify(answer));
    return (answer as { answer: AnswerOf<K> }).answer;
  }

  async reply<K extends ExchangeName>(what: K, ask: AskOf<K>): Promise<HostMessage> {
    const id = ++this.id;
    await this.view.receive({ type: 'ask', id, what, ask } as Parameters<CaptureView['receive']>[0]);
    return this.sent.find((message) => 'id' in message && message.id === id)!;
  }

  filter(filterId: number, text: string, toggles = {}) {
    return this.ask('filter', { filterId, text, toggles: { ...DEFAULT_TOGGLES, ...toggles } });
  }

  dispose(): void {
    this.view.dispose();
    this.store.dispose();
  }
}

const names = (nodes: FieldNode[]) => nodes.map(({ name }) => name);

describe('view of a capture', () => {
  let play: Play;
  before(async () => void (play = await Play.open('threeway-v4.pcap')));
  after(() => play.dispose());

  it('tells what the capture is', () => {
    const { state } = play.store;
    assert.equal(state.progress.phase, 'done');
    assert.equal(state.counts.messages, 444);
    assert.equal(state.start?.digits, 6);
    assert.ok(state.connections.every(({ version, messages }) => version === 4 && messages > 0));
  });

  it('gives windows of rows', async () => {
    const { rows } = await play.ask('rows', { filterId: 0, from: 440, to: 999 });
    assert.deepEqual(
      rows.map(({ n }) => n),
      [441, 442, 443, 444],
    );
    assert.ok(rows[0].delta !== undefined);
    const first = await play.ask('rows', { filterId: 0, from: 0, to: 1 });
    assert.equal(first.rows[0].message, 'NDMP_NOTIFY_CONNECTION_STATUS');
    assert.equal(first.rows[0].kind, 'post');
    assert.equal(first.rows[0].delta, undefined);
  });

  it('filters, and refuses windows of the list before', async () => {
    const { count, done } = await play.filter(1, 'message contains "START"');
    assert.ok(done && count > 0 && count < 444);
    const { rows } = await play.ask('rows', { filterId: 1, from: 0, to: count });
    assert.ok(rows.every(({ message }) => message.includes('START')));
    assert.equal((await play.reply('rows', { filterId: 0, from: 0, to: 1 })).type, 'failed');
  });

  it('points at what is wrong with a filter and keeps the list', async () => {
    await play.filter(2, 'kind == reply');
    const { error, count } = await play.filter(3, 'kind == reply && mesage == 1');
    assert.equal(error?.column, 17);
    assert.equal(error?.length, 6);
    assert.ok(count > 0);
    assert.ok((await play.ask('rows', { filterId: 2, from: 0, to: 1 })).rows.length === 1);
  });

  it('folds replies into requests', async () => {
    const { count } = await play.filter(4, '', { exchanges: true });
    assert.ok(count < 444);
    const { rows } = await play.ask('rows', { filterId: 4, from: 0, to: 50 });
    const request = rows.find((row) => row.kind === 'request')!;
    assert.equal(request.reply?.n, request.pair);
    assert.ok(request.reply!.latency >= 0);
    const located = await play.ask('locate', { filterId: 4, n: request.pair! });
    assert.equal(rows[located.index].n, request.n);
  });

  it('shows both halves of an exchange with their fields and bytes', async () => {
    await play.filter(5, 'message == TAPE_OPEN && kind == request');
    const { rows } = await play.ask('rows', { filterId: 5, from: 0, to: 1 });
    const detail = await play.ask('detail', { n: rows[0].n });
    assert.equal(detail.parts.length, 2);
    assert.equal(detail.parts[1].kind, 'reply');
    assert.deepEqual(names(detail.parts[0].tree), ['header', 'device', 'mode']);
    const device = detail.parts[0].tree[1];
    const { path } = await play.ask('fieldAt', { n: rows[0].n, offset: device.offset + 5 });
    assert.deepEqual(path, [1]);
    const header = await play.ask('fieldAt', { n: rows[0].n, offset: 13 });
    assert.deepEqual(header.path, [0, 3]);
    const { bytes } = await play.ask('bytes', { n: rows[0].n, offset: 12, length: 4 });
    assert.deepEqual([...bytes], [0, 0, 3, 0]);
  });

  it('writes the filter for a column and for a field, and the filter finds the message again', async () => {
    await play.filter(6, 'message == DATA_START_BACKUP && kind == request');
    const [row] = (await play.ask('rows', { filterId: 6, from: 0, to: 1 })).rows;
    const { parts } = await play.ask('detail', { n: row.n });
    const env = names(parts[0].tree).indexOf('env');
    const filters = [
      await play.ask('filterFor', { n: row.n, column: 'message' }),
      await play.ask('filterFor', { n: row.n, path: [env, 0, 1] }),
      await play.ask('filterFor', { n: row.n, path: [names(parts[0].tree).indexOf('bu_type')] }),
      await play.ask('filterFor', { n: row.n, path: [0, 0] }),
      await play.ask('filterFor', { n: row.n, path: [env] }),
    ].map(({ text }) => text);
    assert.equal(filters[0], 'message == DATA_START_BACKUP');
    assert.match(filters[1], /^body\.env\.\w+ == "/);
    assert.match(filters[2], /^body\.bu_type == "/);
    let filterId = 10;
    for (const text of filters) {
      const { error } = await play.filter(++filterId, text);
      assert.equal(error, undefined, text);
      assert.ok((await play.ask('locate', { filterId, n: row.n })).exact, text);
    }
  });

  it('gives a filter for every column that finds the message (its reply, for the latency)', async () => {
    const columns = [
      'n',
      'time',
      'delta',
      'connection',
      'direction',
      'message',
      'kind',
      'sequence',
      'result',
      'latency',
      'summary',
    ] as const;
    let filterId = 100;
    for (const n of [1, 2, 3, 200])
      for (const column of columns) {
        const { text } = await play.ask('filterFor', { n, column });
        const { error } = await play.filter(++filterId, text);
        assert.equal(error, undefined, text);
        const { exact } = await play.ask('locate', { filterId, n });
        assert.ok(exact || column === 'latency', `${text} for message ${n}`);
      }
  });

  it('finds the next error in the list without wrapping', async () => {
    await play.filter(500, '');
    const { errors } = play.store.state.counts;
    let found = 0;
    for (let index = -1; ; found++) {
      index = (await play.ask('find', { filterId: 500, index, forward: true, what: 'error' })).index;
      if (index < 0) break;
    }
    assert.equal(found, errors);
  });

  it('copies a message as JSON, a field as hex and as its value', async () => {
    await play.ask('copy', { as: 'json', n: 1 });
    const message = JSON.parse(play.copied) as Record<string, unknown>;
    assert.equal(message.message, 'NDMP_NOTIFY_CONNECTION_STATUS');
    assert.equal(message.connection, 1);
    await play.ask('copy', { as: 'hex', n: 1, path: [0, 3] });
    assert.equal(play.copied, '00000502');
    const { copied } = await play.ask('copy', { as: 'value', n: 1, path: [0, 0] });
    assert.equal(play.copied, '1');
    assert.match(copied, /sequence/);
  });

  it('copies and saves what the view made', async () => {
    const play = await Play.open('query-v4.pcap');
    await play.ask('copyText', { text: 'sequenceDiagram' });
    assert.equal(play.copied, 'sequenceDiagram');
    assert.deepEqual(await play.ask('saveFile', { name: 'a.svg', content: '<svg/>' }), { saved: 'a.svg' });
    assert.deepEqual(play.savedFiles, [{ name: 'a.svg', text: '<svg/>' }]);
  });

  it('draws lanes and overview of the whole capture', async () => {
    const { duration, connections } = play.store.state;
    const { lanes } = await play.ask('lanes', {
      from: 0,
      to: duration,
      connections: connections.map(({ id }) => id),
      maxBars: 500,
    });
    assert.equal(lanes.length, connections.length);
    assert.ok(lanes.every(({ bars }) => bars.length > 0));
    await play.filter(600, '');
    const overview = await play.ask('overview', { filterId: 600, from: 0, to: duration, buckets: 100 });
    assert.ok(Math.abs(overview.total.reduce((a, b) => a + b, 0) - 444) < 1);
  });

  it('offers saved filters and names', async () => {
    const empty = await play.ask('complete', { text: '', caret: 0 });
    assert.deepEqual(empty.items[0], { label: 'Slow', insert: 'latency > 1s', kind: 'saved', detail: 'latency > 1s' });
    const { items } = await play.ask('complete', { text: 'message == TAPE_OP', caret: 18 });
    assert.ok(items.some(({ insert }) => insert.includes('TAPE_OPEN')));
  });

  it('reads a connection as another version and back', () => {
    play.store.setVersion(0, 3);
    assert.equal(play.store.state.connections[0].versionSource, 'user');
    play.store.setVersion(0, undefined);
    assert.equal(play.store.state.connections[0].version, 4);
    assert.ok(play.sent.some(({ type }) => type === 'rowsChanged'));
  });

  it('answers nonsense with a sentence', async () => {
    for (const ask of [
      ['detail', { n: 0 }],
      ['detail', { n: 1e9 }],
      ['bytes', { n: 'x', offset: -1, length: NaN }],
      ['toString', {}],
    ] as [ExchangeName, never][]) {
      const answer = await play.reply(...ask);
      assert.equal(answer.type, 'failed');
    }
  });
});

describe('view of a damaged capture', () => {
  it('says where it is damaged', async () => {
    const play = await Play.open('edited-truncated-in-packet.pcap');
    const { damage, damageTotal } = play.store.state;
    assert.ok(damageTotal > 0);
    assert.ok(damage[0].text.length > 10);
    assert.ok(damage[0].n !== undefined);
    play.dispose();
  });

  it('has no messages where there is no NDMP', async () => {
    const play = await Play.open('edited-headers-only.pcap');
    assert.equal(play.store.state.counts.messages, 0);
    assert.equal(play.store.state.progress.phase, 'done');
    assert.equal((await play.ask('locate', { filterId: 0, seconds: 1 })).index, -1);
    play.dispose();
  });
});
