import type { ConnectionStatus, TapStatus } from '../../tap/status';
import type { KnownTap, Recording } from './tapBook';

/** What the tree of taps holds. Items are made anew at each look; `key` tells the same one. */
export type TapItem =
  | { kind: 'tap'; tap: KnownTap }
  | { kind: 'tapConnection'; tap: KnownTap; connection: ConnectionStatus }
  | { kind: 'tapFault'; tap: KnownTap; fault: TapStatus['faults'][number] }
  | { kind: 'tapRecording'; tap: KnownTap; recording: Recording };

/** Connections of a tap that are shown: the open ones, and some of the last that closed. */
const CLOSED_SHOWN = 10;
const OPEN_SHOWN = 100;

export function itemKey(item: TapItem): string {
  const { folder } = item.tap;
  switch (item.kind) {
    case 'tap':
      return folder;
    case 'tapConnection':
      return `${folder}#c${item.connection.id}`;
    case 'tapFault':
      return `${folder}#f${item.fault.id}`;
    case 'tapRecording':
      return `${folder}#r${item.recording.name}`;
  }
}

/** What menus can do with an item, by the words of their conditions. */
export function contextValue(item: TapItem): string {
  switch (item.kind) {
    case 'tap':
      return item.tap.status ? 'tap.running' : 'tap.stopped';
    case 'tapConnection':
      return item.connection.closed === undefined ? 'tapConnection.open' : 'tapConnection.closed';
    case 'tapFault':
      return 'tapFault';
    case 'tapRecording':
      return isWritten(item) ? 'tapRecording.live' : 'tapRecording';
  }
}

/** The place of a recording among those of its tap, from 1; undefined: there is only this one. */
export function recordingNumber({ tap, recording }: Extract<TapItem, { kind: 'tapRecording' }>): number | undefined {
  const at = tap.recordings.findIndex(({ path }) => path === recording.path);
  return tap.recordings.length < 2 || at < 0 ? undefined : at + 1;
}

export function isWritten({ tap, recording }: Extract<TapItem, { kind: 'tapRecording' }>): boolean {
  return tap.status?.recording?.isOpen === true && tap.status.recording.path === recording.path;
}

/** Faults first, then connections, then recordings, the newest first. */
export function childrenOf(tap: KnownTap): TapItem[] {
  const { status, recordings } = tap;
  const connections = status?.connections ?? [];
  const open = connections.filter(({ closed }) => closed === undefined).slice(-OPEN_SHOWN);
  const closed = connections.filter((each) => each.closed !== undefined).slice(-CLOSED_SHOWN);
  return [
    ...(status?.faults ?? []).map((fault): TapItem => ({ kind: 'tapFault', tap, fault })),
    ...[...open, ...closed.reverse()].map((connection): TapItem => ({ kind: 'tapConnection', tap, connection })),
    ...[...recordings].reverse().map((recording): TapItem => ({ kind: 'tapRecording', tap, recording })),
  ];
}

/** An item that a menu hands to a command, when it is one. */
export function tapItem(argument: unknown): TapItem | undefined {
  const item = argument as Partial<TapItem> | undefined;
  const kinds: unknown[] = ['tap', 'tapConnection', 'tapFault', 'tapRecording'] satisfies TapItem['kind'][];
  return kinds.includes(item?.kind) ? (item as TapItem) : undefined;
}
