import fs from 'node:fs';
import type { StreamOutput } from './output';
import type { Segment } from './sparseMap';

/** How copying went: undefined when the file was as it was announced, else what was not, for people. */
export type CopyProblem = string | undefined;

/**
 * Copies `size` bytes of a file from `offset` into the stream, whatever becomes of the file meanwhile: what is missing is filled
 * with zeros, what is more is left out. Yields whenever a piece is full.
 *
 * @param looksBehind tells of growth by trying to read a byte more
 */
export function* copyBytes(
  file: number,
  offset: number,
  size: number,
  output: StreamOutput,
  looksBehind: boolean,
): Generator<void, CopyProblem> {
  let at = offset;
  const end = offset + size;
  while (at < end) {
    const room = output.room();
    const left = end - at;
    const fits = left < room.length;
    let got: number;
    try {
      got = fs.readSync(file, room, 0, fits ? left + (looksBehind ? 1 : 0) : room.length, at);
    } catch (error) {
      yield* fillUp(output, left);
      return `could not be read from byte ${at} on (${codeOf(error)}); zeros stand in its place`;
    }
    if (got > left) {
      room[left] = 0;
      output.wrote(left);
      return 'grew while it was read; its first part as it was is in the backup';
    }
    output.wrote(got);
    at += got;
    if (got === 0) {
      yield* fillUp(output, left);
      return `became shorter while it was read; zeros stand from byte ${at} on`;
    }
    if (output.hasPiece) yield;
  }
  return undefined;
}

/** Copies the data of a sparse file. */
export function* copySegments(
  file: number,
  segments: readonly Segment[],
  output: StreamOutput,
): Generator<void, CopyProblem> {
  let problem: CopyProblem;
  for (const { offset, length } of segments)
    problem = (yield* copyBytes(file, offset, length, output, false)) ?? problem;
  return problem;
}

const FILL = 1 << 20;

function* fillUp(output: StreamOutput, bytes: number): Generator<void, void> {
  for (let left = bytes; left > 0; left -= FILL) {
    output.zeros(Math.min(left, FILL));
    yield;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'error';
}
