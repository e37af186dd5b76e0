import type { DriveState } from '../media/model';
import type { TapeRecord } from '../catalog/model';
import { isOneServer } from './servers';
import type { PlanInputs } from './model';

/** Drives that can be used, the best first, or why there is none. */
export function usableDrives(inputs: PlanInputs): { drives: DriveState[]; notes: string[] } | { refusals: string[] } {
  const { job, tape } = inputs;
  const { drives: wanted } = job.target;
  if (inputs.drives.length === 0) return { refusals: [whyNoDrives(inputs)] };
  const missing = wanted.filter((device) => !inputs.drives.some((each) => each.device === device));
  const allowed = inputs.drives.filter(({ device }) => wanted.length === 0 || wanted.includes(device));
  if (allowed.length === 0)
    return {
      refusals: [
        `${tape.server} has none of the drives that the job names (${wanted.join(', ')}); it has ${names(inputs.drives)}.`,
      ],
    };
  const usable = allowed.filter(({ unusable }) => unusable === undefined);
  if (usable.length === 0)
    return {
      refusals: allowed.map(({ device, unusable }) => `Drive ${device} of ${tape.server} cannot be used: ${unusable}`),
    };
  const out = allowed.filter(({ unusable }) => unusable !== undefined);
  return {
    drives: inOrder(usable, wanted),
    notes: [
      ...missing.map((device) => `${tape.server} has no drive ${device}.`),
      ...out.map(({ device, unusable }) => `Drive ${device} is left out: ${unusable}`),
    ],
  };
}

/** As the job names them, else as the server lists them. */
function inOrder(drives: readonly DriveState[], wanted: readonly string[]): DriveState[] {
  const place = ({ device }: DriveState) => (wanted.length === 0 ? 0 : wanted.indexOf(device));
  return [...drives].sort((a, b) => place(a) - place(b));
}

/** Of drives that are equally good, those first that hold a tape that will be written: nothing has to be moved. */
export function loadedFirst(
  drives: readonly DriveState[],
  tapes: readonly TapeRecord[],
  wanted: readonly string[],
): DriveState[] {
  if (wanted.length > 0) return [...drives];
  const isLoaded = ({ loaded }: DriveState) => tapes.some(({ barcode }) => barcode === loaded);
  return [...drives.filter(isLoaded), ...drives.filter((each) => !isLoaded(each))];
}

function names(drives: readonly DriveState[]): string {
  return drives.map(({ device }) => device).join(', ');
}

function whyNoDrives(inputs: PlanInputs): string {
  const { tape } = inputs;
  const where = `${tape.server} at ${tape.address}`;
  if (tape.version === 2)
    return `${where} speaks v2 and cannot tell its drives: name them under "tapes" in the list of servers.`;
  const what = isOneServer(inputs) ? 'name the server of the drives in target.server' : 'name another in target.server';
  const cluster = 'a NetApp data LIF never shows drives, a cluster-management LIF only with CAB';
  return `${where} shows no tape drive: ${what}, or another address of this one (${cluster}).`;
}
