/** Path from the root of a backup: '' for the root, else '/a/b', without '.', '..' and double separators. */
export function normalPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .map((part) => `/${part}`)
    .join('');
}

/** Whether a path leads upwards somewhere, or holds a zero byte: no server may be sent it. */
export function isUnsafe(path: string): boolean {
  return path.includes('\0') || path.split('/').includes('..');
}

/** Whether `path` is `directory` or lies below it; both normal. */
export function isWithin(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A directory and a path from its root in one; `path` normal. */
export function joined(directory: string, path: string): string {
  const trimmed = directory.replace(/\/+$/, '');
  return trimmed + path || '/';
}

/** Whether a text is a pattern, not a path or a name. */
export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

/** The directory that everything lies below that a pattern can fit: the parts before the first one with a wildcard. */
export function fixedPart(pattern: string): string {
  const parts = normalPath(pattern).split('/').slice(1);
  const first = parts.findIndex(isPattern);
  const fixed = first < 0 ? parts : parts.slice(0, first);
  return pattern.startsWith('/') ? fixed.map((part) => `/${part}`).join('') : '';
}
