import { encodeByteString } from '../../../xdr';
import type { Place } from './pages';

/** Names of a path as users and servers write it; what is empty or "." does not count. */
function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** A directory's path as pages have it: no slash at either end. */
export function folderPath(path: string): Uint8Array {
  return encodeByteString(namesOf(path).join('/'));
}

/** Where the entry of a path lies; the root has an empty name. */
export function placeOfPath(path: string): Place {
  const names = namesOf(path);
  const name = encodeByteString(names.pop() ?? '');
  return { folder: encodeByteString(names.join('/')), name };
}

/** The directories above a path, the topmost first, and the path itself; without the root. */
export function wayTo(path: string): string[] {
  const names = namesOf(path);
  return names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`);
}

/** A directory's path with a slash at both ends. */
export function withSlashes(path: string): string {
  const names = namesOf(path);
  return names.length === 0 ? '/' : `/${names.join('/')}/`;
}
