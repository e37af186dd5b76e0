import type { BodyValue } from '../../protocol';

/** A reply: the error of header or body by its name, and the body, empty after an error of the header. */
export interface Reply {
  error: string;
  body: BodyValue;
}

/** How many times its own limit a request may take in all, as long as the server keeps sending other messages. */
const PATIENCE = 10;

/** A request that waits for its reply. Time in which this side itself does not read does not count. */
export class PendingRequest {
  readonly reply: Promise<Reply>;
  private settle: (reply: Reply) => void = () => undefined;
  private fail: (problem: Error) => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly sent = performance.now();

  /**
   * @param code of the request, which the reply repeats
   * @param seconds that the server may be silent
   * @param isHeld whether this side holds back what the server sends, so that its silence means nothing
   */
  constructor(
    readonly code: number,
    private readonly seconds: number,
    private readonly isHeld: () => boolean,
    private readonly onLate: () => void,
  ) {
    this.reply = new Promise((resolve, reject) => {
      this.settle = resolve;
      this.fail = reject;
    });
    // whoever asked hears of it; a request that is given up with its connection must not end the process
    this.reply.catch(() => undefined);
    this.start();
  }

  /** Milliseconds since it was sent. */
  get age(): number {
    return performance.now() - this.sent;
  }

  /** Something else came from the server: it is alive. */
  heard(): void {
    if (this.age < this.seconds * 1000 * PATIENCE) this.timer?.refresh();
  }

  answer(reply: Reply): void {
    clearTimeout(this.timer);
    this.settle(reply);
  }

  giveUp(problem: Error): void {
    clearTimeout(this.timer);
    this.fail(problem);
  }

  private start(): void {
    this.timer = setTimeout(() => {
      if (this.isHeld()) this.start();
      else this.onLate();
    }, this.seconds * 1000);
  }
}
