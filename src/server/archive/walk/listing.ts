import fs from 'node:fs';
import type { OpenDirectory } from './openDirectory';
import type { RawName } from './rawName';

/** The names in a directory, each list sorted by bytes. */
export interface Names {
  /** Plain files. */
  files: RawName[];
  /** Everything that is neither a plain file nor a directory. */
  others: RawName[];
  directories: RawName[];
}

const BATCH = 512;

/** Reads the names in a directory; throws the system's error. */
export function readNames(directory: OpenDirectory): Names {
  const names: Names = { files: [], others: [], directories: [] };
  const open = fs.opendirSync(
    directory.path, // Buffers are taken too, though the types do not say so
    { encoding: 'latin1', bufferSize: BATCH },
  );
  try {
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
      if (entry.isFile()) names.files.push(entry.name);
      else if (entry.isDirectory()) names.directories.push(entry.name);
      else if (isKnown(entry)) names.others.push(entry.name);
      else listOf(names, directory, entry.name).push(entry.name);
    }
  } finally {
    open.closeSync();
  }
  names.files.sort();
  names.others.sort();
  names.directories.sort();
  return names;
}

/** Not every file system tells the type with the name. */
function isKnown(entry: fs.Dirent): boolean {
  return (
    entry.isSymbolicLink() || entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice()
  );
}

function listOf(names: Names, directory: OpenDirectory, name: RawName): RawName[] {
  try {
    const stat = fs.lstatSync(directory.pathOf(name));
    return stat.isFile() ? names.files : stat.isDirectory() ? names.directories : names.others;
  } catch {
    return names.others; // it will be reported when it is to be read
  }
}
