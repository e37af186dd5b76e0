import type { AffinitySettings } from '../src/analysis/affinity';
import {
  DEFAULT_TOGGLES,
  type CaptureState,
  type FilterToggles,
  type FindingMark,
  type FindingSettings,
  type Layout,
  type Position,
  type SavedFilter,
  type Severity,
  type TabId,
} from '../src/extension/messages';
import { Signal } from './signal';

/** A stretch of time in relative seconds. */
export interface Range {
  from: number;
  to: number;
}

/** The filtered list as far as it is known. */
export interface Matches {
  filterId: number;
  count: number;
  scanned: number;
  total: number;
  done: boolean;
}

export interface Selection {
  n: number;
  /** Who selected it: that part need not scroll to it. */
  source: 'table' | 'waterfall' | 'jump' | 'host' | 'start';
}

export interface AppliedFilter {
  text: string;
  toggles: FilterToggles;
}

export const DEFAULT_LAYOUT: Readonly<Layout> = {
  timeMode: 'relative',
  columns: {},
  waterfallHeight: 138,
  detailHeight: 280,
  hexShare: 0.44,
  filterHistory: [],
};

const EMPTY_CAPTURE: CaptureState = {
  fileName: '',
  format: '',
  bytes: 0,
  packets: 0,
  progress: { phase: 'opening', bytesRead: 0, rows: 0 },
  duration: 0,
  counts: { messages: 0, requests: 0, replies: 0, posts: 0, fileHistory: 0, errors: 0, problems: 0 },
  connections: [],
  damage: [],
  damageTotal: 0,
  comments: [],
  encrypted: [],
};

/** What the parts of the view share; each part follows what it draws. */
export class ViewState {
  readonly capture = new Signal<CaptureState>(EMPTY_CAPTURE);
  readonly matches = new Signal<Matches>({ filterId: 0, count: 0, scanned: 0, total: 0, done: true });
  readonly filter = new Signal<AppliedFilter>({ text: '', toggles: { ...DEFAULT_TOGGLES } });
  readonly savedFilters = new Signal<SavedFilter[]>([]);
  readonly selection = new Signal<Selection | undefined>(undefined);
  /** Zoomed stretch; undefined: the whole capture. */
  readonly zoom = new Signal<Range | undefined>(undefined);
  /** Times of the first and last visible table row. */
  readonly visible = new Signal<Range | undefined>(undefined);
  readonly layout = new Signal<Layout>({ ...DEFAULT_LAYOUT });
  /** First visible row of the table. */
  readonly top = new Signal<number>(0);
  /** Of a capture that is still being written: new rows since the list stands still; undefined: it follows its end. */
  readonly behind = new Signal<number | undefined>(undefined);
  /** The tab in front. */
  readonly tab = new Signal<TabId>('timeline');
  /** Id of the job that tabs about one job show. */
  readonly job = new Signal<number>(0);

  /** What the user's settings say of findings. */
  readonly findingSettings = new Signal<FindingSettings>({ disabledRules: [], minimumSeverity: 'note' });
  /** Rules that are switched off in this file alone. */
  readonly disabledHere = new Signal<readonly string[]>([]);
  /** What the user says of LIFs and affinity in this file. */
  readonly affinity = new Signal<AffinitySettings>({ lifs: {}, keys: [] });
  /** Messages with findings of rules that are on, by their numbers. */
  readonly marks = new Signal<ReadonlyMap<number, FindingMark>>(new Map());
  /** Findings of rules that are on, by severity. */
  readonly findingCounts = new Signal<Record<Severity, number>>({ error: 0, warning: 0, note: 0 });

  /** All that was in the file has been read, and it is still being written. */
  get isLive(): boolean {
    return this.capture.value.progress.phase === 'following';
  }

  /** Rules that are off, by setting or in this file. */
  get disabledRules(): string[] {
    return [...new Set([...this.findingSettings.value.disabledRules, ...this.disabledHere.value])].sort();
  }

  /** Switches a rule on or off in this file; what a setting switched off stays off. */
  switchRule(rule: string, on: boolean): void {
    const others = this.disabledHere.value.filter((each) => each !== rule);
    this.disabledHere.value = on ? others : [...others, rule];
  }

  /** The stretch that holds every message; never empty, so that a scale can be made of it. */
  get whole(): Range {
    return { from: 0, to: Math.max(this.capture.value.duration, 1e-3) };
  }

  get shown(): Range {
    return this.zoom.value ?? this.whole;
  }

  get digits(): number {
    return this.capture.value.start?.digits ?? 6;
  }

  changeLayout(change: Partial<Layout>): void {
    this.layout.value = { ...this.layout.value, ...change };
  }

  get position(): Position {
    return {
      filter: this.filter.value.text,
      toggles: this.filter.value.toggles,
      n: this.selection.value?.n,
      top: this.top.value,
      zoom: this.zoom.value,
      tab: this.tab.value,
      job: this.job.value,
      disabledRules: [...this.disabledHere.value],
      affinity: this.affinity.value,
    };
  }
}
