import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlace } from '../transport/control/controlSocket';

/** What `tap.json` in the folder of a tap says of it. */
export interface TapFile {
  format: 1;
  pid: number;
  /** Addresses that are listened on, really bound. */
  listen: string[];
  target: string;
  /** The file of the recording that is written, absolute; left out without a recording. */
  recording?: string;
  /** All files of it, the present one last. */
  recordings: string[];
  /** ISO 8601, UTC. */
  started: string;
  stopped?: { at: string; why: string };
}

const NAME = 'tap.json';
const MAX_BYTES = 1024 * 1024;

/** Where the tap of a folder takes commands. */
export function tapPlace(folder: string): ControlPlace {
  return { folder, kind: 'tap' };
}

/** Makes the folder for its owner alone. @throws Node's error */
export function makeTapFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Writes `tap.json` so that a reader finds the old or the new one, whole. @throws Node's error */
export function writeTapFile(folder: string, file: TapFile): void {
  const path = join(folder, NAME);
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

/** What a folder says of its tap; undefined where it says nothing that can be understood. */
export function readTapFile(folder: string): TapFile | undefined {
  try {
    const path = join(folder, NAME);
    if (statSync(path).size > MAX_BYTES) return undefined;
    const file = JSON.parse(readFileSync(path, 'utf8')) as Partial<TapFile> | null;
    const isOurs =
      file?.format === 1 &&
      typeof file.pid === 'number' &&
      typeof file.target === 'string' &&
      typeof file.started === 'string' &&
      isTexts(file.listen) &&
      isTexts(file.recordings) &&
      (file.recording === undefined || typeof file.recording === 'string');
    return isOurs ? (file as TapFile) : undefined;
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
