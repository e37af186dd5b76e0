import { summarize } from '../../analysis/summary';
import { decodeEnds } from '../../protocol';
import type { CaptureSession } from '../../session/capture';
import { knownPayload } from '../../session/recordReader';

const KEPT = 4000;

/** One-line summaries of bodies, the latest ones kept, since a table asks for the same rows again and again. */
export class Summaries {
  private readonly kept = new Map<number, string>();

  constructor(private readonly session: CaptureSession) {}

  has(row: number): boolean {
    return this.kept.has(row);
  }

  of(row: number): string {
    const known = this.kept.get(row);
    if (known !== undefined) return known;
    const context = this.session.context(row);
    const summary = summarize(decodeEnds(knownPayload(this.session.record(row)), context), context);
    if (this.kept.size >= KEPT) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(row, summary);
    return summary;
  }

  clear(): void {
    this.kept.clear();
  }
}
