import {
  callControl,
  controlPath as pathOf,
  isServed,
  PlaceTaken,
  serveControl as serve,
  type ControlPlace,
  type ControlReply,
  type ControlRun,
} from '../../transport/control/controlSocket';

export type { ControlReply } from '../../transport/control/controlSocket';

/** The lab of this folder does not run. */
export class NoLab extends Error {}

const placeOf = (folder: string): ControlPlace => ({ folder, kind: 'lab' });

/** Where the lab of a folder takes commands. */
export function controlPath(folder: string): string {
  return pathOf(placeOf(folder));
}

/**
 * Takes commands for the lab of a folder.
 * @param run never rejects
 * @throws Error when another lab runs in this folder
 */
export async function serveControl(folder: string, run: ControlRun): Promise<{ close(): Promise<void> }> {
  try {
    return await serve(placeOf(folder), run);
  } catch (error) {
    if (error instanceof PlaceTaken)
      throw new Error(`A lab runs in ${folder} already: ndmp lab status shows it.`, { cause: error });
    throw error;
  }
}

/**
 * Sends a command to the lab that runs in a folder.
 * @throws NoLab when none does
 */
export async function callLab(folder: string, command: string, args: readonly string[]): Promise<ControlReply> {
  const reply = await callControl(placeOf(folder), command, args);
  if (reply === undefined) throw new NoLab(`No lab runs in ${folder}: start it with ndmp lab.`);
  return reply;
}

/** Whether a lab runs in a folder. */
export function isLabRunning(folder: string): Promise<boolean> {
  return isServed(placeOf(folder));
}
