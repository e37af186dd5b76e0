import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What a tree holds, object by object: path, kind, mode, and the digest of the content or the target of a link. */
export function treeDigest(root: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const full = join(root, path);
    const stat = lstatSync(full);
    const content = stat.isSymbolicLink() ? readlinkSync(full) : stat.isFile() ? digest(readFileSync(full)) : '';
    found.set(path, `${stat.mode.toString(8)} ${stat.isFile() ? stat.size : ''} ${content}`);
  }
  return found;
}

/** Paths that are in one tree alone, or are not the same in both. */
export function differences(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): string[] {
  const all = new Set([...left.keys(), ...right.keys()]);
  return [...all].filter((path) => left.get(path) !== right.get(path));
}

function digest(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
