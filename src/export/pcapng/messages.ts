import { parseAddressBytes } from '../../protocol';
import type { AnalysisSource } from '../../analysis/analysis';
import type { Connection, Endpoint } from '../../session/messageIndex';
import type { RecordBytes } from '../../session/recordReader';
import { encodeByteString } from '../../xdr/byteString';
import { digestOf } from '../digest';
import { enhancedPacket, interfaceDescription, sectionHeader, type PacketTime } from '../../capture/write/blocks';
import { Conversation, type CutFrame } from '../../capture/write/conversation';
import type { FrameEnd } from '../../capture/write/frame';
import { recordStream } from './recordStream';

const APPLICATION = 'NDMP Workbench';

/** What may be done to messages and addresses on their way into a capture. */
export interface CaptureChanges {
  /** A message's bytes, of the same length. */
  record(row: number, record: RecordBytes): RecordBytes;
  /** An address of 4 or 16 bytes, of the same length. */
  address(bytes: Uint8Array): Uint8Array;
}

export interface CaptureOptions {
  /** Rows to write; all when absent. */
  test?: (row: number) => boolean;
  changes?: CaptureChanges;
  /** What readers of the capture shall know of it. */
  comment?: string;
}

/** Numbers of the interfaces that are described already, by the digits of their clocks. */
type Interfaces = Map<number, number>;

/**
 * The messages as a capture (pcapng) that this product and Wireshark open: every message in packets of its own, at its
 * time, over made-up Ethernet and TCP, so that connections, order, record fragments and missing bytes are those of the
 * source. Gives pieces of the file, one at least a message.
 */
export function* messagesToPcapng(source: AnalysisSource, options: CaptureOptions = {}): Generator<Uint8Array> {
  const { index } = source;
  const { test = () => true, changes, comment } = options;
  yield sectionHeader(APPLICATION, comment);
  const left = countRows(source, test);
  const interfaces: Interfaces = new Map();
  const conversations = new Map<number, Conversation>();
  const used = new Map<string, { conversation: Conversation; ended: boolean }>();
  for (let row = 0; row < index.count; row++) {
    if (!test(row)) continue;
    const id = index.connection(row);
    const connection = index.connections[id];
    const time: PacketTime = { seconds: index.seconds(row), nanos: index.nanos(row), digits: index.digits(row) };
    yield* newInterface(interfaces, time.digits);
    const put = ({ frame, cut }: CutFrame): Uint8Array =>
      enhancedPacket(interfaces.get(time.digits) ?? 0, time, frame, frame.length + cut);
    const key = `${endText(connection.client)} ${endText(connection.server)}`;
    let conversation = conversations.get(id);
    if (conversation === undefined) {
      const before = used.get(key);
      // the same ports are used again: the connection before them is over
      if (before !== undefined && !before.ended) for (const frame of before.conversation.close('rst')) yield put(frame);
      conversation = conversationOf(connection, changes);
      conversations.set(id, conversation);
      used.set(key, { conversation, ended: false });
      if (connection.started === 'seen') for (const frame of conversation.open()) yield put(frame);
    }
    const record = source.record(row);
    const parts = recordStream(changes?.record(row, record) ?? record, index.length(row));
    for (const frame of conversation.send(index.fromServer(row), parts)) yield put(frame);
    left[id]--;
    if (left[id] > 0) continue;
    conversations.delete(id);
    if (connection.ended === 'open') continue;
    for (const frame of conversation.close(connection.ended)) yield put(frame);
    used.set(key, { conversation, ended: true });
  }
}

function countRows({ index }: AnalysisSource, test: (row: number) => boolean): Uint32Array {
  const counts = new Uint32Array(index.connections.length);
  for (let row = 0; row < index.count; row++) if (test(row)) counts[index.connection(row)]++;
  return counts;
}

function* newInterface(interfaces: Interfaces, digits: number): Generator<Uint8Array> {
  if (interfaces.has(digits)) return;
  interfaces.set(digits, interfaces.size);
  yield interfaceDescription(digits);
}

function endText({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

function conversationOf({ id, client, server }: Connection, changes: CaptureChanges | undefined): Conversation {
  let ends = [client, server].map(({ address, port }): FrameEnd => {
    const bytes = addressBytes(address);
    return { address: changes?.address(bytes) ?? bytes, port };
  });
  if (ends[0].address.length !== ends[1].address.length)
    ends = ends.map(({ address, port }) => ({ address: mapped(address), port }));
  return new Conversation(ends[0], ends[1], id);
}

/** The bytes of an address. Sources that know an end by name alone get one for tests (RFC 2544) made of it. */
function addressBytes(text: string): Uint8Array {
  const bytes = parseAddressBytes(text);
  if (bytes !== undefined) return bytes;
  return Uint8Array.of(198, 18, ...digestOf('address', encodeByteString(text)).subarray(0, 2));
}

/** An IPv4 address as an IPv6 one. */
function mapped(address: Uint8Array): Uint8Array {
  return address.length === 16 ? address : Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...address);
}
