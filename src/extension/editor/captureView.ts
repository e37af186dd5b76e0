import { knownPayload } from '../../session/recordReader';
import type {
  AnswerOf,
  AskOf,
  Completion,
  ExchangeHandlers,
  ExchangeName,
  FilterError,
  HostMessage,
  WebviewMessage,
} from '../messages';
import { DEFAULT_TOGGLES } from '../messages';
import type { HostExchange, QueryName } from '../messages';
import { expandField } from '../../protocol';
import type { Scheduler, Work } from '../scheduler';
import type { CaptureModel } from './captureModel';
import type { CaptureStore } from './captureStore';
import { Comparing } from './comparing';
import type { OtherCaptures } from './comparing';
import { copyText } from './copyText';
import { bytesOf, detailOf } from './detail';
import { columnFilter, fieldFilter } from './filterFor';
import { FilteredList } from './filteredList';
import type { BindFilter } from './filteredList';
import { findNext, locateRow } from './find';
import { pathAtOffset } from './fieldPath';
import { lanes } from './lanes';
import { findingMarks } from './marks';
import { overview } from './overview';
import { rowsBetween } from './rows';
import { UserError } from './userError';
import type { VisibleRows } from './visibleRows';

/** How long an answer to `filter` waits for the scan, in milliseconds. */
const FILTER_PATIENCE = 80;
const MAX_CHILDREN = 1000;

/** The filter language, as far as a view needs it. */
export interface FilterLanguage {
  compile(text: string): { bind?: BindFilter } | { error: FilterError };
  check(text: string): FilterError | undefined;
  complete(text: string, caret: number): { from: number; to: number; items: Completion[] };
}

export interface ViewServices {
  scheduler: Scheduler;
  language: FilterLanguage;
  post: (message: HostMessage) => void;
  copy(text: string): Promise<void>;
  /** Asks where to, with `name` as the suggestion; gives the name that was chosen, undefined when none was. */
  save(name: string, content: Uint8Array): Promise<string | undefined>;
  /** Captures to compare with. */
  others?: OtherCaptures;
}

/**
 * Answers what one view of a capture asks. Knows nothing of VS Code: messages come in through `receive` and go out
 * through `services.post`.
 */
export class CaptureView {
  readonly list: FilteredList;
  /** Row of the selected message. */
  selected: number | undefined;
  private readonly latest = new Map<ExchangeName, AbortController>();
  /** Analyses that the view waits for, by the number of its ask. */
  private readonly asked = new Map<number, AbortController>();
  private readonly lifetime = new AbortController();
  private readonly listening: { dispose(): void };
  private readonly comparing: Comparing;

  constructor(
    private readonly store: CaptureStore,
    private readonly services: ViewServices,
  ) {
    const applied = { filterId: 0, toggles: { ...DEFAULT_TOGGLES }, text: '' };
    this.list = new FilteredList(store, services.scheduler, services.post, applied);
    this.list.extend();
    this.comparing = new Comparing(store, services.others);
    this.listening = store.listen({
      progressed: () => services.post({ type: 'progress', progress: store.progress, duration: this.duration }),
      changed: () => services.post({ type: 'capture', capture: store.state }),
      grew: () => this.list.extend(),
      reset: () => this.onReset(),
      analysisChanged: () => services.post({ type: 'analysisChanged' }),
    });
  }

  private get duration(): number {
    return this.store.model?.duration ?? 0;
  }

  private onReset(): void {
    this.list.rebuild();
    this.services.post({ type: 'rowsChanged' });
  }

  /** Answers an ask; whatever goes wrong is told to the view in a sentence. */
  async receive(message: Extract<WebviewMessage, { type: 'ask' }>): Promise<void> {
    const { id, what } = message;
    try {
      const answer = await this.answer(id, what, message.ask);
      this.services.post({ type: 'answer', id, what, answer } as HostMessage);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.services.post({ type: 'failed', id, what, text });
    }
  }

  /** The view no longer waits for the answer to its ask. */
  forget(id: number): void {
    this.asked.get(id)?.abort();
  }

  private answer(id: number, what: ExchangeName, ask: unknown): unknown {
    return this.isOwn(what) ? this.handle(what, ask) : this.analyse(id, what, ask);
  }

  private isOwn(what: ExchangeName): what is HostExchange {
    return Object.hasOwn(this.handlers, what);
  }

  private handle<K extends HostExchange>(what: K, ask: unknown): AnswerOf<K> | Promise<AnswerOf<K>> {
    const handler: ExchangeHandlers[K] = this.handlers[what];
    return handler(ask as AskOf<K>);
  }

  private async analyse<K extends QueryName>(id: number, what: K, ask: unknown): Promise<AnswerOf<K>> {
    const controller = new AbortController();
    this.asked.set(id, controller);
    try {
      return await this.store.analysis.ask(what, ask as AskOf<K>, controller.signal);
    } finally {
      this.asked.delete(id);
    }
  }

