import { messageOf } from '../../transport/messageOf';
import { CheckCondition, type SenseName } from '../scsi/sense';
import { LibraryError } from './model';

/** Why the robot refuses a move, for people. */
export const ROBOT_REFUSALS: Partial<Record<SenseName, string>> = {
  SOURCE_EMPTY: 'it is not where it should be; its folder is gone',
  DESTINATION_FULL: 'something is there already',
  MEDIUM_REMOVAL_PREVENTED: 'a client has the drive open or keeps its cartridge locked in',
  MEDIUM_LOAD_FAILED: 'the drive does not take it; its folder is damaged',
  LOAD_OR_EJECT_FAILED: 'the drive does not give it out',
  INTERNAL_TARGET_FAILURE: "the library's record cannot be written; look for a full disk or a folder that is gone",
};

/** What goes wrong with files, in words for people. */
export async function forPeople<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (problem) {
    if (problem instanceof LibraryError) throw problem;
    if (problem instanceof CheckCondition)
      throw new LibraryError("The library's record cannot be written: look for a full disk or a folder that is gone.");
    throw new LibraryError(messageOf(problem));
  }
}
