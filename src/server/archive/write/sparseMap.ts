import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import type { FileStat } from '../walk/fileStat';
import { BLOCK } from './output';

/** A part of a file that has data. */
export interface Segment {
  offset: number;
  length: number;
}

/** Smallest hole that is worth leaving out, and the step in which holes are looked for. */
const STEP = 4096;
const CHUNK = 256 * 1024;
/** A map does not grow beyond this; small holes are then written as zeros. */
const MAX_SEGMENTS = 16_384;
/** For larger files the system is asked for the holes. */
const LARGE = 32 * 1024 * 1024;
const MAX_ANSWER = 16 * 1024 * 1024;
const ZEROS = Buffer.alloc(CHUNK);

/** Whether a file occupies less than it is long, so that looking for holes may be worth it. */
export function mayBeSparse(stat: FileStat): boolean {
  return stat.size > 2n * BigInt(STEP) && stat.blocks * BigInt(BLOCK) + BigInt(STEP) <= stat.size;
}

/**
 * The parts of a file that hold data, in order. Large files: by asking the system (SEEK_DATA, which Node does not have, through
 * perl or python3 where one is there); else by reading the file and leaving out blocks of zeros, in slices.
 */
export function* findSegments(file: number, size: number): Generator<void, Segment[]> {
  const told = size >= LARGE ? askSystem(file, size) : undefined;
  if (told) return told;
  const segments: Segment[] = [];
  const chunk = Buffer.allocUnsafe(CHUNK);
  for (let at = 0; at < size;) {
    const got = fs.readSync(file, chunk, 0, Math.min(CHUNK, size - at), at);
    if (got === 0) break; // became shorter: what is missing is a hole
    if (!chunk.subarray(0, got).equals(ZEROS.subarray(0, got))) addData(segments, chunk, got, at);
    at += got;
    yield;
  }
  return segments;
}

function addData(segments: Segment[], chunk: Buffer, length: number, at: number): void {
  for (let from = 0; from < length; from += STEP) {
    const to = Math.min(length, from + STEP);
    if (!chunk.subarray(from, to).equals(ZEROS.subarray(0, to - from))) addSegment(segments, at + from, to - from);
  }
}

function addSegment(segments: Segment[], offset: number, length: number): void {
  const last = segments.at(-1);
  if (last && (last.offset + last.length === offset || segments.length >= MAX_SEGMENTS))
    last.length = offset + length - last.offset;
  else segments.push({ offset, length });
}

/** Both print where data begin and end, and succeed only when the system said "no more data" (ENXIO, 6) at the end. */
const PERL =
  '$o=0; while (defined($d=sysseek(STDIN,$o,3))) { defined($h=sysseek(STDIN,$d,4)) or exit 1; print $d+0," ",$h+0,"\\n"; $o=$h } exit($!+0==6 ? 0 : 1)';
const PYTHON = `
import os, sys
o = 0
try:
    while True:
        d = os.lseek(0, o, 3)
        o = os.lseek(0, d, 4)
        print(d, o)
except OSError as e:
    sys.exit(0 if e.errno == 6 else 1)
`;
const ASKERS: readonly (readonly [string, ...string[]])[] = [
  ['perl', '-e', PERL],
  ['python3', '-S', '-c', PYTHON],
];

/** Asks the system for data and holes; undefined where nothing here can, or the answer is not sound. */
function askSystem(file: number, size: number): Segment[] | undefined {
  if (process.platform !== 'linux') return undefined; // the numbers of SEEK_DATA and SEEK_HOLE are Linux's
  for (const [program, ...args] of ASKERS) {
    const run = spawnSync(program, args, {
      stdio: [file, 'pipe', 'ignore'],
      encoding: 'latin1',
      maxBuffer: MAX_ANSWER,
      timeout: 60_000,
    });
    if (run.status === 0) return readAnswer(run.stdout, size);
  }
  return undefined;
}

function readAnswer(answer: string, size: number): Segment[] | undefined {
  const segments: Segment[] = [];
  for (const line of answer.split('\n').filter(Boolean)) {
    const [from, to] = line.split(' ').map(Number);
    const end = Math.min(to, size);
    if (from >= size) break;
    if (!(Number.isSafeInteger(from) && end > from && from >= (segments.at(-1)?.offset ?? 0))) return undefined;
    addSegment(segments, from, end - from);
  }
  return segments;
}

/** The map that stands before the data of a sparse file (GNU tar manual, "PAX Format, Version 1.0"), padded to a block. */
export function sparseMapBytes(segments: readonly Segment[], size: number): Buffer {
  const last = segments.at(-1);
  const ends = last === undefined || last.offset + last.length < size ? [{ offset: size, length: 0 }] : [];
  const all = [...segments, ...ends];
  const text = `${all.length}\n${all.map(({ offset, length }) => `${offset}\n${length}\n`).join('')}`;
  const bytes = Buffer.alloc(Math.ceil(text.length / BLOCK) * BLOCK);
  bytes.write(text, 0, 'latin1');
  return bytes;
}
