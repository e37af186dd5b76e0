import { escapeText } from '../../protocol';
import { CLUSTER_EXTENSIONS } from '../connection/extensions';
import { DmaFailure } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';
import type { ServerReport } from '../query/model';
import type { Surroundings } from '../run/model';
import { PATIENCE, type Patience } from './changer/execute';
import { deviceNames, drivesOf, type DeviceName, type Drive } from './drives/devices';
import { DriveTable } from './drives/driveTable';
import { pairDrives, type Pairing } from './drives/pairing';
import { TapeDesk } from './drives/tapeDesk';
import type { Element } from './model';
import { Robot } from './robot';
import { Library } from './tapeLibrary';

export type { Library, Move } from './tapeLibrary';

export interface LibraryOrder {
  /** Tape server by name. */
  server: string;
  /** SCSI device of the changer; undefined: the only one there is, if any. '' for drives without one. */
  changer: string | undefined;
  /** Devices to use, in order of preference; empty: all. */
  drives: readonly string[];
  /** Pool that the tapes are wanted for, for questions. */
  pool?: string;
  /** What the server told lately: its devices, which are not asked for again then, and their affinity. */
  report?: ServerReport;
  patience?: Partial<Patience>;
}

/**
 * Opens the tape library behind a server: its changer, if it has one, and its drives. The changer can be another server's,
 * as the list of servers says (`changerServer`). Its methods may be called from
 * several runs at once: what the robot does, it does one after the other. It has control connections of its own, because
 * not every server lets one have changer and tape open together.
 * @throws DmaFailure when there is no such changer, no drive, or a choice of changers; and what connections throw
 */
export async function openLibrary(surroundings: Surroundings, order: LibraryOrder): Promise<Library> {
  const definition = surroundings.definition(order.server);
  const robotServer = order.changer === '' ? order.server : (definition.changerServer ?? order.server);
  const robotDefinition = surroundings.definition(robotServer);
  const open = (server: string, role: string): Promise<NdmpConnection> =>
    surroundings.connect(server, { role, extensions: CLUSTER_EXTENSIONS });
  const again = (): Promise<NdmpConnection> => open(robotServer, 'changer');
  const connection = await again();
  const patience = { ...PATIENCE, signal: surroundings.signal, ...order.patience };
  const desk = new TapeDesk(order.server, () => open(order.server, 'tape'));
  try {
    const listed = async (over: NdmpConnection): Promise<readonly DeviceName[]> =>
      order.report?.tapes ?? deviceNames(over, 'tapes', definition);
    const isOne = robotServer === order.server;
    const names =
      isOne || order.report ? await listed(connection) : await desk.with(undefined, (tape) => listed(tape.connection));
    const drives = drivesOf(names, order.drives);
    // The same changer can be listed once for each way to it.
    const told = isOne ? order.report?.changers : undefined;
    const changers = drivesOf(told ?? (await deviceNames(connection, 'changers', robotDefinition)), []);
    const device = chooseChanger(
      order,
      robotServer,
      changers.map((each) => each.device),
    );
    const opened = device === undefined ? undefined : await Robot.open(connection, again, device, patience);
    if (!opened) await connection.close();
    const { robot, inventory } = opened ?? {};
    const pairings = inventory
      ? await paired(drives, inventory.elements, definition.driveElements, desk)
      : drives.map((drive) => ({ drive, element: undefined, by: undefined }));
    const table = new DriveTable(order.server, pairings, order.report);
    const library = new Library(surroundings, { ...order, desk, drives: table, robot, patience });
    if (inventory) await library.note(inventory);
    return library;
  } catch (problem) {
    await Promise.all([connection.close(), desk.close()]);
    throw problem;
  }
}

function chooseChanger(
  { server: drives, changer }: LibraryOrder,
  server: string,
  known: readonly string[],
): string | undefined {
  if (changer === '') return undefined;
  if (changer === undefined && known.length === 0 && server !== drives)
    throw new DmaFailure(
      `${server} shows no media changer, though by the list of servers (changerServer) the one for the drives of ${drives} is there.`,
    );
  if (changer !== undefined || known.length <= 1) return changer ?? known[0];
  const names = [...new Set(known)].map(escapeText).join(', ');
  throw new DmaFailure(`${server} has several changers: ${names}. Say which one is meant.`);
}

/** Asks drives for their serial numbers only where the changer tells them too and the server does not. */
async function paired(
  drives: readonly Drive[],
  elements: readonly Element[],
  configured: Readonly<Record<string, number>> | undefined,
  desk: TapeDesk,
): Promise<Pairing[]> {
  const first = pairDrives(drives, elements, configured);
  const unsure = first.filter(({ by }) => by === undefined || by === 'order').map(({ drive }) => drive.device);
  const told = elements.some(({ type, deviceId }) => type === 'drive' && deviceId !== undefined);
  if (unsure.length === 0 || !told) return first;
  const serials = new Map<string, readonly string[]>();
  for (const device of unsure) serials.set(device, await desk.serials(device));
  return pairDrives(drives, elements, configured, serials);
}
