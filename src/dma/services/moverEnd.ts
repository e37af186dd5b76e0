import type { DataAddress } from '../../transport/dataAddress';
import { DmaFailure, NdmpFailure } from '../connection/failures';
import { ALL_ONES } from './fields';
import type { MoverModeValue, MoverService } from './mover';

export interface Window {
  offset: bigint;
  length: bigint;
}

/** The whole stream, on a tape that takes all of it. */
export const ENDLESS: Window = { offset: 0n, length: ALL_ONES };

/** A mover at the moment a data connection is made: what it is for, and the window that it stands before. */
export interface MoverEnd {
  mover: MoverService;
  mode: MoverModeValue;
  window: Window;
}

/**
 * Lets the mover listen. v4 wants the window before, v2 and v3 after (protocol facts 7.2 and 7.9).
 * @returns where the peer has to connect to
 */
export async function moverListens({ mover, mode, window }: MoverEnd, addressType: number): Promise<DataAddress> {
  const isLate = mover.connection.version < 4;
  if (!isLate) await mover.setWindow(window.offset, window.length);
  const address = await mover.listen(mode, addressType);
  if (isLate) await mover.setWindow(window.offset, window.length);
  return address;
}

/** Lets the mover connect. Movers of v3 that take a window only once they listen start with an endless one from 0. */
export async function moverConnects({ mover, mode, window }: MoverEnd, address: DataAddress): Promise<void> {
  try {
    await mover.setWindow(window.offset, window.length);
  } catch (error) {
    const isTooEarly = error instanceof NdmpFailure && error.error === 'ILLEGAL_STATE';
    if (!isTooEarly || mover.connection.version > 3 || window.offset > 0n) throw error;
  }
  await mover.connect(mode, address);
}

/**
 * Of the addresses that a server says it listens at, those that may be connected to.
 * @throws DmaFailure when it is none of them
 */
export function plannedOnly(
  address: DataAddress,
  server: string,
  isPlanned: (address: string) => boolean,
): DataAddress {
  if (address.kind === 'local') return address;
  const addresses = address.addresses.filter((each) => isPlanned(each.address));
  if (addresses.length > 0) return { ...address, addresses };
  const named = address.addresses.map((each) => each.address).join(', ');
  throw new DmaFailure(
    `${server} listens for data at ${named}, which is not in the plan: nothing was connected. ` +
      `If this address is right, add it to dataNetworks of ${server}.`,
  );
}
