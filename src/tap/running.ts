import { serveControl } from '../transport/control/controlSocket';
import { runTapCommand } from './control';
import { makeTapFolder, tapPlace, writeTapFile, type TapFile } from './folder';
import type { TapOptions } from './options';
import { addressText, Tap } from './tap';

/** How often what has changed is written into `tap.json`. */
const REFRESH_MILLISECONDS = 500;

/** A tap with a folder of its own, in which it says what it is and takes commands. */
export class RunningTap {
  private stopping: ((why: string) => void) | undefined;
  /** Settles when somebody asks it to stop. */
  readonly asked = new Promise<string>((resolve) => (this.stopping = resolve));
  private timer: NodeJS.Timeout | undefined;
  private said = '';
  private isEnding = false;

  private constructor(
    readonly tap: Tap,
    private readonly folder: string | undefined,
    private readonly control: { close(): Promise<void> } | undefined,
    private readonly started = new Date().toISOString(),
  ) {}

  /**
   * Starts a tap. @param folder where it says what it is; undefined: nowhere
   * @throws PlaceTaken when another tap runs there; Node's error when an address cannot be listened on
   */
  static async start(options: TapOptions, folder: string | undefined): Promise<RunningTap> {
    let running: RunningTap | undefined;
    if (folder !== undefined) makeTapFolder(folder);
    const control =
      folder === undefined
        ? undefined
        : await serveControl(tapPlace(folder), (command, args) =>
            Promise.resolve(running === undefined ? { refused: 'The tap is starting.' } : running.run(command, args)),
          );
    try {
      running = new RunningTap(await Tap.start(options), folder, control);
    } catch (error) {
      await control?.close();
      throw error;
    }
    running.tell();
    running.timer = setInterval(() => running?.tell(), REFRESH_MILLISECONDS).unref();
    return running;
  }

  /** Ends it. @param why for `tap.json` */
  async stop(why: string): Promise<void> {
    clearInterval(this.timer);
    this.isEnding = true;
    const file = this.file();
    await this.tap.stop();
    // before the socket is closed: nothing else may keep the process alive until that is done
    this.write({ ...file, stopped: { at: new Date().toISOString(), why } });
    await this.control?.close();
  }

  private run(command: string, args: string[]): ReturnType<typeof runTapCommand> {
    const reply = runTapCommand(this.tap, command, args);
    if (command === 'stop' && !('refused' in reply)) setImmediate(() => this.stopping?.('asked to stop'));
    this.tell();
    return reply;
  }

  private file(): TapFile {
    const { options, addresses } = this.tap;
    return {
      format: 1,
      pid: process.pid,
      listen: addresses.map(addressText),
      target: addressText(options.target),
      recording: options.recording?.path,
      recordings: [...(options.recording?.files ?? [])],
      started: this.started,
    };
  }

  private tell(): void {
    if (!this.isEnding) this.write(this.file());
  }

  private write(file: TapFile): void {
    const text = JSON.stringify(file);
    if (this.folder === undefined || text === this.said) return;
    try {
      writeTapFile(this.folder, file);
      this.said = text;
    } catch (error) {
      if (file.stopped === undefined) this.tap.warn(`tap.json cannot be written: ${(error as Error).message}.`);
    }
  }
}
