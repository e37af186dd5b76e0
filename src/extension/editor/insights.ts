import type { ListedFinding, RuleCount } from '../../analysis/findings/queries';
import type { Job } from '../../analysis/jobs/model';
import type { CaptureStore } from './captureStore';

/**
 * What the side bar and the Problems panel tell of the meaning of a capture: asked for once the capture is read, and again
 * when its messages are read in another way.
 */
export class Insights {
  jobs: readonly Job[] = [];
  /** Of all rules, in the order of the messages. */
  findings: readonly ListedFinding[] = [];
  rules: readonly RuleCount[] = [];
  private disposed = false;

  /** @param onChange called when there is something new */
  constructor(
    private readonly store: CaptureStore,
    private readonly onChange: () => void,
    private readonly onError: (error: unknown) => void,
  ) {
    store.listen({ analysisChanged: () => this.load() });
    this.load();
  }

  private load(): void {
    this.ask().then(
      () => this.disposed || this.onChange(),
      (error: unknown) => this.disposed || this.store.error !== undefined || this.onError(error),
    );
  }

  private async ask(): Promise<void> {
    const { analysis } = this.store;
    this.jobs = (await analysis.ask('jobs', {})).jobs;
    const { findings, rules } = await analysis.ask('findings', {});
    this.findings = findings;
    this.rules = rules;
  }

  dispose(): void {
    this.disposed = true;
  }
}
