import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Characters held in memory; what is more goes to a file. */
const MOST_IN_MEMORY = 4 * 1024 * 1024;
const PIECE = 256 * 1024;
const NEWLINE = 0x0a;

/**
 * Texts of a line each, given back from the last to the first: what is to be done with directories when all is in them.
 * Takes little memory however many there are.
 */
export class DeferredLines {
  private lines: string[] = [];
  private characters = 0;
  private file: number | undefined;
  private fileBytes = 0;

  /** Throws the system's error when there is no room. */
  add(line: string): void {
    this.lines.push(line);
    this.characters += line.length;
    if (this.characters > MOST_IN_MEMORY) this.spill();
  }

  private spill(): void {
    this.file ??= openScratch();
    const bytes = Buffer.from(`${this.lines.join('\n')}\n`);
    fs.writeSync(this.file, bytes, 0, bytes.length, this.fileBytes);
    this.fileBytes += bytes.length;
    this.lines = [];
    this.characters = 0;
  }

  *backwards(): Generator<string> {
    for (let i = this.lines.length - 1; i >= 0; i--) yield this.lines[i];
    if (this.file === undefined) return;
    let rest: Buffer = Buffer.alloc(0);
    for (let end = this.fileBytes; end > 0;) {
      const length = Math.min(PIECE, end);
      const piece = Buffer.alloc(length);
      fs.readSync(this.file, piece, 0, length, end - length);
      end -= length;
      rest = Buffer.concat([piece, rest]);
      for (let to = rest.length; to > 0;) {
        const from = rest.lastIndexOf(NEWLINE, to - 2) + 1;
        if (from === 0 && end > 0) {
          rest = rest.subarray(0, to);
          break;
        }
        yield rest.toString('utf8', from, to - 1);
        to = from;
        if (to === 0) rest = Buffer.alloc(0);
      }
    }
  }

  close(): void {
    if (this.file !== undefined) fs.closeSync(this.file);
    this.file = undefined;
    this.lines = [];
  }
}

/** A file that is gone when it is closed. */
function openScratch(): number {
  const folder = fs.mkdtempSync(join(tmpdir(), 'ndmp-restore-'));
  const file = fs.openSync(join(folder, 'directories'), 'wx+', 0o600);
  fs.rmSync(folder, { recursive: true, force: true });
  return file;
}
