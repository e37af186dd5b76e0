import {
  DEFAULT_TOGGLES,
  type Bar,
  type CaptureState,
  type ExchangeHandlers,
  type HostMessage,
  type Overview,
  type WebviewMessage,
} from '../../../src/extension/messages';
import { detailOf, expandEntries, pathAt, payload } from './fakeDetail';
import { FilteredView } from './filteredView';
import { SyntheticCapture } from './syntheticCapture';

/** An extension host in the page itself, on a made-up capture; the address says which. */
const query = new URLSearchParams(location.search);
const scene = query.get('scene') ?? 'done';
const empty = scene === 'nothing' || scene === 'failed' || scene === 'opening';
const capture = new SyntheticCapture({
  rows: empty ? 0 : Number(query.get('rows') ?? 10_000_000),
  connections: Number(query.get('connections') ?? 4),
  flood: Number(query.get('flood') ?? 38),
  hostile: query.has('hostile'),
});
const told: WebviewMessage[] = [];
let view = new FilteredView(capture, '', { ...DEFAULT_TOGGLES });

function state(): CaptureState {
  const { rows } = capture.options;
  const phase = scene === 'indexing' ? 'indexing' : scene === 'nothing' ? 'done' : scene;
  const damaged = scene === 'damaged';
  return {
    fileName: 'filer.pcapng',
    format: 'pcapng',
    bytes: 711_966_000,
    packets: 812_345,
    progress: {
      phase: damaged || scene === 'done' ? 'done' : (phase as CaptureState['progress']['phase']),
      bytesRead: scene === 'indexing' ? 331_000_000 : 711_966_000,
      bytesTotal: 711_966_000,
      rows,
    },
    error:
      scene === 'failed' ? 'The file begins with 50 4b 03 04: it is a zip archive, not a packet capture.' : undefined,
    start: { seconds: 1795239246, nanos: 457192000, digits: 6 },
    duration: capture.duration,
    counts: {
      messages: rows,
      requests: Math.floor(rows * 0.3),
      replies: Math.floor(rows * 0.3),
      posts: Math.floor(rows * 0.4),
      fileHistory: Math.floor(rows * 0.35),
      errors: Math.min(2, rows),
      problems: 1,
    },
    connections: capture.connections,
    damage: damaged
      ? [
          {
            kind: 'lost',
            text: '1 448 bytes of connection 2 are not in the capture: packets were lost.',
            frame: 2114,
            connection: 1,
            n: 61,
          },
          {
            kind: 'truncated',
            text: 'The file ends in the middle of packet 812 345: the last 96 bytes are missing.',
            frame: 812345,
          },
          { kind: 'lost', text: '240 bytes of connection 1 are not in the capture.', frame: 3000, n: 70 },
        ]
      : [],
    damageTotal: damaged ? 3 : 0,
    comments: [],
    encrypted: [],
  };
}

function overview(from: number, to: number, buckets: number): Overview {
  const step = (to - from) / buckets;
  const made: Overview = { from, to, total: [], errors: [], interfaces: {}, pauses: [], damage: [] };
  const filtered = view.count !== capture.options.rows;
  if (filtered) made.matching = new Array<number>(buckets).fill(0);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const first = capture.atTime(from + bucket * step);
    const last = bucket === buckets - 1 ? capture.options.rows + 1 : capture.atTime(from + (bucket + 1) * step);
    made.total.push(last - first);
    made.errors.push(0);
    const stride = Math.max(1, Math.floor((last - first) / 60));
    for (let n = first; n < last; n += stride) {
      const row = capture.row(n);
      const list = (made.interfaces[row.interface] ??= new Array<number>(buckets).fill(0));
      list[bucket] += Math.min(stride, last - n);
      if (row.result?.failed && (capture.options.rows < 5000 || bucket % 97 === 40)) made.errors[bucket]++;
      if (made.matching && view.lists(row)) made.matching[bucket] += Math.min(stride, last - n);
    }
  }
  made.pauses = [
    { from: to * 0.42, to: to * 0.5, kind: 'mover', text: 'Mover paused: end of medium' },
    { from: to * 0.8, to: to * 0.83, kind: 'silence', text: 'Nothing was said' },
  ];
  if (scene === 'damaged') made.damage = [{ at: to * 0.3, text: '1 448 bytes of connection 2 are not in the capture' }];
  return made;
}

