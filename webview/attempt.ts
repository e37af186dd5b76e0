import { AskError } from './bus';
import { notify } from './layout/announcer';

/** Waits for an answer of the host; a refusal is told to the user and gives undefined. */
export async function attempt<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    notify(error.message);
    return undefined;
  }
}
