import { LocalComparison, WorkerComparison } from '../../background/comparisonHost';
import type { ComparisonHost } from '../../background/comparisonHost';
import type { DiffLines, DiffLinesAsk, DiffSummary } from '../../analysis/diff/comparison';
import { clip, messageName } from '../../protocol';
import { timeText } from '../../session/messageTimes';
import type { Elsewhere } from '../messages';
import type { CaptureStore, OpenedCapture } from './captureStore';
import { UserError } from './userError';

/** Text of a log beside a message of a capture. */
const MAX_RAW = 20_000;

/** Another capture or log, to compare with. */
export interface OtherCapture {
  /** The same as long as it is open. */
  key: string;
  name: string;
  session: OpenedCapture;
  /** Shows a message of it in its own editor, where it has one. */
  show?(n: number): void;
  /** Gives it back, where nobody else has it open. */
  close?(): void;
}

/** Where others come from; absent in views that stand alone. */
export interface OtherCaptures {
  /** Captures open in other editors, read to their end. */
  open(): OtherCapture[];
  /** Asks the user for a file and reads it; undefined when none was chosen. */
  pick(): Promise<OtherCapture | undefined>;
}

interface Compared {
  other: OtherCapture;
  host: ComparisonHost;
  rows?: Promise<{ toB: Int32Array; toA: Int32Array; clock: string } | undefined>;
}

/** Compares the capture of a view with others. */
export class Comparing {
  private readonly compared = new Map<string, Compared>();
  private readonly picked = new Map<string, OtherCapture>();

  constructor(
    private readonly store: CaptureStore,
    private readonly others: OtherCaptures | undefined,
  ) {}

  /** What this capture can be compared with. */
  choices(): { key: string; name: string }[] {
    return [...(this.others?.open() ?? []), ...this.picked.values()].map(({ key, name }) => ({ key, name }));
  }

  /** Asks for a file. */
  async pick(): Promise<{ key: string; name: string } | undefined> {
    const other = await this.others?.pick();
    if (other === undefined) return undefined;
    const known = this.find(other.key);
    if (known === undefined) this.picked.set(other.key, other);
    else other.close?.();
    return { key: other.key, name: other.name };
  }

  summary(key: string): Promise<DiffSummary> {
    return this.comparedWith(key).host.ask('summary');
  }

  lines(key: string, ask: DiffLinesAsk): Promise<DiffLines> {
    return this.comparedWith(key).host.ask('lines', ask);
  }

  /** Shows a message of the other one. @returns false when it is in no editor */
  show(key: string, n: number): boolean {
    const other = this.find(key);
    other?.show?.(n);
    return other?.show !== undefined;
  }

  /** The same message in logs and captures of the same session that are open. */
  async elsewhere(row: number): Promise<Elsewhere[]> {
    const { session } = this.store;
    if (session === undefined || !this.store.finished) return [];
    const places: Elsewhere[] = [];
    for (const other of this.others?.open() ?? []) {
      if (!isLog(session) && !isLog(other.session)) continue;
      const compared = this.comparedWith(other.key);
      const rows = await (compared.rows ??= compared.host.ask('rows'));
      const found = rows?.toB[row] ?? -1;
      if (rows !== undefined && found >= 0) places.push(placeOf(other, found, rows.clock));
    }
    return places;
  }

  dispose(): void {
    for (const { host, other } of this.compared.values()) void host.dispose().finally(() => other.close?.());
    for (const [key, other] of this.picked) if (!this.compared.has(key)) other.close?.();
    this.compared.clear();
    this.picked.clear();
  }

  private find(key: string): OtherCapture | undefined {
    return this.others?.open().find((other) => other.key === key) ?? this.picked.get(key);
  }

  private comparedWith(key: string): Compared {
    const other = this.find(key);
    const { session, finished } = this.store;
    if (other === undefined) throw new UserError('The other capture is not open any more.');
    if (session === undefined || !finished) throw new UserError('The capture is still being read.');
    const known = this.compared.get(key);
    if (known?.other.session === other.session) return known;
    void known?.host.dispose();
    const [a, b] = [session.share?.(), other.session.share?.()];
    const host = a && b ? new WorkerComparison({ a, b }) : new LocalComparison(session, other.session);
    const compared = { other, host };
    this.compared.set(key, compared);
    return compared;
  }
}

function isLog({ info }: OpenedCapture): boolean {
  return info.format === 'ontap-log' || info.format === 'ndmjob-log';
}

function placeOf({ key, name, session }: OtherCapture, row: number, clock: string): Elsewhere {
  const { index } = session;
  const raw = session.rawText?.(row);
  return {
    key,
    name,
    n: row + 1,
    message: messageName(index.code(row), index.version(row)),
    time: momentText(session, row),
    clock,
    raw: raw === undefined ? undefined : clip(raw.text, MAX_RAW),
  };
}

/** `2026-11-21 05:35:50.817634 UTC`, or the time of day where a log has no dates. */
function momentText({ index, info }: OpenedCapture, row: number): string {
  const iso = new Date(index.seconds(row) * 1000).toISOString();
  const fraction = timeText(index, row).split('.')[1];
  const time = `${iso.slice(11, 19)}${fraction === undefined ? '' : `.${fraction}`}`;
  return info.clock === 'time of day' ? time : `${iso.slice(0, 10)} ${time} UTC`;
}
