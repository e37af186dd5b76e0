import { basename } from 'node:path';
import type { Answer, Progress, Question, RunEvents } from '../../dma/run/model';
import { clip, escapeText } from '../../protocol';
import type { Io } from '../terminal/io';
import { byteSize, counted, fit, span } from '../terminal/text';
import { questionsOn } from './questions';

/** The line of progress is not written more often than this, in milliseconds. */
const EVERY = 200;
/** What has not been heard of for so long, in milliseconds, has ended. */
const ENDED_AFTER = 15_000;
const TEXT_LENGTH = 2000;

/** The usual events of a command: messages and progress on standard error, questions on the terminal. */
export interface TerminalEvents extends RunEvents {
  message(level: 'info' | 'warning' | 'error', text: string): void;
  progress(progress: Progress): void;
  ask(question: Question, signal?: AbortSignal): Promise<Answer>;
  /** Takes the line of progress away. */
  done(): void;
}

export function eventsOn(io: Io): TerminalEvents {
  const line = new ProgressLine(io);
  const ask = questionsOn(io);
  return {
    message(level, text) {
      line.clear();
      const prefix = level === 'info' ? '' : `${level}: `;
      io.stderr.write(`${prefix}${escapeText(clip(text, TEXT_LENGTH))}\n`);
    },
    progress: (progress) => line.show(progress),
    ask(question, signal) {
      line.clear();
      return ask(question, signal);
    },
    done: () => line.clear(),
  };
}

/** Progress of all sources of all runs in one line that rewrites itself; silent where standard error is no terminal. */
class ProgressLine {
  private readonly sources = new Map<string, { text: string; at: number }>();
  private last = 0;
  private visible = false;

  constructor(private readonly io: Io) {}

  show(progress: Progress): void {
    if (this.io.stderr.isTTY !== true) return;
    const now = Date.now();
    this.sources.set(`${progress.run} ${progress.source}`, { text: progressText(progress), at: now });
    if (now - this.last < EVERY) return;
    for (const [key, { at }] of this.sources) if (now - at > ENDED_AFTER) this.sources.delete(key);
    this.last = now;
    this.visible = true;
    const text = [...this.sources.values()].map((source) => source.text).join(' | ');
    this.io.stderr.write(`\r\x1b[K${fit(text, (this.io.stderr.columns ?? 80) - 1)}`);
  }

  clear(): void {
    if (this.visible) this.io.stderr.write('\r\x1b[K');
    this.visible = false;
  }
}

/** `vol1: writing, 4.1 GB of 9.0 GB, 120 MB/s, 12:03 min left, 8 400 files`. */
export function progressText({ path, phase, bytes, bytesLeft, files, rate, barcode }: Progress): string {
  const done = Number(bytes);
  const whole = bytesLeft === undefined ? '' : ` of ${byteSize(done + Number(bytesLeft))}`;
  const left = bytesLeft === undefined || rate <= 0 ? [] : [`${span(Number(bytesLeft) / rate)} left`];
  const speed = rate > 0 ? [`${byteSize(rate)}/s`] : [];
  const tape = barcode === undefined ? [] : [escapeText(barcode)];
  const names = files > 0 ? [counted(files, 'file')] : [];
  const facts = [escapeText(phase), `${byteSize(done)}${whole}`, ...speed, ...left, ...names, ...tape];
  return `${escapeText(basename(path) || path)}: ${facts.join(', ')}`;
}
