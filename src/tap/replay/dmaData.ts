import type { BodyValue, MessageContext } from '../../protocol';
import type { DataAddress } from '../../transport/dataAddress';
import type { DataPeers, DataRole } from './dataPeer';
import { Code } from './login';
import { addressFields, addressIn, keyOf, type Recorded, type RecordedMessage } from './recorded';
import type { Addresses } from './rewrite';

const MOVER_READS = 0;
const STARTS: readonly number[] = [Code.DATA_START_BACKUP, Code.DATA_START_RECOVER, Code.DATA_START_RECOVER_FILEHIST];
const CONNECTS: readonly number[] = [Code.DATA_CONNECT, Code.MOVER_CONNECT];
const LISTENS: readonly number[] = [Code.DATA_LISTEN, Code.MOVER_LISTEN];

/**
 * Data connections of a replay as the DMA: addresses at which servers listen now stand in for the recorded ones; where the
 * other end is not played, this program is it.
 */
export class DmaData {
  /** Recorded addresses to which a server that is played connects. */
  private readonly connected: Set<string>;

  constructor(
    private readonly recorded: Recorded,
    private readonly addresses: Addresses,
    private readonly peers: DataPeers,
  ) {
    this.connected = this.dialled();
  }

  /** Puts addresses of now into a request. @returns whether there were any */
  async renew(body: BodyValue, context: MessageContext, row: number): Promise<boolean> {
    for (const field of addressFields(context.code, body)) {
      const address = addressIn(body, field, context);
      if (address?.kind !== 'tcp' || this.addresses.of(address)) continue;
      this.addresses.put(address, await this.peers.listen('127.0.0.1', this.roleBehind(context, body, row, address)));
    }
    return this.addresses.rewrite(body, context);
  }

  /** Learns from a reply where a server listens; connects where nobody else is going to. */
  learn(message: RecordedMessage, live: BodyValue | undefined): void {
    const { context, row, pair } = message;
    if (!LISTENS.includes(context.code) || !live) return;
    const recorded = this.recorded.body(row);
    for (const field of addressFields(context.code, live)) {
      const there = addressIn(live, field, context);
      const then = addressIn(recorded, field, context);
      if (there?.kind !== 'tcp' || then?.kind !== 'tcp') continue;
      this.addresses.put(then, there);
      const request = pair < 0 ? undefined : this.recorded.body(pair);
      if (!this.connected.has(keyOf(then) ?? ''))
        this.peers.dial(there, this.roleOfDialler(context, request, row, then));
    }
  }

  /** What the end that listened did, when a server connects to it. */
  private roleBehind(context: MessageContext, body: BodyValue, row: number, address: DataAddress): DataRole {
    if (context.code === Code.MOVER_CONNECT)
      return body.mode === MOVER_READS ? this.sender(address) : { do: 'receive' };
    return this.isBackupAfter(row) ? { do: 'receive' } : this.sender(address);
  }

  /** What the end did that connected to a server which listens. */
  private roleOfDialler(
    context: MessageContext,
    request: BodyValue | undefined,
    row: number,
    address: DataAddress,
  ): DataRole {
    if (context.code === Code.MOVER_LISTEN)
      return request?.mode === MOVER_READS ? this.sender(address) : { do: 'receive' };
    return this.isBackupAfter(row) ? { do: 'receive' } : this.sender(address);
  }

  private sender(address: DataAddress): DataRole {
    return { do: 'send', bytes: this.recorded.dataBytes(keyOf(address) ?? '') };
  }

  /** Whether the next operation of the data server is a backup. */
  private isBackupAfter(row: number): boolean {
    const { index } = this.recorded.session;
    const next = this.recorded.rows.find(
      (each) => each >= row && index.kind(each) === 'request' && STARTS.includes(index.code(each)),
    );
    return next === undefined || index.code(next) === Code.DATA_START_BACKUP;
  }

  private dialled(): Set<string> {
    const found = new Set<string>();
    const { index } = this.recorded.session;
    for (const row of this.recorded.rows) {
      const code = index.code(row);
      if (index.kind(row) !== 'request' || (!CONNECTS.includes(code) && !STARTS.includes(code))) continue;
      const body = this.recorded.body(row);
      const context = this.recorded.session.context(row);
      for (const field of body ? addressFields(code, body) : []) {
        const address = addressIn(body, field, context);
        const key = address && keyOf(address);
        if (key !== undefined) found.add(key);
      }
    }
    return found;
  }
}
