import { NdmpFailure } from '../../connection/failures';
import type { TapeService } from '../../services/tape';
import { decodeLabel, readContent } from '../layout';
import type { LabelFinding } from '../model';
import { writerOf } from './foreign';

/** File marks at the beginning of a tape that are passed in search of data. */
const MOST_MARKS = 3;

/**
 * Rewinds, and says what stands at the beginning of the tape in the open drive. Leaves the tape behind the first record.
 * @throws DmaFailure only for what is no matter of the tape: no tape, a lost connection
 */
export async function readLabel(tape: TapeService): Promise<LabelFinding> {
  await tape.move('REW');
  for (let marks = 0; marks <= MOST_MARKS; marks++) {
    const found = await readFirst(tape);
    switch (found.kind) {
      case 'content':
        if (marks === 0) return { kind: 'ours', label: found.content };
        return { kind: 'foreign', by: 'unknown', volume: undefined };
      case 'other':
        return { kind: 'foreign', ...(marks === 0 ? writerOf(found.data) : { by: 'unknown', volume: undefined }) };
      case 'damaged':
      case 'unreadable':
        return { kind: 'unreadable', why: found.why };
      case 'end':
        return { kind: 'blank' };
      case 'mark':
        // many servers say "mark" where nothing is left to read; what is behind a mark tells
        if (!(await passMarks(tape, marks + 1))) return { kind: 'blank' };
    }
  }
  return { kind: 'foreign', by: 'unknown', volume: undefined };
}

async function readFirst(tape: TapeService) {
  try {
    return await readContent(tape, 'label', decodeLabel);
  } catch (error) {
    if (error instanceof NdmpFailure && error.error === 'IO')
      return {
        kind: 'unreadable' as const,
        why: 'the drive cannot read its first block (a tape that was never written may look like this)',
      };
    throw error;
  }
}

/** From the beginning over so many marks. @returns false when there are not so many */
async function passMarks(tape: TapeService, count: number): Promise<boolean> {
  await tape.move('REW');
  const { error, left } = await tape.tryMove('FSF', count);
  return error === 'NO_ERR' && left === 0;
}
