/** Calls `action` at most once in `interval` milliseconds: at once, and again at the end when asked meanwhile. */
export class Throttle {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again = false;

  constructor(
    private readonly interval: number,
    private readonly action: () => void,
  ) {}

  request(): void {
    if (this.timer) {
      this.again = true;
      return;
    }
    this.start();
    this.action();
  }

  /** Acts now if something is waiting. */
  flush(): void {
    if (!this.again) return;
    this.dispose();
    this.start();
    this.action();
  }

  private start(): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (!this.again) return;
      this.again = false;
      this.request();
    }, this.interval);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.again = false;
  }
}
