import type { EachWay } from './status';

const SAMPLE_MILLISECONDS = 500;
/** Samples over which the rate is taken. */
const SAMPLES = 4;

/** Bytes a second of the last two seconds. */
export class Rates {
  private readonly samples: { at: number; bytes: EachWay }[] = [];
  private readonly timer: NodeJS.Timeout;

  /** @param total all bytes until now */
  constructor(private readonly total: () => EachWay) {
    this.sample();
    this.timer = setInterval(() => this.sample(), SAMPLE_MILLISECONDS).unref();
  }

  now(): EachWay {
    const [first] = this.samples;
    const seconds = (performance.now() - first.at) / 1000;
    if (seconds <= 0) return { toTarget: 0, toClient: 0 };
    const { toTarget, toClient } = this.total();
    const per = (bytes: number): number => Math.round(bytes / seconds);
    return { toTarget: per(toTarget - first.bytes.toTarget), toClient: per(toClient - first.bytes.toClient) };
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    this.samples.push({ at: performance.now(), bytes: { ...this.total() } });
    if (this.samples.length > SAMPLES) this.samples.shift();
  }
}