  /** Runs work for the newest ask of its kind; older work of that kind is given up. */
  private newest<T>(what: ExchangeName, work: Work<T>): Promise<T> {
    this.latest.get(what)?.abort();
    const controller = new AbortController();
    this.latest.set(what, controller);
    return this.services.scheduler.run(work, controller.signal);
  }

  private get model(): CaptureModel {
    const { model, error } = this.store;
    if (!model) throw new UserError(error ?? 'The capture is still being opened.');
    return model;
  }

  private visible(filterId: number): VisibleRows {
    const { list } = this;
    if (filterId !== list.applied.filterId) throw new UserError('The filter has changed meanwhile.');
    if (!list.visible) list.extend();
    if (!list.visible) throw new UserError('The capture is still being opened.');
    return list.visible;
  }

  /** The row of message `n`. */
  private row(n: number): number {
    const { count } = this.model.index;
    if (!Number.isInteger(n) || n < 1 || n > count)
      throw new UserError(`There is no message ${n}: the capture has ${count}.`);
    return n - 1;
  }

  private payload(n: number) {
    const row = this.row(n);
    const { session } = this.model;
    return { row, payload: knownPayload(session.record(row)), context: session.context(row) };
  }

  private get exchanges(): boolean {
    return this.list.applied.toggles.exchanges;
  }

  private readonly handlers: ExchangeHandlers = {
    rows: async ({ filterId, from, to }) => {
      const { model, store, exchanges } = this;
      const source = { model, summaries: store.summaries!, exchanges, finished: store.finished };
      const work = rowsBetween(source, this.visible(filterId), from, to);
      const rows = await this.services.scheduler.run(work, this.lifetime.signal);
      return { from, rows };
    },

    filter: (ask) => this.applyFilter(ask),

    checkFilter: ({ text }) => ({ error: this.services.language.check(text) }),

    complete: ({ text, caret }) => this.services.language.complete(text, caret),

    filterFor: ({ n, column, path }) => ({
      text: path?.length
        ? fieldFilter(this.model, this.row(n), path)
        : columnFilter(this.model, this.row(n), column ?? 'message'),
    }),

    locate: (ask) => {
      const visible = this.visible(ask.filterId);
      const row = 'n' in ask ? this.row(ask.n) : this.model.times.nearestRow(ask.seconds + this.model.origin);
      return row < 0 ? { index: -1, exact: false } : locateRow(this.model, visible, row, this.exchanges);
    },

    find: async ({ filterId, index, forward, what }) => ({
      index: await this.newest(
        'find',
        findNext(this.model, this.visible(filterId), index, forward, what, this.exchanges),
      ),
    }),

    marks: (ask) => findingMarks(this.store, ask, this.lifetime.signal),

    detail: ({ n }) => detailOf(this.model, this.row(n), this.store.finished),

    expand: ({ n, path, from, count }) => {
      const { payload, context } = this.payload(n);
      return { nodes: expandField(payload, context, path, from, Math.min(count, MAX_CHILDREN)) };
    },

    fieldAt: ({ n, offset }) => {
      const { payload, context } = this.payload(n);
      return { path: pathAtOffset(payload, context, offset) };
    },

    bytes: ({ n, offset, length }) => ({ bytes: bytesOf(this.model, this.row(n), offset, length) }),

    overview: (ask) => this.newest('overview', overview(this.model, this.visible(ask.filterId), ask)),

    lanes: (ask) => this.newest('lanes', lanes(this.model, ask)),

    copy: async ({ as, n, path, column }) => {
      const { text, copied } = copyText(this.model, this.row(n), as, path, column);
      await this.services.copy(text);
      return { copied };
    },

    compareWith: () => ({ choices: this.comparing.choices() }),

    pickOther: async () => ({ picked: await this.comparing.pick() }),

    diff: ({ key }) => this.comparing.summary(key),

    diffLines: ({ key, ...ask }) => this.comparing.lines(key, ask),

    showOther: ({ key, n }) => ({ shown: this.comparing.show(key, n) }),

    elsewhere: async ({ n }) => ({ places: await this.comparing.elsewhere(this.row(n)) }),

    copyText: async ({ text }) => {
      await this.services.copy(text);
      return {};
    },

    saveFile: async ({ name, content }) => {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      return { saved: await this.services.save(name, bytes) };
    },
  };

  private async applyFilter(ask: AskOf<'filter'>): Promise<AnswerOf<'filter'>> {
    const { list, services } = this;
    const { filterId, text, toggles } = ask;
    const compiled = services.language.compile(text);
    if ('error' in compiled) return { error: compiled.error, count: list.count, done: list.done };
    list.apply({ filterId, toggles, text, bind: compiled.bind });
    await list.settle(FILTER_PATIENCE);
    return { count: list.count, done: list.done };
  }

  dispose(): void {
    this.lifetime.abort();
    this.comparing.dispose();
    this.listening.dispose();
    this.list.dispose();
    for (const controller of [...this.latest.values(), ...this.asked.values()]) controller.abort();
  }
}
