import { AddressType, type DataAddress } from '../../transport/dataAddress';
import type { DataEnd, DataListener } from '../dataConnection/model';
import { connectTcp, listenTcp } from '../dataConnection/tcp';
import { refuse, RequestFailure } from '../failure';
import type { ServerSession } from '../session/session';

/** Address types that a mover can serve, if the server offers them. */
const SERVED: readonly number[] = [AddressType.LOCAL, AddressType.TCP, AddressType.TCP_IPV6];

/** Throws ILLEGAL_ARGS for an address type that this connection may not use. */
export function checkAddressType(session: ServerSession, type: number | undefined): void {
  if (type === undefined || !SERVED.includes(type) || !session.view.connectionTypes().includes(type))
    refuse('ILLEGAL_ARGS', `data connections of type ${type ?? 'unknown'} are not offered`);
}

/** v2 has no error for connections that cannot be made. */
export async function listenFor(
  { view, services, limits, version }: ServerSession,
  type: number,
): Promise<DataListener> {
  if (type === AddressType.LOCAL) return services.local.listen();
  try {
    const address = view.dataAddress('mover', type === AddressType.TCP ? 4 : 6);
    return await listenTcp({ address, seconds: limits.listenSeconds });
  } catch (error) {
    if (version === 2 && error instanceof RequestFailure) refuse('IO', error.message);
    throw error;
  }
}

export async function connectTo({ view, services }: ServerSession, address: DataAddress): Promise<DataEnd> {
  if (address.kind === 'local') return services.local.connect();
  return connectTcp({ to: address.addresses, from: view.dataAddress('mover', address.family) });
}
