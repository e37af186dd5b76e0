import type { Element } from '../model';
import type { Drive } from './devices';

/** Which element of the changer a drive is, and how that is known. */
export interface Pairing {
  drive: Drive;
  element: number | undefined;
  by: 'configuration' | 'serial' | 'order' | undefined;
}

type Fits = (identifier: string, serial: string) => boolean;

const SHORTEST_SERIAL = 4;
const EXACT: Fits = (identifier, serial) => identifier === serial && serial !== '';
/** Vendor and product may stand before the serial number. */
const ENDING: Fits = (identifier, serial) => serial.length >= SHORTEST_SERIAL && identifier.endsWith(serial);

/**
 * Finds out which device is which drive of the changer: as the user says, else by serial number, else, where as many
 * drives as elements are left, by their order.
 * @param elements of the changer
 * @param configured element by device name
 * @param serials what else is known of a drive's serial numbers, by device
 */
export function pairDrives(
  drives: readonly Drive[],
  elements: readonly Element[],
  configured: Readonly<Record<string, number>> = {},
  serials: ReadonlyMap<string, readonly string[]> = new Map(),
): Pairing[] {
  const bays = elements.filter(({ type }) => type === 'drive');
  const pairings = drives.map((drive): Pairing => {
    const said = [drive.device, ...drive.aliases].map((name) => configured[name]).find((each) => each !== undefined);
    return { drive, element: said, by: said === undefined ? undefined : 'configuration' };
  });
  for (const pairing of pairings.filter(({ by }) => by === undefined)) {
    const known = [...pairing.drive.serials, ...(serials.get(pairing.drive.device) ?? [])];
    const [exact, ending] = [EXACT, ENDING].map((fits) =>
      bays.filter(({ deviceId }) => known.some((serial) => fits(plain(deviceId ?? ''), plain(serial)))),
    );
    const matching = exact.length > 0 ? exact : ending;
    if (matching.length !== 1 || isTaken(pairings, matching[0].address)) continue;
    pairing.element = matching[0].address;
    pairing.by = 'serial';
  }
  const rest = pairings.filter(({ by }) => by === undefined);
  const free = bays.filter(({ address }) => !isTaken(pairings, address));
  if (rest.length === free.length)
    rest.forEach((pairing, n) => {
      pairing.element = free[n].address;
      pairing.by = 'order';
    });
  return pairings;
}

function plain(text: string): string {
  return text.toUpperCase().replaceAll(/[\s:]/g, '');
}

function isTaken(pairings: readonly Pairing[], address: number): boolean {
  return pairings.some(({ element }) => element === address);
}
