import fs from 'node:fs';
import type { OpenDirectory } from '../walk/openDirectory';
import type { RawName } from '../walk/rawName';
import { codeOf } from './failures';
import type { TargetTree } from './targetTree';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
const NEW_FILE = O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0);

/** Puts what was made under a temporary name at its place, instead of what stands there; an empty directory goes too. */
export function putInPlace(directory: OpenDirectory, temporary: RawName, name: RawName): void {
  const from = directory.pathOf(temporary);
  const to = directory.pathOf(name);
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EISDIR') throw error;
    fs.rmdirSync(to);
    fs.renameSync(from, to);
  }
}

/** A regular file being restored. It appears under its name when it is complete, in one step. */
export class FileWriter {
  private readonly file: number;
  private end = 0;

  /** Throws the system's error. */
  constructor(
    private readonly tree: TargetTree,
    private readonly parent: RawName,
    private readonly temporary: RawName,
    private readonly name: RawName,
  ) {
    this.file = fs.openSync(tree.directory(parent, true).pathOf(temporary), NEW_FILE, 0o600);
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
    const directory = this.tree.directory(this.parent, false);
    try {
      putInPlace(directory, this.temporary, this.name);
    } catch (error) {
      fs.rmSync(directory.pathOf(this.temporary), { force: true });
      throw error;
    }
  }

  /** Leaves nothing behind. */
  discard(): void {
    fs.closeSync(this.file);
    fs.rmSync(this.tree.directory(this.parent, false).pathOf(this.temporary), { force: true });
  }
}
