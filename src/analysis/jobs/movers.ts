import type { MessageIndex } from '../../session/messageIndex';
import { bodyOf } from '../connections';
import type { MessageSource } from '../messageView';
import { linkAddress, type LinkAddress } from './addresses';
import type { Landmarks } from './landmarks';
import type { DataOperation } from './operations';

/** A mover that was made ready for a data connection. */
export interface MoverUse {
  connection: number;
  /** Good reply of MOVER_LISTEN, or MOVER_CONNECT request that was not refused. */
  row: number;
  address: LinkAddress;
  listens: boolean;
}

/** All uses of movers, found by the address of their data connection. */
export class Movers {
  readonly uses: MoverUse[] = [];
  private readonly byAddress = new Map<string, MoverUse[]>();

  constructor(source: MessageSource, landmarks: readonly Landmarks[]) {
    for (const { connection, moverListens, moverConnects } of landmarks) {
      for (const row of moverListens) this.add(source, connection, row, true);
      for (const row of moverConnects) if (accepted(source.index, row)) this.add(source, connection, row, false);
    }
  }

  private add(source: MessageSource, connection: number, row: number, listens: boolean): void {
    const address = linkAddress(bodyOf(source, row));
    if (address === undefined) return;
    const use = { connection, row, address, listens };
    this.uses.push(use);
    for (const key of address.kind === 'local' ? [localKey(connection)] : address.texts) {
      const known = this.byAddress.get(key);
      if (known) known.push(use);
      else this.byAddress.set(key, [use]);
    }
  }

  /** The mover at the other end of a data operation's connection; of several at one address the nearest in the capture. */
  of({ connection, address, addressRows, startRow }: DataOperation): MoverUse | undefined {
    if (address === undefined) return undefined;
    const keys = address.kind === 'local' ? [localKey(connection)] : address.texts;
    const found = keys.flatMap((key) => this.byAddress.get(key) ?? []);
    const at = addressRows.at(-1) ?? startRow;
    return nearest(found, at);
  }

  /** The mover that listens where this one connects to: a copy from tape to tape. */
  peerOf(use: MoverUse): MoverUse | undefined {
    const found = use.address.texts.flatMap((key) => this.byAddress.get(key) ?? []);
    return nearest(
      found.filter((each) => each.listens && each.connection !== use.connection),
      use.row,
    );
  }
}

function localKey(connection: number): string {
  return `local ${connection}`;
}

function nearest(uses: readonly MoverUse[], row: number): MoverUse | undefined {
  let best: MoverUse | undefined;
  for (const use of uses) if (best === undefined || Math.abs(use.row - row) < Math.abs(best.row - row)) best = use;
  return best;
}

/** The request was not refused, as far as the capture shows. */
export function accepted(index: MessageIndex, request: number): boolean {
  const reply = index.pair(request);
  return reply < 0 || (index.headerError(reply) === 0 && index.bodyError(reply) <= 0);
}
