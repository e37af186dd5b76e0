import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells a process apart from every other one, also from a later one with the same number. */
export interface ProcessMark {
  host: string;
  pid: number;
  /** Start of the machine and of the process in it, where the system tells; else empty. */
  started: string;
}

const BOOT = read('/proc/sys/kernel/random/boot_id').trim();
let own: ProcessMark | undefined;

export function thisProcess(): ProcessMark {
  own ??= { host: hostname(), pid: process.pid, started: startOf(process.pid) };
  return own;
}

/** @returns undefined when it runs on another machine, so that nobody here can know */
export function isAlive({ host, pid, started }: ProcessMark): boolean | undefined {
  if (host !== hostname()) return undefined;
  try {
    process.kill(pid, 0);
  } catch (problem) {
    return (problem as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's, but there
  }
  return started === startOf(pid);
}

/** @returns undefined when the text is none that {@link thisProcess} made */
export function readMark(text: string | undefined): ProcessMark | undefined {
  try {
    const { host, pid, started } = JSON.parse(text ?? '') as Partial<ProcessMark>;
    if (typeof host !== 'string' || typeof started !== 'string') return undefined;
    return Number.isSafeInteger(pid) && pid !== undefined && pid > 0 ? { host, pid, started } : undefined;
  } catch {
    return undefined;
  }
}

/** Clock ticks from the start of the machine to that of the process: field 22 of proc(5)'s stat. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined ? '' : `${BOOT} ${ticks}`;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
