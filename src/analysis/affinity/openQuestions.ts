import { fitLif } from './lifFit';
import { listed } from './say';
import type { System, Systems } from './systems';

/** What the capture does not tell about a connection's view of things, in sentences with what to do about it. */
export function openQuestions(systems: Systems, system: System | undefined, place: number): string[] {
  const { inventory, cab, settings } = systems;
  const questions: string[] = [];
  if (inventory.dropped > 0)
    questions.push(
      `Only the first ${inventory.connections.length} connections are looked at; ${inventory.dropped} more are in the capture.`,
    );
  if (system === undefined) return questions;
  const connection = inventory.connections[place];
  const kinds = new Set(connection.listings.filter(({ error }) => error === 0).map(({ kind }) => kind));
  const notAsked = [
    !kinds.has('volumes') && 'its volumes (CONFIG_GET_FS_INFO)',
    !kinds.has('tapes') && 'its tape devices (CONFIG_GET_TAPE_INFO)',
  ].filter((each) => each !== false);
  if (notAsked.length > 0)
    questions.push(`The server at ${connection.address} was not asked for ${listed(notAsked)}, or did not answer.`);
  if (!system.ontap) {
    questions.push(
      "Nothing says that this is an ONTAP system, so NetApp's tables are not applied; set a LIF type to apply them.",
    );
    return questions;
  }
  if (settings.scope !== 'node' && fitLif(systems, system, place).type === undefined)
    questions.push(`No message tells the type of the LIF ${connection.address}: set it if you know it.`);
  if (system.key === undefined) {
    const why =
      cab[place].state === 'off'
        ? 'No affinity is given: ONTAP gives it to DMAs that are aware of CAB only.'
        : 'No pair names an affinity. The name that ONTAP uses is not publicly documented: if you know it, add it as a key.';
    questions.push(why);
  }
  return questions;
}