function bars(connection: number, from: number, to: number, maxBars: number): Bar[] {
  const made: Bar[] = [];
  const least = (to - from) / maxBars;
  const last = new Map<string, Bar>();
  const first = Math.max(1, capture.atTime(from) - 40);
  const end = Math.min(capture.options.rows, capture.atTime(to) + 40);
  const stride = Math.max(1, Math.floor((end - first) / 20000));
  for (let n = first; n <= end; n += stride) {
    const row = capture.row(n);
    if (row.connection !== connection || row.kind === 'reply') continue;
    const kind = row.kind === 'post' ? 'post' : 'request';
    const reply = row.pair === undefined ? undefined : capture.row(row.pair);
    const before = last.get(kind);
    const until = kind === 'post' ? row.seconds : reply?.seconds;
    if (before && before.interface === row.interface && row.seconds - (before.to ?? before.from) < least) {
      before.to = until ?? row.seconds;
      before.count += stride;
      before.failed ||= Boolean(reply?.result?.failed);
      continue;
    }
    const name = row.message.replace('NDMP_', '');
    const failed = Boolean(reply?.result?.failed);
    const bar: Bar = { n, from: row.seconds, to: until, kind, interface: row.interface, name, count: 1, failed };
    if (failed) bar.result = reply!.result!.text;
    last.set(kind, bar);
    made.push(bar);
  }
  return made;
}

const FIELDS = ['message', 'error', 'latency', 'connection', 'sequence', 'kind', 'interface', 'body.', 'ndmp.sequence'];

const handlers: ExchangeHandlers = {
  rows: ({ from, to }) => {
    const end = Math.min(to, view.count);
    return { from, rows: Array.from({ length: Math.max(0, end - from) }, (_, index) => view.row(from + index)) };
  },
  filter({ text, toggles }) {
    const error = handlers.checkFilter({ text }) as { error?: never };
    if (error.error) return { error: error.error, count: view.count, done: true };
    view = new FilteredView(capture, text, toggles);
    return { count: view.count, done: true };
  },
  checkFilter({ text }) {
    const column = text.indexOf('=>');
    return column < 0 ? {} : { error: { message: "expected a value or a field, found '=>'", column, length: 2 } };
  },
  complete({ text, caret }) {
    const typed = /[\w.]*$/.exec(text.slice(0, caret))![0];
    const items = FIELDS.filter((field) => field.startsWith(typed)).map((field) => ({
      label: field,
      insert: field,
      kind: 'field' as const,
      detail: field === 'latency' ? 'seconds from request to reply' : 'field',
    }));
    return { from: caret - typed.length, to: caret, items };
  },
  filterFor: () => ({ text: 'message == "NDMP_TAPE_OPEN"' }),
  locate: (ask) => view.locate('n' in ask ? ask.n : capture.atTime(ask.seconds)),
  find({ index, forward }) {
    for (let at = index + (forward ? 1 : -1); at >= 0 && at < view.count; at += forward ? 1 : -1) {
      if (view.row(at).result?.failed) return { index: at };
    }
    return { index: -1 };
  },
  marks: () => ({ marks: [], counts: { error: 0, warning: 0, note: 0 } }),
  detail: ({ n }) => detailOf(capture, n),
  expand: ({ from, count }) => ({ nodes: expandEntries(from, count) }),
  fieldAt: ({ offset }) => ({ path: pathAt(offset) }),
  bytes: ({ n, offset, length }) => ({ bytes: payload(capture.row(n), offset, offset + length) }),
  overview: ({ from, to, buckets }) => overview(from, to, buckets),
  lanes: ({ from, to, connections, maxBars }) => ({
    lanes: connections.map((connection) => ({
      connection,
      bars: bars(connection, from, to, maxBars),
      gaps: scene === 'damaged' && connection === 1 ? [{ from: to * 0.3, to: to * 0.302, text: 'lost' }] : [],
    })),
  }),
  copy: ({ as }) => ({ copied: `Copied as ${as}` }),
  copyText: () => ({}),
  compareWith: () => ({ choices: [] }),
  pickOther: () => ({}),
  diff: () => Promise.reject(new Error('There is nothing to compare with.')),
  diffLines: () => ({ lines: [], total: 0 }),
  showOther: () => ({ shown: false }),
  elsewhere: () => ({ places: [] }),
  saveFile: ({ name }) => ({ saved: name }),
};

function send(message: HostMessage): void {
  setTimeout(() => window.postMessage(message, '*'), Number(query.get('delay') ?? 4));
}

async function answer(message: Extract<WebviewMessage, { type: 'ask' }>): Promise<void> {
  if (!Object.hasOwn(handlers, message.what)) {
    const text = 'A made-up capture has no meaning: open a real one with --capture FILE.';
    send({ type: 'failed', id: message.id, what: message.what, text });
    return;
  }
  const handle = handlers[message.what as keyof typeof handlers] as (ask: unknown) => unknown;
  const result = await handle(message.ask);
  send({ type: 'answer', id: message.id, what: message.what, answer: result } as HostMessage);
}

Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage(message: WebviewMessage) {
      told.push(message);
      if (message.type === 'ask') void answer(message);
      if (message.type !== 'ready') return;
      const position = query.has('n')
        ? { filter: '', toggles: { ...DEFAULT_TOGGLES }, n: Number(query.get('n')), top: 0 }
        : undefined;
      send({
        type: 'init',
        capture: state(),
        layout: {},
        position,
        savedFilters: [{ name: 'Slow tape', text: 'latency > 1s' }],
      });
    },
  }),
  harness: { told, send },
});
