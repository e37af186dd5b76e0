import type { XdrPatch } from '../xdr/reader';
import type { BodyValue, StructType } from './schema';

export type NdmpVersion = 1 | 2 | 3 | 4;
/** A post is a request-type message of the server that has no reply. */
export type MessageKind = 'request' | 'reply' | 'post';
export type InterfaceName =
  'connect' | 'config' | 'scsi' | 'tape' | 'data' | 'mover' | 'notify' | 'log' | 'fh' | 'extension';

export const HEADER_LENGTH = 24;

/** The six header words, all unsigned (NDMPv4 draft, section 2.2.1). */
export interface Header {
  sequence: number;
  /** Seconds since 1970-01-01 UTC by the sender's clock. */
  timeStamp: number;
  /** 0 request or post, 1 reply. */
  messageType: number;
  code: number;
  replySequence: number;
  error: number;
}

/** One way to lay out a body. */
export interface BodyLayout {
  readonly schema: StructType;
  /** Why this layout is not the proper one for the version; undefined for the proper one. */
  readonly deviation?: string;
}

/** A message as one protocol version defines it (or, where that version lacks it, as its nearest neighbour does). */
export interface MessageType {
  readonly code: number;
  /** With prefix: 'NDMP_CONNECT_OPEN'. */
  readonly name: string;
  /** Names used by other versions or programs. */
  readonly otherNames: readonly string[];
  readonly interface: InterfaceName;
  readonly post: boolean;
  readonly doc: string;
  /** Versions that define the message. */
  readonly versions: readonly NdmpVersion[];
  /** Layouts to try, the proper one first; a kind that the message does not have is missing. */
  readonly layouts: { readonly [kind in MessageKind]?: readonly BodyLayout[] };
}

/** What a body is, given its header and connection. A `payload` is a record without record marks: 24 header bytes, body. */
export interface MessageContext {
  code: number;
  kind: MessageKind;
  version: NdmpVersion;
  headerError: number;
}

export interface DecodeProblem {
  /** Position in the payload. */
  offset: number;
  length: number;
  text: string;
}

export interface DecodedMessage {
  /** Fields in wire order; {} for a void body; as far as understood when the body is damaged. */
  value: BodyValue;
  problems: DecodeProblem[];
  /** Undecoded rest of the payload. */
  trailing: Uint8Array;
  /** What the value does not tell (padding that is not zero, counts of cut arrays), for an exact {@link encodeMessage}. */
  patches?: readonly XdrPatch[];
}
