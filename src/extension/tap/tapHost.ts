import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { setting } from '../settings';
import { launchTap } from './launchTap';
import { TapBook } from './tapBook';

/** Between two looks at running taps that somebody sees, in milliseconds. */
const LOOK_EVERY_MS = 1000;
/** Between two looks at taps while none runs that is known. */
const LOOK_SELDOM_MS = 5000;

/** Where taps have their folders, as the settings have it. */
export function tapsFolder(): string {
  const set = setting('tap.folder').trim();
  return set === '' ? join(homedir(), '.ndmp-taps') : set;
}

/** What a tap of the editor is started with. */
export interface StartTap {
  listen: string;
  target: string;
  /** The client speaks TLS with the tap. */
  isSecure: boolean;
  options: readonly string[];
}

/**
 * The taps of this machine. They are processes of their own, so that they outlive a reload of the window; what is known
 * of them is asked for over their sockets, now and again.
 */
export class TapHost implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  readonly book = new TapBook(tapsFolder, () => this.changed.fire());
  private timer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;

  constructor(private readonly program: string) {
    void this.look();
  }

  /** Starts a tap. @returns its folder. @throws Error with a message for people */
  async start({ listen, isSecure, target, options }: StartTap): Promise<string> {
    const folder = join(tapsFolder(), new Date().toISOString().replace(/[:.]/g, '-'));
    try {
      await launchTap({
        program: this.program,
        folder,
        listen,
        isSecure,
        target,
        recordData: setting('tap.recordData'),
        rotateBytes: setting('tap.rotateBytes'),
        keepFiles: setting('tap.keepFiles'),
        options,
      });
    } finally {
      await this.look();
    }
    return folder;
  }

  /** Looks again at once, and then as often as is worth it. */
  async look(): Promise<void> {
    clearTimeout(this.timer);
    await this.book.refresh();
    if (this.disposed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), this.book.running.length > 0 ? LOOK_EVERY_MS : LOOK_SELDOM_MS);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.changed.dispose(); // taps go on
  }
}
