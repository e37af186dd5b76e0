import { bodyToJson, decodeMessage, type JsonValue } from '../../protocol';
import { knownPayload } from '../../session/recordReader';
import type { MessageSource } from '../messageView';

/** Values of one body; more are not compared. */
const MAX_LEAVES = 5000;

/** A body by paths (`env[0].value`). */
export interface Leaves {
  values: Map<string, string>;
  /** Whether a field that is not there was left out by who wrote it down, and not by its sender. */
  isUntold(path: string): boolean;
}

/** Reads a message's body for comparing. */
export function leavesOf(source: MessageSource, row: number): Leaves {
  const context = source.context(row);
  const record = source.record(row);
  const json = bodyToJson(decodeMessage(knownPayload(record), context).value, context);
  const values = new Map<string, string>();
  walk(json, '', values);
  const untold = source.untold?.(row) ?? [];
  const general = untold.map((path) => /^the \d+ bytes of (.*)$/.exec(path)?.[1] ?? path);
  const isCut = record.missing.length > 0;
  const covered = (path: string): boolean => {
    const plain = path.replace(/\[\d+\]/g, '[]');
    return general.some((each) => plain === each || plain.startsWith(`${each}.`) || plain.startsWith(`${each}[`));
  };
  if (general.length > 0) for (const path of [...values.keys()]) if (covered(path)) values.delete(path);
  return { values, isUntold: (path) => isCut || covered(path) };
}

function walk(value: JsonValue, path: string, into: Map<string, string>): void {
  if (into.size >= MAX_LEAVES) return;
  if (Array.isArray(value)) {
    if (value.every(isWord)) into.set(path, value.join(' '));
    else value.forEach((each, at) => walk(each, `${path}[${at}]`, into));
  } else if (typeof value === 'object' && value !== null) {
    if (isPair(value)) into.set(`${path.replace(/\[\d+\]$/, '')}.${value.name}`, value.value);
    else for (const [name, each] of Object.entries(value)) walk(each, path === '' ? name : `${path}.${name}`, into);
  } else into.set(path, String(value));
}

/** Names of an enumeration or of a mask's bits: a list of them is one value. */
function isWord(value: JsonValue): value is string {
  return typeof value === 'string' && /^\w+$/.test(value);
}

/** A variable of an environment is compared by its name: their order means nothing. */
function isPair(value: { [name: string]: JsonValue }): value is { name: string; value: string } {
  return Object.keys(value).length === 2 && typeof value.name === 'string' && typeof value.value === 'string';
}
