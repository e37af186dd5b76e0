import { nodeTlsCrypto } from '../../../src/capture/node/tlsCrypto';
import { Conversation, TlsReading } from '../../../src/capture/tls/conversation';
import type { GiveUpReason, TlsFacts } from '../../../src/capture/tls/conversation';
import { KeyLog } from '../../../src/capture/tls/keyLog';
import type { KeySource } from '../../../src/capture/tls/keyLog';
import type { TlsTalk, WireChunk } from '../../support/tlsTalks';

/** What came out of a TLS connection; a gap stands as its length. */
export interface Opened {
  client: Buffer;
  server: Buffer;
  gaps: { from: 'client' | 'server'; length: number; at: number }[];
  gaveUp: GiveUpReason | undefined;
  facts: TlsFacts;
}

export function keyLogOf(text: string): KeyLog {
  const log = new KeyLog();
  log.push(Buffer.from(text, 'latin1'));
  log.finish();
  return log;
}

export function readingWith(keys: KeySource): TlsReading {
  return new TlsReading(nodeTlsCrypto, keys);
}

/** Bytes of one side, or bytes of one side that are lost. */
export type Piece = WireChunk | { from: 'client' | 'server'; lost: number };

/** Puts pieces through a conversation. */
export function openTalk(pieces: readonly Piece[], reading: TlsReading): Opened {
  const parts: Record<'client' | 'server', Buffer[]> = { client: [], server: [] };
  const gaps: Opened['gaps'] = [];
  let gaveUp: GiveUpReason | undefined;
  const names = ['client', 'server'] as const;
  const length = (from: 'client' | 'server'): number => parts[from].reduce((sum, part) => sum + part.length, 0);
  const conversation = new Conversation(reading, {
    onPlain: (side, content) => void parts[names[side]].push(Buffer.from(content)),
    onPlainGap: (side, lost) => void gaps.push({ from: names[side], length: lost, at: length(names[side]) }),
    onGiveUp: (reason) => (gaveUp = reason),
  });
  pieces.forEach((piece, at) => {
    const side = piece.from === 'client' ? 0 : 1;
    const moment = { frame: at + 1, seconds: at, nanos: 0, digits: 6 };
    if ('lost' in piece) conversation.onGap(side, piece.lost);
    else conversation.onBytes(side, piece.bytes, 0, piece.bytes.length, moment);
  });
  conversation.close();
  const { facts } = conversation;
  return { client: Buffer.concat(parts.client), server: Buffer.concat(parts.server), gaps, gaveUp, facts };
}

export function openWith(talk: TlsTalk, keyLog = talk.keyLog): Opened {
  return openTalk(talk.wire, readingWith(keyLogOf(keyLog)));
}
