import fs from 'node:fs';
import type { RawName } from '../walk/rawName';
import { codeOf } from './failures';
import type { TargetTree } from './targetTree';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
const NEW_FILE = O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0);

/**
 * A regular file being restored. Where something stands already the new file takes its place in one step when it is complete;
 * until then it has a temporary name.
 */
export class FileWriter {
  private readonly file: number;
  /** Its name until it is complete. */
  private readonly working: RawName;
  private end = 0;

  /** Throws the system's error. */
  constructor(
    private readonly tree: TargetTree,
    private readonly parent: RawName,
    temporary: RawName,
    private readonly name: RawName,
  ) {
    const directory = tree.directory(parent, true);
    let file: number | undefined;
    try {
      file = fs.openSync(directory.pathOf(name), NEW_FILE, 0o600);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    this.working = file === undefined ? temporary : name;
    this.file = file ?? fs.openSync(directory.pathOf(temporary), NEW_FILE, 0o600);
  }

  write(bytes: Uint8Array, at: number): void {
    let written = 0;
    while (written < bytes.length)
      written += fs.writeSync(this.file, bytes, written, bytes.length - written, at + written);
    this.end = Math.max(this.end, at + bytes.length);
  }

  /** @param settle sets the metadata of the open file */
  finish(size: number, settle: (file: number) => void): void {
    try {
      if (this.end !== size) fs.ftruncateSync(this.file, size);
      settle(this.file);
    } catch (error) {
      this.discard();
      throw error;
    }
    fs.closeSync(this.file);
    if (this.working === this.name) return;
    this.tree.putInPlace(this.parent, this.working, this.name);
  }

  /** Leaves nothing behind. Never throws. */
  discard(): void {
    try {
      fs.closeSync(this.file);
      fs.rmSync(this.tree.directory(this.parent, false).pathOf(this.working), { force: true });
    } catch {
      // its directory is gone, and the file with it, or the system does not let it go: why it failed is told already
    }
  }
}
