import { isIP } from 'node:net';
import { decodeHeader, type NdmpVersion } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import { encodeRecord } from '../../xdr';
import type { SocketAddress } from '../../transport/dataAddress';
import type { Doors } from './doors';
import { addressIn, mayCarryAddress, withAddresses, type AddressMessage } from './addresses';

const MARK_BYTES = 4;

/** A control connection, as far as its addresses are concerned. */
export interface RewrittenConnection {
  id: number;
  version: NdmpVersion;
  /** The tap's own address on the way to the target. */
  near: string;
}

/** Exchanges the addresses of data connections for the tap's own, so that those connections pass the tap. */
export class AddressRewriter {
  /**
   * @param own addresses of this machine for data connections, the first of a family counts; else that from which the target
   * was connected to
   */
  constructor(
    private readonly doors: Doors,
    private readonly own: readonly string[],
    private readonly warn: (text: string) => void,
  ) {}

  /** @returns undefined at once for what carries no address; a promise that never rejects for the rest */
  rewrite(
    connection: RewrittenConnection,
    record: Uint8Array,
  ): Promise<{ record: Uint8Array; mark: string } | undefined> | undefined {
    // of messages with addresses, which are short, one in several fragments is unheard of
    const header = decodeHeader(record.subarray(MARK_BYTES));
    if (!header || !mayCarryAddress(header, connection.version)) return undefined;
    const message = addressIn(record.subarray(MARK_BYTES), connection.version);
    if (message === undefined || message.address.addresses.some((each) => this.doors.has(each))) return undefined;
    return this.exchange(connection, message);
  }

  private async exchange(
    connection: RewrittenConnection,
    message: AddressMessage,
  ): Promise<{ record: Uint8Array; mark: string } | undefined> {
    const { addresses, family } = message.address;
    const near = this.nearOf(connection.near, family);
    if (near === undefined) {
      this.warn(
        `A data connection will not pass the tap: it has no IPv${family} address for it; name one with --data-address.`,
      );
      return undefined;
    }
    try {
      const here = await this.doors.open(near, addresses, connection.id);
      const mark = `address ${addresses.map(text).join(', ')} exchanged for ${here.map(text).join(', ')} of the tap`;
      return { record: encodeRecord(withAddresses(message, here)), mark };
    } catch (problem) {
      this.warn(`A data connection will not pass the tap: no port could be opened at ${near}: ${messageOf(problem)}.`);
      return undefined;
    }
  }

  private nearOf(near: string, family: 4 | 6): string | undefined {
    const named = this.own.find((each) => isIP(each) === family);
    if (named !== undefined) return named;
    if (isIP(near) === family) return near;
    return /^(127\.|::1$)/.test(near) ? (family === 4 ? '127.0.0.1' : '::1') : undefined;
  }
}

function text({ address, port }: SocketAddress): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}
