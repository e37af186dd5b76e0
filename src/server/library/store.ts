import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../transport/messageOf';
import { replaceFile } from '../replaceFile';
import { LibraryError, type LibraryRecord } from './model';
import { parseRecord, recordText } from './record';

const RECORD = 'library.json';
const CARTRIDGES = 'cartridges';
/** No record of a library that is possible is longer. */
const LONGEST_RECORD = 16 * 1024 * 1024;

/** A library's folder: its record, and a folder for each cartridge. */
export class LibraryStore {
  constructor(readonly folder: string) {}

  cartridgeFolder(name: string): string {
    return join(this.folder, CARTRIDGES, name);
  }

  async exists(): Promise<boolean> {
    return isThere(join(this.folder, RECORD));
  }

  async hasCartridge(name: string): Promise<boolean> {
    return isThere(this.cartridgeFolder(name));
  }

  async prepare(): Promise<void> {
    await mkdir(join(this.folder, CARTRIDGES), { recursive: true });
  }

  /** @throws LibraryError with what to do, when there is no library or its record cannot be read */
  async load(notes: (note: string) => void): Promise<LibraryRecord> {
    const path = join(this.folder, RECORD);
    try {
      const { size } = await stat(path);
      if (size > LONGEST_RECORD) throw new LibraryError(`It has ${size} bytes, which no library's record has.`);
      return parseRecord(await readFile(path, 'utf8'), notes);
    } catch (problem) {
      throw new LibraryError(`The tape library in ${this.folder} cannot be opened (${path}). ${reasonOf(problem)}`);
    }
  }

  /** Replaces the record as a whole: after a crash it is the old one or the new one. */
  async save(record: LibraryRecord): Promise<void> {
    await replaceFile(join(this.folder, RECORD), recordText(record), 0o644);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

function reasonOf(problem: unknown): string {
  if (problem instanceof LibraryError) return problem.message;
  return messageOf(problem);
}
