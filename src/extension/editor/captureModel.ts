import { interfaceOf } from '../../protocol';
import type { InterfaceName } from '../../protocol';
import type { CaptureSession } from '../../session/capture';
import type { MessageIndex } from '../../session/messageIndex';
import { relativeSeconds } from '../../session/messageTimes';
import type { CaptureCounts } from '../messages';
import type { Work } from '../scheduler';
import { DamagePlaces } from './damage';
import { PauseTracker } from './pauses';
import { isFailed } from './result';
import { SilenceTracker } from './silences';
import { TimeHistogram } from './timeHistogram';
import { TimeIndex } from './timeIndex';

export const INTERFACES: readonly InterfaceName[] = [
  'connect',
  'config',
  'scsi',
  'tape',
  'data',
  'mover',
  'notify',
  'log',
  'fh',
  'extension',
];

/** Series of the model's histogram; the interfaces follow, in the order of INTERFACES. */
export const Series = { TOTAL: 0, ERRORS: 1, INTERFACES: 2 } as const;

export interface ConnectionFigures {
  errors: number;
  /** Interfaces of the requests on it. */
  interfaces: Set<InterfaceName>;
  /** Seconds since the first message. */
  from: number;
  to: number;
}

/**
 * What the views of one capture share: figures over all messages, kept up while the index grows. Everything here is
 * made in one pass over the rows, in time slices (`extend`).
 */
export class CaptureModel {
  readonly index: MessageIndex;
  times: TimeIndex;
  histogram!: TimeHistogram;
  pauses!: PauseTracker;
  silences!: SilenceTracker;
  counts!: CaptureCounts;
  connections!: ConnectionFigures[];
  damage!: DamagePlaces;
  private taken = 0;

  constructor(readonly session: CaptureSession) {
    this.index = session.index;
    this.times = new TimeIndex(this.index);
    this.reset();
  }

  /** Forgets the figures that depend on a connection's version; `extend` makes them again. */
  reset(): void {
    this.taken = 0;
    this.times = new TimeIndex(this.index);
    this.histogram = new TimeHistogram(Series.INTERFACES + INTERFACES.length);
    this.pauses = new PauseTracker(this.index);
    this.silences = new SilenceTracker();
    this.connections = [];
    this.damage = new DamagePlaces(this.index);
    this.counts = { messages: 0, requests: 0, replies: 0, posts: 0, fileHistory: 0, errors: 0, problems: 0 };
  }

  /** Messages taken in. */
  get count(): number {
    return this.taken;
  }

  /**
   * The earliest moment of the capture, in seconds since its first message: 0, or less when the clock went back.
   * Views count time from here.
   */
  get origin(): number {
    return Math.min(0, this.times.start);
  }

  /** Seconds from the earliest moment of the capture to the message. */
  time(row: number): number {
    return relativeSeconds(this.index, row) - this.origin;
  }

  /** Seconds from the earliest to the latest message. */
  get duration(): number {
    return this.times.end - this.origin;
  }

  /** Takes in the messages that were added to the index since. */
  *extend(): Work<void> {
    const { index } = this;
    while (this.taken < index.count) {
      const to = Math.min(index.count, this.taken + 128);
      for (; this.taken < to; this.taken++) this.take(this.taken);
      yield;
    }
    yield* this.times.extend();
  }

  private take(row: number): void {
    const { index, counts, histogram } = this;
    const time = relativeSeconds(index, row);
    const iface = interfaceOf(index.code(row));
    const kind = index.kind(row);
    const failed = isFailed(index, row);
    counts.messages++;
    if (kind === 'request') counts.requests++;
    else if (kind === 'reply') counts.replies++;
    else counts.posts++;
    if (iface === 'fh') counts.fileHistory++;
    if (failed) counts.errors++;
    if (index.hasProblem(row)) counts.problems++;
    const bucket = histogram.bucket(time);
    histogram.series[Series.TOTAL][bucket]++;
    histogram.series[Series.INTERFACES + INTERFACES.indexOf(iface)][bucket]++;
    if (failed) histogram.series[Series.ERRORS][bucket]++;
    this.pauses.add(row);
    this.silences.add(time);
    const figures = this.takeConnection(index.connection(row), time, failed);
    if (kind === 'request') figures.interfaces.add(iface);
  }

  private takeConnection(id: number, time: number, failed: boolean): ConnectionFigures {
    const figures = (this.connections[id] ??= { errors: 0, interfaces: new Set(), from: time, to: time });
    if (failed) figures.errors++;
    if (time < figures.from) figures.from = time;
    if (time > figures.to) figures.to = time;
    return figures;
  }
}
