import { readFile } from 'node:fs/promises';
import { nearestNames } from '../../analysis/filter/nearest';
import { didYouMean } from '../../analysis/filter/problem';
import { clip, escapeText } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import { DmaFailure } from '../connection/failures';
import { readDefinitions } from './definitions';
import type { ServerBook, ServerDefinition } from './model';

/** A file of servers is no longer than this. */
const MOST_BYTES = 4 * 1024 * 1024;
/** As many servers are named in a message. */
const MOST_NAMED = 20;

/**
 * The servers of a file such as ndmp-servers.json.
 * @throws DmaFailure that names the file and everything that is wrong in it
 */
export async function readServerBook(file: string): Promise<ServerBook> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new DmaFailure(`The list of servers ${escapeText(file)} cannot be read: ${messageOf(error)}`);
  }
  if (text.length > MOST_BYTES) throw new DmaFailure(`The list of servers ${escapeText(file)} is too long to be one.`);
  const { servers, problems } = readDefinitions(text);
  if (problems.length > 0)
    throw new DmaFailure(`The list of servers ${escapeText(file)} is wrong: ${problems.join('; ')}.`);
  return serverBook(servers, escapeText(file));
}

/** @param place where the servers are listed, for people */
export function serverBook(servers: readonly ServerDefinition[], place: string): ServerBook {
  return {
    all: servers,
    find(name) {
      const found = servers.find((each) => each.name === name);
      if (found) return found;
      const known = servers.map((each) => each.name);
      const rest = known.length > MOST_NAMED ? ` and ${known.length - MOST_NAMED} more` : '';
      const listed = `${known.slice(0, MOST_NAMED).join(', ')}${rest}`;
      const which = known.length === 0 ? `There are none in ${place}.` : `In ${place} there are: ${listed}.`;
      const hint = didYouMean(nearestNames(name, known));
      throw new DmaFailure(
        [`There is no server named ${escapeText(clip(name, 100))}.`, hint, which]
          .filter((each) => each !== '')
          .join(' '),
      );
    },
  };
}
