import { readFile, stat } from 'node:fs/promises';
import { DmaFailure } from '../../dma/connection/failures';
import type { Job } from '../../dma/job/model';
import { readJob } from '../../dma/job/read';
import { escapeText } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import { Failure } from '../failure';

/** No job file is longer; what is named by mistake, an image of a tape say, is not read. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Reads the job file that a user names.
 * @throws Failure that names the file, and all that is wrong in it
 */
export async function jobFromFile(path: string): Promise<Job> {
  const text = await contentOf(path).catch((problem: unknown) => {
    throw new Failure(escapeText(`The job file ${path} cannot be read: ${messageOf(problem)}`));
  });
  try {
    return readJob(text, path);
  } catch (problem) {
    throw problem instanceof DmaFailure ? new Failure(problem.message) : problem;
  }
}

async function contentOf(path: string): Promise<string> {
  const found = await stat(path);
  if (!found.isFile()) throw new Error('it is no file');
  if (found.size > MAX_BYTES) throw new Error('it is too long for a job file');
  return readFile(path, 'utf8');
}
