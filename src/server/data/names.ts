import type { NdmpVersion } from '../../protocol';
import type { RecoverName } from '../archive/model';
import { refuse } from '../failure';
import type { ServedPath, SystemView } from '../system';

const UNKNOWN = 0xffffffffffffffffn;

/** An entry of the list of files to recover, in any version's words. */
export interface ListedName {
  /** v3 and v4; in v2 `name`. */
  original_path?: string;
  /** v4. */
  destination_path?: string;
  /** v3. */
  destination_dir?: string;
  new_name?: string;
  /** v4: name at the destination; v2: the original path. */
  name?: string;
  other_name?: string;
  /** v2. */
  dest?: string;
  ssid?: number;
  node?: bigint;
  fh_info?: bigint;
}

/** An entry whose destination is a client's path still: '' for "below the root of the recovery". */
export interface WantedName {
  original: string;
  /** Path relative to the backup root, '' or beginning with '/', without '.', '..' and '//'. */
  path: string;
  destination: string;
  node: bigint | undefined;
  position: bigint | undefined;
}

/**
 * What an entry asks for (protocol facts of each version: v2 has one full destination, v3 a directory and perhaps a
 * new name, v4 a path that is the target itself unless a name goes with it).
 * Throws ILLEGAL_ARGS for what the version forbids.
 */
export function wantedName(entry: ListedName, version: NdmpVersion): WantedName {
  const original = (version === 2 ? entry.name : entry.original_path) ?? '';
  return {
    original,
    path: pathInStream(original),
    destination: version === 2 ? (entry.dest ?? '') : version === 3 ? destinationV3(entry) : destinationV4(entry),
    node: known(entry.node),
    position: known(entry.fh_info),
  };
}

/**
 * Where the wanted names go, each within a served tree.
 * @param root where everything goes that says nothing else; undefined: the request names none
 */
export function placed(
  wanted: readonly WantedName[],
  view: SystemView,
  root: ServedPath | undefined,
): { names: RecoverName[]; places: ServedPath[] } {
  const places = wanted.map(({ destination, path }) => place(destination, path, view, root));
  const names = wanted.map(({ original, path, node, position }, i) => ({
    original,
    path,
    targetRoot: places[i].tree.directory,
    target: places[i].inside,
    node,
    position,
  }));
  return { names, places };
}

function place(destination: string, path: string, view: SystemView, root: ServedPath | undefined): ServedPath {
  if (destination.startsWith('/')) {
    const found = view.resolve(destination);
    if (!found) refuse('ILLEGAL_ARGS', 'a destination lies in no tree that this server recovers into');
    return found;
  }
  if (!root) refuse('ILLEGAL_ARGS', 'neither a destination nor FILESYSTEM or PREFIX says where to recover to');
  const inside = [...parts(root.inside), ...parts(destination === '' ? path : destination)].join('/');
  return { tree: root.tree, inside };
}

function destinationV3({ original_path = '', destination_dir = '', new_name = '' }: ListedName): string {
  if (new_name === '') return destination_dir === '' ? '' : joined(destination_dir, pathInStream(original_path));
  return joined(destination_dir, new_name);
}

function destinationV4({ destination_path = '', name = '', other_name = '' }: ListedName): string {
  if (destination_path === '') refuse('ILLEGAL_ARGS', 'an entry of the list has no destination');
  if (name.includes('/') || other_name.includes('/'))
    refuse('ILLEGAL_ARGS', 'the name at the destination holds a separator');
  if (name === '' && other_name !== '')
    refuse('ILLEGAL_ARGS', 'an entry of the list has an alternate name without a name');
  return name === '' ? destination_path : joined(destination_path, name);
}

function joined(directory: string, name: string): string {
  if (directory === '') return name;
  const rest = name.replace(/^\/+/, '');
  return rest === '' ? directory : `${directory.replace(/\/+$/, '')}/${rest}`;
}

function pathInStream(original: string): string {
  return parts(original)
    .map((part) => `/${part}`)
    .join('');
}

function parts(path: string): string[] {
  const found = path.split('/').filter((part) => part !== '' && part !== '.');
  if (found.includes('..') || path.includes('\0'))
    refuse('ILLEGAL_ARGS', 'a path of the list leads upwards or holds a zero byte');
  return found;
}

function known(value: bigint | undefined): bigint | undefined {
  return value === UNKNOWN ? undefined : value;
}
