import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findCapture } from '../../support/captures';

/** A file as the log of an ndmjob server has it. */
export interface PeerFile {
  size: bigint | undefined;
  node: bigint | undefined;
  position: bigint | undefined;
}

interface Told {
  names: { name: string; node: string; parent: string }[];
  attributes: Map<string, { size: string; position: string }>;
  paths: Map<string, PeerFile>;
}

const LINE = /^\S+ (\d+) #C {3}(.*)$/;
const OLD_DIR = /^ {3}\[\d+d?\] (\d+) (\d+) (.*)$/;
const OLD_NODE = /^ {3}\[\d+d?\] NDMP2_FILE_\w+ +(\d+) (\d+) \[(\d+)\]$/;
const OLD_PATH = /^ {3}\[\d+d?\] NDMP2_FILE_\w+ +(\d+) (.*) \[(\d+)\]$/;
const NEW_ENTRY = /^ {3}\[\d+d?\] (?:n_names=\d+ ?)?(?:n_stats=\d+ ?)?node=(\d+)(?: parent=(\d+))?(?: fhinfo=(\d+))?$/;
const NEW_NAME = /^ {5}name\[\d+d?\] fs_type=\w+ unix=(.*)$/;
const NEW_STAT = /^ {5}stat\[\d+d?\] fs_type=\w+ ftype=\w+ size=(\d+)$/;

/** The files of each backup, by path, as the data server's own log of a capture tells them; undefined without a log. */
export function peerFiles(capture: string): Map<string, PeerFile>[] | undefined {
  const found = findCapture(`peer/${capture}.filer.txt`);
  if (found === undefined || !existsSync(found)) return undefined;
  const bytes = readFileSync(found);
  const text = (found.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const byProcess = new Map<string, Told>();
  let message = '';
  let entry: { node: string; parent: string | undefined; position: string | undefined } | undefined;
  let name = '';
  for (const line of text.split('\n')) {
    const [, process, said] = LINE.exec(line) ?? [];
    if (said === undefined) continue;
    const kind = /^(?:C>|R>|>C) (NDMP\d_\w+)/.exec(said)?.[1];
    if (kind !== undefined) {
      message = kind;
      entry = undefined;
    }
    if (!message.includes('_FH_')) continue;
    const told: Told = byProcess.get(process) ?? { names: [], attributes: new Map(), paths: new Map() };
    byProcess.set(process, told);
    const head = NEW_ENTRY.exec(said);
    if (head) entry = { node: head[1], parent: head[2], position: head[3] };
    else if (message.endsWith('UNIX_DIR')) {
      const [, node, parent, base] = OLD_DIR.exec(said) ?? [];
      if (node !== undefined) told.names.push({ name: base, node, parent });
    } else if (message.endsWith('UNIX_NODE')) {
      const [, size, node, position] = OLD_NODE.exec(said) ?? [];
      if (size !== undefined) told.attributes.set(node, { size, position });
    } else if (message.endsWith('UNIX_PATH')) {
      const [, size, path, position] = OLD_PATH.exec(said) ?? [];
      if (size !== undefined) told.paths.set(path, { size: BigInt(size), node: undefined, position: BigInt(position) });
    } else if (entry) {
      name = NEW_NAME.exec(said)?.[1] ?? name;
      const size = NEW_STAT.exec(said)?.[1];
      if (message.endsWith('ADD_DIR') && NEW_NAME.test(said))
        told.names.push({ name, node: entry.node, parent: entry.parent ?? '' });
      else if (message.endsWith('ADD_NODE') && size !== undefined)
        told.attributes.set(entry.node, { size, position: entry.position ?? '' });
      else if (message.endsWith('ADD_FILE') && size !== undefined)
        told.paths.set(name, { size: BigInt(size), node: BigInt(entry.node), position: BigInt(entry.position ?? 0) });
    }
  }
  return [...byProcess.values()].map(treeOf);
}

function treeOf({ names, attributes, paths }: Told): Map<string, PeerFile> {
  const above = new Map(names.filter(({ name }) => name !== '.' && name !== '..').map((each) => [each.node, each]));
  const all = new Map(paths);
  for (const each of above.values()) {
    let path = '';
    for (let at = above.get(each.node); at !== undefined; at = above.get(at.parent)) path = `/${at.name}${path}`;
    const told = attributes.get(each.node);
    all.set(path, {
      size: told && BigInt(told.size),
      node: BigInt(each.node),
      position: told && BigInt(told.position),
    });
  }
  return all;
}
