import { endpointText } from '../analysis/messageView';
import { escapeText } from '../protocol';
import type { Connection } from '../session/messageIndex';
import type { CaptureSession } from '../session/capture';
import { encryptedText } from './tlsHint';
import { frameWord } from './output/frames';
import { byteSize, counted, grouped } from './terminal/text';

/** One line about everything that is damaged in a capture; undefined when nothing is. */
export function damageLine(name: string, { index, info }: CaptureSession): string | undefined {
  const { damage, damageDropped } = index;
  if (damage.length === 0) {
    return undefined;
  }
  const [first] = damage;
  const more = damage.length + damageDropped - 1;
  const where =
    first.frame > 0 && !/\b(?:packet|frame|line)\b/.test(first.text) ? ` (${frameWord(info)} ${first.frame})` : '';
  const rest = more === 0 ? '' : ` And ${counted(more, 'more place')}${lost(missingBytes(index))}.`;
  return `${escapeText(name)}: ${escapeText(first.text)}${where}${rest}`;
}

function missingBytes(index: CaptureSession['index']): number {
  return index.damage.reduce((sum, { kind, bytes }) => sum + (kind === 'lost' ? bytes : 0), 0);
}

function lost(bytes: number): string {
  return bytes === 0 ? '' : `, ${byteSize(bytes)} missing in all`;
}

/** Why there is nothing to show of a capture that could be opened. */
export function nothingFound(name: string, { info, index }: CaptureSession): string {
  const { packets, cutPackets } = info;
  const tls = encryptedText(info);
  const share = cutPackets === packets ? 'all' : grouped(cutPackets);
  const cut =
    cutPackets === 0
      ? ''
      : ` Of ${share} of them only the beginning was captured: record with a larger snap length (tcpdump -s 0).`;
  const { connections } = index;
  const accepted =
    connections.length === 0
      ? ''
      : ` It tells of ${counted(connections.length, 'connection')}: ${connections.slice(0, 5).map(ends).join('; ')}.`;
  return `${escapeText(name)}: no NDMP messages in ${counted(packets, frameWord(info))}.${tls}${cut}${accepted}`;
}

function ends({ client, server }: Connection): string {
  return escapeText(`${endpointText(client)} → ${endpointText(server)}`);
}
