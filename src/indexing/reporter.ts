import type { SourcePass, SourceState } from '../logs';
import type { Connection, TcpFlow } from '../session/messageIndex';
import type { WorkerMessage, WorkerProgress } from './workerMessages';

export const REPORT_EVERY_MS = 60;
/** Reports of captures with very many connections take long themselves: no more than this part of the time. */
const REPORT_SHARE = 0.1;
/** All TCP connections of a file that is followed are described no more often. */
const FLOWS_EVERY_MS = 1000;

/** Tells the main thread what is new since the last time. */
export class Reporter {
  private readonly sent = new Map<number, string>();
  private damageSent = 0;
  private problemsSent = 0;
  private marksSent = 0;
  private nextReport = 0;
  private nextFlows = 0;
  private positionSent = -1;
  private hasNewFlows = false;
  /** All that was in the file at some moment has been read: from then on it is followed. */
  private isFollowing = false;

  constructor(
    private readonly pass: SourcePass,
    private readonly state: SourceState,
    private readonly file: { bytes(): number; gzip: boolean },
    private readonly say: (message: WorkerMessage) => void,
  ) {}

  maybe(): void {
    const now = performance.now();
    if (now < this.nextReport) return;
    this.say({ type: 'progress', ...this.progress(this.isFollowing ? 'following' : 'indexing') });
    const after = performance.now();
    this.nextReport = after + Math.max(REPORT_EVERY_MS, (after - now) / REPORT_SHARE);
  }

  /** All that is in the file has been read: told at once where that is news. */
  caughtUp(): void {
    this.isFollowing = true;
    const now = performance.now();
    const isNews = this.pass.position !== this.positionSent;
    const isTime = this.hasNewFlows && now >= this.nextFlows;
    if (!isNews && !isTime) return;
    const flows = isTime ? this.describeFlows(now) : undefined;
    this.say({ type: 'progress', ...this.progress('following'), flows });
  }

  progress(phase: WorkerProgress['phase']): WorkerProgress {
    const { pass } = this;
    const { index } = pass;
    if (pass.position !== this.positionSent) this.hasNewFlows = true;
    this.positionSent = pass.position;
    pass.updateConnections();
    const damage = index.damage.slice(this.damageSent);
    this.damageSent = index.damage.length;
    const problems = index.problemNotes.since(this.problemsSent);
    this.problemsSent = index.problemNotes.order.length;
    const marks = index.marks.since(this.marksSent);
    this.marksSent = index.marks.order.length;
    const bytesTotal = this.file.bytes();
    const { flows, ...info } = pass.info(bytesTotal, this.file.gzip);
    return {
      phase,
      bytesRead: pass.position,
      bytesTotal,
      rows: index.count,
      connections: index.connections.filter((c) => this.isNews(c)),
      damage,
      damageDropped: index.damageDropped,
      problems,
      marks,
      info,
      flows: phase === 'done' ? flows : undefined,
      state: this.state,
    };
  }

  private describeFlows(now: number): TcpFlow[] {
    this.hasNewFlows = false;
    this.pass.updateFlows?.();
    const after = performance.now();
    this.nextFlows = after + Math.max(FLOWS_EVERY_MS, (after - now) / REPORT_SHARE);
    return this.pass.info(0, false).flows;
  }

  private isNews(c: Connection): boolean {
    const stamp = `${c.messages} ${c.lostBytes} ${c.skippedBytes} ${c.ended} ${c.version} ${c.versionSource} ${c.bytes[0]} ${c.bytes[1]} ${c.firstRow}`;
    if (this.sent.get(c.id) === stamp) return false;
    this.sent.set(c.id, stamp);
    return true;
  }
}
