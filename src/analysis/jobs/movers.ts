import type { MessageIndex } from '../../session/messageIndex';
import { countBefore } from '../ascending';
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
    for (const uses of this.byAddress.values()) uses.sort((a, b) => a.row - b.row);
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
    return this.nearest(keys, addressRows.at(-1) ?? startRow);
  }

  /** The mover that listens where this one connects to: a copy from tape to tape. */
  peerOf(use: MoverUse): MoverUse | undefined {
    return this.nearest(use.address.texts, use.row, (each) => each.listens && each.connection !== use.connection);
  }

  private nearest(
    keys: readonly string[],
    row: number,
    test: (use: MoverUse) => boolean = () => true,
  ): MoverUse | undefined {
    let best: MoverUse | undefined;
    for (const key of keys) {
      const uses = this.byAddress.get(key) ?? [];
      const place = countBefore(uses, row, (use) => use.row);
      for (const step of [-1, 1]) {
        let at = step < 0 ? place - 1 : place;
        while (at >= 0 && at < uses.length && !test(uses[at])) at += step;
        const use = uses.at(at);
        if (at < 0 || use === undefined) continue;
        if (best === undefined || Math.abs(use.row - row) < Math.abs(best.row - row)) best = use;
      }
    }
    return best;
  }
}

function localKey(connection: number): string {
  return `local ${connection}`;
}

/** The request was not refused, as far as the capture shows. */
export function accepted(index: MessageIndex, request: number): boolean {
  const reply = index.pair(request);
  return reply < 0 || (index.headerError(reply) === 0 && index.bodyError(reply) <= 0);
}
