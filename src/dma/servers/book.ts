import { readFile } from 'node:fs/promises';
import { escapeText } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import { DmaFailure } from '../connection/failures';
import { readDefinitions } from './definitions';
import type { ServerBook, ServerDefinition } from './model';

/** A file of servers is no longer than this. */
const MOST_BYTES = 4 * 1024 * 1024;

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
      const known = servers.map((each) => each.name).join(', ');
      const which = known === '' ? `There are none in ${place}` : `In ${place} there are: ${known}`;
      throw new DmaFailure(`There is no server named ${escapeText(name)}. ${which}.`);
    },
  };
}
