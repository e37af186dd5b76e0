import { MemorySource } from '../capture/byteSource';
import { PCAP_FILE_HEADER } from '../capture/pcap';
import type { CaptureSession } from '../session/capture';
import { LiveIndex } from './liveIndex';
import { LiveLog } from './liveLog';
import { isText } from './notACapture';
import type { StreamOptions } from './openStream';
import type { Spool } from './spool';

/** What comes over a pipe: a capture or, where it begins like text, a log. */
export class LiveSource {
  private live: LiveIndex | LiveLog | undefined;
  private head = new Uint8Array(0);

  constructor(
    private readonly spool: Spool,
    private readonly options: StreamOptions,
    readonly isGzip: boolean,
  ) {}

  get capture(): CaptureSession {
    return this.chosen.capture;
  }

  /** Takes the stream's next bytes, unpacked. */
  push(chunk: Uint8Array): void {
    if (this.live !== undefined) {
      this.live.push(chunk);
      return;
    }
    const joined = new Uint8Array(this.head.length + chunk.length);
    joined.set(this.head);
    joined.set(chunk, this.head.length);
    this.head = joined;
    if (joined.length >= PCAP_FILE_HEADER) this.chosen.push(joined);
  }

  /** The stream is at its end. @returns false when it was neither */
  finish(broken: string | undefined): boolean {
    if (this.live === undefined && this.head.length > 0) this.chosen.push(this.head);
    return this.chosen.finish(broken);
  }

  /** Rows that were reported in the order in which they came get their final order. */
  settle(): void {
    this.chosen.settle();
  }

  report(): Promise<void> {
    return this.live?.report() ?? Promise.resolve();
  }

  private get chosen(): LiveIndex | LiveLog {
    const Live = isText(new MemorySource(this.head)) ? LiveLog : LiveIndex;
    this.live ??= new Live(this.spool, this.options, this.isGzip);
    return this.live;
  }
}
