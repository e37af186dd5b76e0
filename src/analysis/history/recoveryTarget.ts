/** One entry of a list of names, by the fields that say where it goes. Not escaped. */
export interface NameToRecover {
  version: number;
  original: string;
  destination: string;
  /** `new_name` of v3, `name` of v4. */
  newName: string;
  separator: string;
}

/**
 * Where a name is recovered to. v2: the destination is the whole path. v3: destination directory and new name, or the
 * original path where there is none; servers understand the split differently. v4: the destination path itself, or a name in
 * it (NDMPv4 draft, section 3.5.4.1).
 */
export function recoveryTarget(name: NameToRecover): { target: string; rule: string } {
  const { version, original, destination, newName, separator } = name;
  if (version <= 2) return { target: destination, rule: 'v2: dest is the whole path' };
  if (version === 3) {
    const rule = newName === '' ? 'v3: destination_dir and original_path' : 'v3: destination_dir and new_name';
    return { target: joined(destination, newName === '' ? original : newName, separator), rule };
  }
  if (newName === '') return { target: destination, rule: 'v4: name is empty, destination_path is the target' };
  return { target: joined(destination, newName, separator), rule: 'v4: name in destination_path' };
}

function joined(directory: string, name: string, separator: string): string {
  if (directory === '' || name === '') return directory + name;
  const front = directory.endsWith(separator) ? directory.slice(0, -1) : directory;
  return front + (name.startsWith(separator) ? '' : separator) + name;
}
