import { decodeProper, type BodyValue, type MessageContext } from '../../protocol';
import { fromWireAddress, type DataAddress } from '../../transport/dataAddress';
import type { CaptureSession } from '../../session/capture';
import { nanosBetween } from '../../session/messageTimes';

const GET_STATES: ReadonlySet<number> = new Set([0x400, 0xa00]);
const COUNTED = ['bytes_moved', 'data_written', 'bytes_processed'];

/** A message of the recording. */
export interface RecordedMessage {
  row: number;
  /** Of the recording, from 0. */
  connection: number;
  fromServer: boolean;
  context: MessageContext;
  /** Row of the request or of the reply, -1 without. */
  pair: number;
  /** Milliseconds since the message before, of any connection that is played. */
  wait: number;
}

/** The connections of a capture that are played, message by message in the order of the capture. */
export class Recorded {
  readonly rows: readonly number[];
  private readonly waits = new Map<number, number>();

  /** @param connections from 0 */
  constructor(
    readonly session: CaptureSession,
    readonly connections: readonly number[],
  ) {
    const { index } = session;
    const wanted = new Set(connections);
    const rows: number[] = [];
    for (let row = 0; row < index.count; row++) {
      if (!wanted.has(index.connection(row))) continue;
      const before = rows.at(-1);
      const nanos = before === undefined ? 0 : nanosBetween(index, before, row);
      if (nanos > 0) this.waits.set(row, nanos / 1e6);
      rows.push(row);
    }
    this.rows = rows;
  }

  message(row: number): RecordedMessage {
    const { index } = this.session;
    return {
      row,
      connection: index.connection(row),
      fromServer: index.fromServer(row),
      context: this.session.context(row),
      pair: index.pair(row),
      wait: this.waits.get(row) ?? 0,
    };
  }

  rowsOf(connection: number): number[] {
    return this.rows.filter((row) => this.session.index.connection(row) === connection);
  }

  /** Whether the capture has the connection from its first message on. */
  isFromStart(connection: number): boolean {
    return this.session.index.connections[connection]?.started === 'seen';
  }

  /** Header and body; undefined where the capture does not hold all of it. */
  payload(row: number): Uint8Array | undefined {
    const { payload, missing } = this.session.record(row);
    return missing.length === 0 ? payload : undefined;
  }

  /** The body as its version defines it; undefined where it is another, or not whole. */
  body(row: number): BodyValue | undefined {
    const payload = this.payload(row);
    const context = this.session.context(row);
    return payload && context.headerError === 0 ? decodeProper(payload, context) : undefined;
  }

  /**
   * Bytes that went over the data connection to an address, as the capture saw them or as the states tell.
   * @returns 0 where nothing tells
   */
  dataBytes(address: string): number {
    const flow = this.session.info.flows.find(
      ({ server, connection }) => connection === undefined && `${server.address}:${server.port}` === address,
    );
    if (flow) return Math.max(...flow.bytes);
    let most = 0n;
    for (const row of this.rows) {
      if (!GET_STATES.has(this.session.index.code(row)) || this.session.index.kind(row) !== 'reply') continue;
      const body = this.body(row);
      for (const name of COUNTED) {
        const value = body?.[name];
        if (typeof value === 'bigint' && value > most) most = value;
      }
    }
    return most > BigInt(Number.MAX_SAFE_INTEGER) ? 0 : Number(most);
  }
}

/** The first TCP address of a field, as text; undefined for LOCAL and others. */
export function addressIn(
  value: BodyValue | undefined,
  field: string,
  { version }: MessageContext,
): DataAddress | undefined {
  return value && fromWireAddress(value[field], version);
}

/** `192.0.2.1:4000`, `fd00::1:4000`: as flows of captures are compared. */
export function keyOf(address: DataAddress): string | undefined {
  if (address.kind !== 'tcp') return undefined;
  const [first] = address.addresses;
  return `${first.address}:${first.port}`;
}

/** Fields in which addresses of data connections stand, by message code. */
const ADDRESS_FIELDS: ReadonlyMap<number, readonly string[]> = new Map([
  [0x400, ['mover', 'data_connection_addr']],
  [0x401, ['mover']],
  [0x402, ['mover']],
  [0x40b, ['mover']],
  [0x409, ['data_connection_addr', 'connect_addr']],
  [0x40a, ['addr']],
  [0xa00, ['data_connection_addr']],
  [0xa01, ['mover', 'data_connection_addr', 'connect_addr']],
  [0xa09, ['addr']],
]);

/** The fields of a body in which an address of a data connection stands. */
export function addressFields(code: number, body: BodyValue): string[] {
  return (ADDRESS_FIELDS.get(code) ?? []).filter((name) => body[name] !== undefined);
}
