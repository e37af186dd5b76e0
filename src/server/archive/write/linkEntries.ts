import type { FileStat } from '../walk/fileStat';
import type { Fingerprint } from '../levels/fingerprint';
import type { RawName } from '../walk/rawName';
import type { BackupContext } from './context';

/**
 * The base of an incremental backup has this object as it is, so it is passed over. When the same file is in this stream under
 * another name (in a directory that was renamed, say), its names must stay one file: then this one is written as a link.
 */
export function passOver(context: BackupContext, path: RawName, stat: FileStat, known: Fingerprint): Fingerprint {
  const { links } = context;
  const group = stat.nlink > 1n ? links.find(stat) : undefined;
  if (!group || group.offset < 0) context.counts.unchanged++;
  if (stat.nlink < 2n) return known;
  if (!group) links.begin(stat, path, -1);
  else if (group.offset >= 0) writeLink(context, path, group.path, stat, group.offset);
  else links.pass(group, path);
  if (group) links.met(stat, group);
  return known;
}

/** Writes a link instead of the file when it is in the stream under another name already. */
export function linkToEarlier(context: BackupContext, path: RawName, stat: FileStat): boolean {
  if (stat.nlink < 2n) return false;
  const group = context.links.find(stat);
  if (!group || group.offset < 0) return false;
  writeLink(context, path, group.path, stat, group.offset);
  context.links.met(stat, group);
  return true;
}

/** A file was written at `position`: later names link to it, and those that were passed over before do so now. */
export function rememberLinks(context: BackupContext, path: RawName, stat: FileStat, position: number): void {
  if (stat.nlink < 2n) return;
  const group = context.links.find(stat);
  if (!group) {
    context.links.begin(stat, path, position);
    return;
  }
  for (const earlier of group.passed) writeLink(context, earlier, path, stat, position);
  group.path = path;
  group.offset = position;
  group.passed = [];
  context.links.met(stat, group);
}

/** By node, a file is told once however many names it has. */
function writeLink(context: BackupContext, path: RawName, to: RawName, stat: FileStat, linkOffset: number): void {
  const { entries, history, counts } = context;
  const position = entries.write({ type: '1', path, link: to, stat, size: 0, linkOffset });
  counts.files++;
  if (history.style === 'path') history.addObject(path, stat, context.nodes.of(stat), position);
}
