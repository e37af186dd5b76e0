import { clip, escapeText } from '../../protocol';
import { problemsOf } from '../../schema/check';
import type { Schema } from '../../schema/model';
import { messageOf } from '../../transport/messageOf';
import { FaultScriptError, type Fault, type FaultScript } from './model';
import { faultSchema, oneFaultSchema } from './schema';
import { understood, type FaultEntry } from './understand';

/** Longest script that is looked at, in UTF-16 units. */
const MAX_TEXT = 1024 * 1024;
const ENDING = /\.ndmpfaults\.json$|\.json$/i;

/**
 * Reads a script of faults (docs/manual/faults.md).
 * @param text the content of the file
 * @param file its name or path, for messages, and for the script's name where the file says none
 * @throws FaultScriptError that names the file and everything that is wrong in it, with its place
 */
export function readFaults(text: string, file: string): FaultScript {
  const shownFile = escapeText(clip(file, 500));
  if (text.length > MAX_TEXT) throw new FaultScriptError(`${shownFile} is too long for a script of faults.`);
  const value = parsed(text, shownFile);
  const said = wrongIn(value, faultSchema, 'the script');
  const faults: Fault[] = [];
  if (said.length === 0)
    for (const [at, entry] of (value as { faults: FaultEntry[] }).faults.entries())
      faults.push(...taken(entry, `faults[${at}].`, said));
  if (said.length > 0) throw new FaultScriptError(`${shownFile} cannot be used: ${said.join('; ')}.`);
  const { name, seed = 1 } = value as { name?: string; seed?: number };
  return { name: name ?? nameFrom(file), seed, faults };
}

/**
 * One fault, as an entry of `faults` in a script.
 * @throws FaultScriptError that says what is wrong with it
 */
export function readFault(value: unknown): Fault {
  const said = wrongIn(value, oneFaultSchema, 'the fault');
  const [fault] = said.length === 0 ? taken(value as FaultEntry, '', said) : [];
  if (fault === undefined) throw new FaultScriptError(`This fault cannot be used: ${said.join('; ')}.`);
  return fault;
}

function wrongIn(value: unknown, schema: Schema, whole: string): string[] {
  return problemsOf(value, schema).map(({ place, text }) => `${place === '' ? whole : place} ${text}`);
}

function taken(entry: FaultEntry, place: string, said: string[]): Fault[] {
  const { fault, problems } = understood(entry);
  said.push(...problems.map((problem) => `${place}${problem}`));
  return fault && problems.length === 0 ? [fault] : [];
}

function parsed(text: string, shownFile: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (problem) {
    throw new FaultScriptError(`${shownFile} is not JSON: ${escapeText(clip(messageOf(problem), 200))}.`);
  }
}

function nameFrom(file: string): string {
  const base = escapeText((file.split(/[\\/]/).at(-1) ?? '').replace(ENDING, ''));
  return base === '' ? 'faults' : clip(base, 100);
}
