import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { escapeText } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import { DmaFailure } from '../connection/failures';

/** A small file that is replaced as a whole, so that it is always either the old or the new one. */
export class JsonFile<T> {
  private turn: Promise<unknown> = Promise.resolve();

  /** @param check makes the content of what was parsed, or throws */
  constructor(
    private readonly file: string,
    private readonly check: (value: unknown) => T,
    private readonly initial: () => T,
  ) {}

  /** What is in it; the initial content where there is no file. @throws DmaFailure */
  async read(): Promise<T> {
    let text: string;
    try {
      text = await readFile(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.initial();
      throw new DmaFailure(`${escapeText(this.file)} cannot be read: ${messageOf(error)}`);
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new DmaFailure(`${escapeText(this.file)} is no JSON: ${escapeText(messageOf(error))}`);
    }
    return this.check(value);
  }

  /** Changes what is in it; calls of this process come one after the other. @throws DmaFailure */
  change(edit: (content: T) => T): Promise<void> {
    const changed = this.turn.then(async () => this.write(edit(await this.read())));
    this.turn = changed.catch(() => undefined);
    return changed;
  }

  private async write(content: T): Promise<void> {
    const part = `${this.file}.${process.pid}.part`;
    try {
      await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
      const handle = await open(part, 'w', 0o600);
      try {
        await handle.writeFile(`${JSON.stringify(content, undefined, 2)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(part, this.file);
    } catch (error) {
      await rm(part, { force: true });
      throw new DmaFailure(`${escapeText(this.file)} cannot be written: ${messageOf(error)}`);
    }
  }
}
