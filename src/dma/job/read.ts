import { clip, escapeText } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import { DmaFailure } from '../connection/failures';
import { problemsOf } from '../../schema/check';
import type { Incremental, Job, Source, Topology } from './model';
import { jobSchema } from './schema';

/** Longest job file that is looked at, in UTF-16 units. */
const MAX_TEXT = 4 * 1024 * 1024;
const ENDING = /\.ndmpjob\.json$|\.json$/i;

/** A job file after it was checked. */
interface JobFile {
  name?: string;
  server: string;
  sources: readonly (string | { path: string; exclude?: readonly string[] })[];
  type?: string;
  environment?: Readonly<Record<string, string>>;
  level?: 'auto' | number;
  policy?: { restorePoints?: number; incremental?: Incremental; retainDays?: number };
  target?: {
    server?: string;
    changer?: string;
    drives?: readonly string[];
    pool?: string;
    append?: boolean;
    recordSize?: number | string;
  };
  topology?: Topology;
  listen?: Job['listen'];
  family?: Job['family'];
  parallel?: number;
  history?: boolean;
}

/**
 * Reads a job file and completes it with the defaults (docs/manual/jobs.md).
 * @param text the content of the file
 * @param file its name or path, for messages, and for the job's name where the file says none
 * @throws DmaFailure that names the file and everything that is wrong in it, with its place
 */
export function readJob(text: string, file: string): Job {
  const shownFile = escapeText(clip(file, 500));
  if (text.length > MAX_TEXT) throw new DmaFailure(`${shownFile} is too long for a job file.`);
  const value = parsed(text, shownFile);
  const problems = problemsOf(value, jobSchema);
  const said = problems.map((each) => `${each.place === '' ? 'the job' : each.place} ${each.text}`);
  if (said.length === 0) said.push(...repeatedSources(value as JobFile));
  if (said.length > 0) throw new DmaFailure(`${shownFile} is not a job that can be run: ${said.join('; ')}.`);
  return completed(value as JobFile, nameFrom(file));
}

function parsed(text: string, shownFile: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (problem) {
    throw new DmaFailure(`${shownFile} is not JSON: ${escapeText(clip(messageOf(problem), 200))}.`);
  }
}

/** Without the end slashes that say nothing, so that a source is known again whichever way it is written. */
function cleaned(path: string): string {
  return path.replace(/(?<=[^/])\/+$/, '');
}

function repeatedSources({ sources }: JobFile): string[] {
  const paths = sources.map((each) => cleaned(typeof each === 'string' ? each : each.path));
  const repeated = new Set(paths.filter((path, at) => paths.indexOf(path) < at));
  return [...repeated].map((path) => `sources name ${escapeText(clip(path, 200))} twice`);
}

function nameFrom(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? '';
  const name = escapeText(base.replace(ENDING, ''));
  return name === '' ? 'job' : clip(name, 100);
}

function completed(file: JobFile, name: string): Job {
  const { policy = {}, target = {} } = file;
  return {
    name: file.name ?? name,
    server: file.server,
    sources: file.sources.map((each): Source =>
      typeof each === 'string'
        ? { path: cleaned(each), exclude: [] }
        : { path: cleaned(each.path), exclude: each.exclude ?? [] },
    ),
    type: file.type ?? 'dump',
    environment: file.environment ?? {},
    level: file.level ?? 'auto',
    policy: {
      restorePoints: policy.restorePoints ?? 10,
      incremental: policy.incremental ?? 'level',
      retainDays: policy.retainDays,
    },
    target: {
      server: target.server,
      changer: target.changer,
      drives: target.drives ?? [],
      pool: target.pool ?? 'default',
      append: target.append ?? true,
      recordSize: bytesOf(target.recordSize ?? 65536),
    },
    topology: file.topology ?? 'auto',
    listen: file.listen ?? 'auto',
    family: file.family ?? 'auto',
    parallel: file.parallel ?? 1,
    history: file.history ?? true,
  };
}

function bytesOf(size: number | string): number {
  return typeof size === 'number' ? size : parseInt(size, 10) * 1024;
}
