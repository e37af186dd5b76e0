import type { MessageKind, NdmpVersion } from './model';
import type { ValueOf } from './schema';
import type { messageTables } from './tables/index';

type Row = (typeof messageTables)[number];
type RowOf<N extends string> = Extract<Row, { name: N }>;
type BodiesOf<N extends string, V extends NdmpVersion> = RowOf<N>['bodies'] extends infer B
  ? V extends keyof B
    ? B[V]
    : never
  : never;

/** Names of all messages in the tables. */
export type MessageName = Row['name'];

/**
 * The TypeScript type of a body, inferred from the tables: `BodyOf<'NDMP_MOVER_LISTEN', 4, 'request'>` is
 * `{ mode: number; addr_type: number }`; never when the message has no such body.
 */
export type BodyOf<N extends MessageName, V extends NdmpVersion, K extends MessageKind> =
  BodiesOf<N, V> extends infer B ? (K extends keyof B ? ValueOf<B[K]> : never) : never;
