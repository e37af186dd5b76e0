import type { BodyValue } from '../../../protocol';
import { NdmpFailure, RequestTimedOut } from '../../connection/failures';
import type { NdmpConnection } from '../../connection/model';
import type { Variable } from '../../query/model';
import type { ServerDefinition } from '../../servers/model';
import { narrow, structs, text, variables } from '../../services/fields';

/** A device name as a server lists it: a drive can have several. */
export interface DeviceName {
  model: string;
  device: string;
  /** Attribute bits of the list (protocol facts 4.7): 1 rewinds on close, 2 unloads on close, 4 opens in raw mode. */
  attributes: number;
  capabilities: readonly Variable[];
}

/** A drive with the one name of it that is used. */
export interface Drive {
  device: string;
  /** Other names of the same drive. */
  aliases: readonly string[];
  attributes: number;
  /** Serial number and world-wide name, where the server tells them. */
  serials: readonly string[];
}

const REWINDS = 0x1;
/** Attribute of a device name: closing it gives the tape out. */
export const UNLOADS = 0x2;
const MOST_DEVICES = 10_000;
const SERIAL_NAMES: readonly string[] = ['SERIAL_NUMBER', 'SERIAL', 'WORLD_WIDE_NAME', 'WWN'];
/** ONTAP's names of a drive: rewinding, not rewinding, unloading at close; the density is the last letter. */
const ONTAP_NAME = /^(?:r|nr|ur)st(\d{1,4})[lmha]$/;
/** Of several densities the drive's highest with compression, then without. */
const DENSITIES = 'ahml';

const LISTS = {
  tapes: { request: 'NDMP_CONFIG_GET_TAPE_INFO', list: 'tape_info', since: 3 },
  changers: { request: 'NDMP_CONFIG_GET_SCSI_INFO', list: 'scsi_info', since: 3 },
} as const;

/**
 * Asks for the names of tape drives or changers; where the server cannot tell (v2, no such list), they are the ones that
 * the user described.
 */
export async function deviceNames(
  connection: NdmpConnection,
  kind: keyof typeof LISTS,
  definition: ServerDefinition,
): Promise<DeviceName[]> {
  const { request, list, since } = LISTS[kind];
  const described = definition[kind].map((device) => ({ model: '', device, attributes: 0, capabilities: [] }));
  if (connection.version < since) return described;
  try {
    const body: BodyValue = await connection.request(request);
    const told = structs(body[list]).flatMap(namesOf).slice(0, MOST_DEVICES);
    return [...told, ...described.filter(({ device }) => told.every((each) => each.device !== device))];
  } catch (problem) {
    if (problem instanceof NdmpFailure || problem instanceof RequestTimedOut) return described;
    throw problem;
  }
}

function namesOf(entry: BodyValue): DeviceName[] {
  return structs(entry.caplist).map((each) => ({
    model: text(entry.model),
    device: text(each.device),
    attributes: narrow(each.attr),
    capabilities: variables(each.capability),
  }));
}

/**
 * Puts the names of one drive together: by serial number, or by ONTAP's way of naming. The name that is used leaves the
 * tape where it is when it is closed, if there is one.
 * @param wanted the drives to use, in this order, by any of their names; empty: all
 */
export function drivesOf(names: readonly DeviceName[], wanted: readonly string[]): Drive[] {
  const groups = new Map<string, DeviceName[]>();
  for (const name of names) {
    const key = keyOf(name);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const all = [...groups.values()];
  if (wanted.length === 0) return all.map((group) => driveOf(group, bestName(group)));
  const found = wanted.map((device) => {
    const group = all.find((each) => each.some((name) => name.device === device));
    const name = group?.find((each) => each.device === device);
    return name && group ? driveOf(group, name) : { device, aliases: [], attributes: 0, serials: [] };
  });
  return found.filter(
    ({ device }, n) => found.findIndex((each) => [each.device, ...each.aliases].includes(device)) === n,
  );
}

function driveOf(group: readonly DeviceName[], { device, attributes }: DeviceName): Drive {
  const aliases = group.map((name) => name.device).filter((each) => each !== device);
  return { device, aliases: [...new Set(aliases)], attributes, serials: serialsOf(group[0]) };
}

function keyOf(name: DeviceName): string {
  const [serial] = serialsOf(name);
  if (serial !== undefined) return `serial ${serial}`;
  const [, number] = ONTAP_NAME.exec(name.device) ?? [];
  return number === undefined ? `device ${name.device}` : `ONTAP ${name.model} ${number}`;
}

function serialsOf({ capabilities }: DeviceName): string[] {
  return capabilities
    .filter(({ name, value }) => SERIAL_NAMES.includes(name.toUpperCase()) && value.trim() !== '')
    .map(({ value }) => value.trim());
}

function bestName(group: readonly DeviceName[]): DeviceName {
  return group.reduce((best, each) => (rank(each) < rank(best) ? each : best));
}

function rank({ device, attributes }: DeviceName): number {
  const atClose = (attributes & UNLOADS) !== 0 ? 2 : (attributes & REWINDS) !== 0 ? 1 : 0;
  const density = ONTAP_NAME.test(device) ? DENSITIES.indexOf(device.slice(-1)) : 0;
  return 10 * atClose + density;
}
