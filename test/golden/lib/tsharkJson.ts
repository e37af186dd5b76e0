import { expectation, type CollectedCapture } from './collection';

/** One NDMP message in tshark's full decode: all its fields by tshark's names, values in the order of the packet. */
export interface TsharkMessage {
  frame: number;
  code: number;
  type: 'request' | 'reply';
  sequence: number;
  replySequence: number;
  /** True when tshark gave up on the packet. */
  malformed: boolean;
  fields: Map<string, string[]>;
}

type Json = string | { [name: string]: Json } | Json[];

/** The messages of `golden/NAME.json.gz`. tshark passes file names through raw, so the text is Latin-1. */
export function tsharkMessages(capture: CollectedCapture): TsharkMessage[] | undefined {
  const bytes = expectation(capture.folder, `golden/${capture.name}.json.gz`);
  if (!bytes) return undefined;
  const packets = JSON.parse(bytes.toString('latin1')) as { _source: { layers: Record<string, Json> } }[];
  return packets.flatMap((packet) => packetMessages(packet._source.layers));
}

function packetMessages(layers: Record<string, Json>): TsharkMessage[] {
  const frame = Number((layers.frame as Record<string, string>)['frame.number']);
  const malformed = '_ws.malformed' in layers;
  return list(layers.ndmp).flatMap((layer) => {
    const header = (layer as Record<string, Json>)['ndmp.header'] as Record<string, string> | undefined;
    if (!header) return [];
    const fields = new Map<string, string[]>();
    for (const [name, value] of Object.entries(layer)) {
      if (name !== 'ndmp.header' && name !== 'ndmp.version' && !name.startsWith('Fragment header')) {
        collect(name, value, fields);
      }
    }
    return [
      {
        frame,
        code: Number(header['ndmp.msg']),
        type: header['ndmp.msg_type'] === '1' ? 'reply' : 'request',
        sequence: Number(header['ndmp.sequence']),
        replySequence: Number(header['ndmp.reply_sequence']),
        malformed,
        fields,
      } satisfies TsharkMessage,
    ];
  });
}

function collect(name: string, value: Json, into: Map<string, string[]>): void {
  if (typeof value === 'string') into.set(name, [...(into.get(name) ?? []), value]);
  else if (Array.isArray(value)) value.forEach((item) => collect(name, item, into));
  else Object.entries(value).forEach(([inner, each]) => collect(inner, each, into));
}

function list(value: Json | undefined): Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
