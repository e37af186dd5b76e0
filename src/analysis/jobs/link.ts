import type { AnalysisSource } from '../analysis';
import { bodyOf } from '../connections';
import { endpointText } from '../messageView';
import { leadsToDma, type Group } from './groups';
import { rowsWithin } from '../ascending';
import type { Landmarks } from './landmarks';
import type { DataLink, Evidence, Span, Topology } from './model';

/** The data connection of a group; undefined when none was asked for. */
export function describeLink(
  source: AnalysisSource,
  group: Group,
  landmarks: readonly Landmarks[],
  flows: Flows,
): DataLink | undefined {
  const [operation] = group.operations;
  const address = operation?.address ?? group.mover?.address;
  if (address === undefined) return undefined;
  const flow = flows.find(group.spans, address.texts);
  const counted = flow === undefined ? undefined : source.info.flows[flow];
  const told = counted
    ? { bytes: counted.bytes[0] + counted.bytes[1], from: 'packets' as const }
    : toldBytes(source, group, landmarks);
  return {
    kind: address.kind,
    address: address.texts[0],
    listener: listenerOf(source, group),
    rows: [...new Set([...(operation?.addressRows ?? []), group.mover?.row ?? -1])].filter((row) => row >= 0),
    flow,
    bytes: told?.bytes,
    bytesFrom: told?.from,
  };
}

function listenerOf(source: AnalysisSource, group: Group): DataLink['listener'] {
  const [operation] = group.operations;
  if (operation?.listens) return 'data server';
  if (group.mover?.listens) return 'mover';
  if (operation && leadsToDma(group, clientOf(source, group))) return 'DMA';
  return 'unknown';
}

function clientOf({ index }: AnalysisSource, { spans }: Group): string {
  return index.connections[spans[0].connection].client.address;
}

/** The TCP connections of a capture that carry no NDMP, by the addresses of their ends. */
export class Flows {
  private readonly byAddress = new Map<string, number[]>();

  constructor(private readonly source: AnalysisSource) {
    source.info.flows.forEach((flow, place) => {
      if (flow.connection !== undefined) return;
      for (const end of [flow.server, flow.client]) {
        const key = endpointText(end);
        const known = this.byAddress.get(key);
        if (known) known.push(place);
        else this.byAddress.set(key, [place]);
      }
    });
  }

  /** The place of the one with an end at one of the addresses that was there while the spans lasted. */
  find(spans: readonly Span[], texts: readonly string[]): number | undefined {
    const { index, info } = this.source;
    const from = Math.min(...spans.map(({ fromRow }) => index.seconds(fromRow)));
    const to = Math.max(...spans.map(({ toRow }) => index.seconds(toRow))) + 1;
    const places = texts.flatMap((text) => this.byAddress.get(text) ?? []);
    return places.find((place) => info.flows[place].from <= to && info.flows[place].to >= from);
  }
}

/** Stream bytes as the data server says, else as the mover does. */
function toldBytes(
  source: AnalysisSource,
  group: Group,
  landmarks: readonly Landmarks[],
): { bytes: number; from: 'data server' | 'mover' } | undefined {
  const [operation] = group.operations;
  if (operation) {
    const row = rowsWithin(landmarks[operation.connection].dataStates, operation.fromRow, operation.toRow).at(-1);
    const bytes = row === undefined ? 0 : Number(bodyOf(source, row).bytes_processed);
    if (bytes > 0) return { bytes, from: 'data server' };
  }
  const span = group.spans.find(({ connection }) => connection === group.tapeConnection);
  const states = landmarks[group.tapeConnection]?.moverStates ?? [];
  const row = span && rowsWithin(states, span.fromRow, span.toRow).at(-1);
  if (row === undefined) return undefined;
  const body = bodyOf(source, row);
  const bytes = Number(body.bytes_moved ?? body.data_written);
  return bytes > 0 ? { bytes, from: 'mover' } : undefined;
}

/** The way of the data, and why it is told to be that. */
export function topologyOf(
  source: AnalysisSource,
  group: Group,
  link: DataLink | undefined,
): { topology: Topology; why: Evidence } {
  const rows = link?.rows ?? [];
  const [operation] = group.operations;
  if (link === undefined) {
    if (operation === undefined) return { topology: 'none', why: { text: 'No data operation was started.', rows } };
    return {
      topology: 'unknown',
      why: { text: 'The capture does not hold the messages that make the data connection.', rows },
    };
  }
  if (link.kind === 'local')
    return { topology: 'local', why: { text: 'The address of the data connection is LOCAL.', rows } };
  const { address } = link;
  if (address === undefined)
    return { topology: 'unknown', why: { text: 'The address of the data connection is neither LOCAL nor TCP.', rows } };
  if (operation === undefined && group.mover && group.source === undefined)
    return { topology: 'unknown', why: { text: `A mover was made ready at ${address}, but no data server.`, rows } };
  if (link.listener === 'DMA')
    return {
      topology: 'indirect',
      why: {
        text: `The data server connects to ${address}: the DMA’s own host, where no mover of this capture listens.`,
        rows,
      },
    };
  const peer =
    group.mover || group.operations.length > 1
      ? ''
      : ' The control connection of the other side is not in the capture.';
  return {
    topology: 'three-way',
    why: { text: `The data connection goes over the network, to ${address}.${peer}`, rows },
  };
}
