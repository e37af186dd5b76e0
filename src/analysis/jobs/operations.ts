import type { MessageIndex } from '../../session/messageIndex';
import { bodyOf } from '../connections';
import type { MessageSource } from '../messageView';
import { linkAddress, type LinkAddress } from './addresses';
import { firstAfter, lastBefore, rowsWithin } from '../ascending';
import type { Landmarks } from './landmarks';
import type { Operation } from './model';
import { Code, STARTS } from './requests';

/** What a data server was asked to do, from its start to its halt, as far as the capture shows. */
export interface DataOperation {
  connection: number;
  operation: Exclude<Operation, 'copy' | 'session'>;
  /** DATA_START_* request, -1 when the capture begins later. */
  startRow: number;
  /** The server refused the start. */
  refused: boolean;
  /** NOTIFY_DATA_HALTED, else the state reply that first showed the halt; -1 when the capture shows none. */
  endRow: number;
  /** The rows of the connection that are the operation's: nothing of another one lies in them. */
  fromRow: number;
  toRow: number;
  address: LinkAddress | undefined;
  /** The messages that tell the address. */
  addressRows: number[];
  /** The data server waits for the mover, not the other way round. */
  listens: boolean;
}

/** Errors of a start that say nothing about the job: a conformance test provokes them in every state. */
const NOT_AUTHORIZED = 4;
const ILLEGAL_STATE = 19;
const HALTED = 2;
const operations: Readonly<Record<number, DataOperation['operation']>> = {
  [Code.START_BACKUP]: 'backup',
  [Code.START_RECOVER]: 'recover',
  [Code.START_RECOVER_FILEHIST]: 'recover file history',
};

/** The data operations of one connection, in their order. */
export function findOperations(source: MessageSource, marks: Landmarks): DataOperation[] {
  const { index } = source;
  const anchors = findAnchors(index, marks);
  return anchors.map((anchor, i) => {
    const fromRow = i === 0 ? marks.firstRow : cutBetween(marks, anchors[i - 1], anchor);
    const toRow = i + 1 < anchors.length ? cutBetween(marks, anchor, anchors[i + 1]) - 1 : marks.lastRow;
    return describe(source, marks, anchor, fromRow, toRow);
  });
}

/** The row that stands for each operation: its start, or where that is missing its first sign. */
function findAnchors(index: MessageIndex, marks: Landmarks): number[] {
  const accepted = marks.starts.filter((row) => startError(index, row) === 0);
  const earlier = operationWithoutStart(index, marks, accepted[0] ?? Infinity);
  if (accepted.length > 0 || earlier >= 0) return earlier < 0 ? accepted : [earlier, ...accepted];
  const refused = marks.starts.filter((row) => ![NOT_AUTHORIZED, ILLEGAL_STATE].includes(startError(index, row)));
  return refused.slice(-1);
}

/** Row of a halt, of file history or of a read request that comes before any start, -1 when there is none. */
function operationWithoutStart(index: MessageIndex, marks: Landmarks, firstStart: number): number {
  const { started, lostBytes, bytes } = index.connections[marks.connection];
  const [fromDma] = bytes;
  if (started === 'seen' && lostBytes === 0 && fromDma > 0) return -1;
  const signs = [marks.dataHalted[0], marks.fileHistory, marks.dataRead].filter((row) => row !== undefined && row >= 0);
  const first = Math.min(...signs);
  const prepared = Math.min(marks.dataConnects[0] ?? Infinity, marks.dataListens[0] ?? Infinity);
  return first < firstStart && (first < prepared || firstStart === Infinity) ? first : -1;
}

function startError(index: MessageIndex, row: number): number {
  const reply = index.pair(row);
  return reply < 0 ? 0 : index.headerError(reply) || Math.max(0, index.bodyError(reply));
}

/** The row at which the second of two jobs of a connection begins: its first preparation after the first one's stop. */
export function cutBetween(marks: Landmarks, first: number, second: number): number {
  const stop = lastBefore(marks.stops, second);
  const setup = firstAfter(marks.setups, Math.max(first, stop));
  return setup >= 0 && setup <= second ? setup : second;
}

function describe(
  source: MessageSource,
  marks: Landmarks,
  anchor: number,
  fromRow: number,
  toRow: number,
): DataOperation {
  const { index } = source;
  const started = isStart(index, anchor);
  const refused = started && startError(index, anchor) !== 0;
  const link = linkOf(source, marks, anchor, fromRow);
  return {
    connection: marks.connection,
    operation: started ? operations[index.code(anchor)] : operationBySigns(source, marks, fromRow, toRow),
    startRow: started ? anchor : -1,
    refused,
    endRow: refused ? -1 : endOf(source, marks, anchor, toRow),
    fromRow,
    toRow,
    address: link?.address,
    addressRows: link?.rows ?? [],
    listens: link?.listens ?? false,
  };
}

function isStart(index: MessageIndex, row: number): boolean {
  return index.kind(row) === 'request' && STARTS.has(index.code(row));
}

const byState: readonly (DataOperation['operation'] | undefined)[] = [
  undefined,
  'backup',
  'recover',
  'recover file history',
];

/** As the data server's state says; else, only a recovery asks for stretches of the stream. */
function operationBySigns(
  source: MessageSource,
  { dataStates, dataRead }: Landmarks,
  fromRow: number,
  toRow: number,
): DataOperation['operation'] {
  const state = rowsWithin(dataStates, fromRow, toRow).at(-1);
  const told = state === undefined ? undefined : byState[Number(bodyOf(source, state).operation)];
  return told ?? (dataRead >= 0 ? 'recover' : 'backup');
}

interface Link {
  address: LinkAddress;
  rows: number[];
  listens: boolean;
}

function linkOf(source: MessageSource, marks: Landmarks, anchor: number, fromRow: number): Link | undefined {
  const { index } = source;
  const named = isStart(index, anchor) ? linkAddress(bodyOf(source, anchor)) : undefined;
  if (named) return { address: named, rows: [anchor], listens: false };
  const connect = lastBefore(marks.dataConnects, anchor);
  const listen = lastBefore(marks.dataListens, anchor);
  const row = Math.max(connect, listen);
  const told = row >= fromRow ? linkAddress(bodyOf(source, row)) : undefined;
  if (told) return { address: told, rows: row === connect ? [row] : [index.pair(row), row], listens: row === listen };
  const state = lastBefore(marks.dataStates, Infinity);
  const shown = state >= fromRow ? linkAddress(bodyOf(source, state)) : undefined;
  // an idle server says LOCAL too; only a connection that also drives a mover can mean it
  const isTold = shown !== undefined && (shown.kind !== 'local' || marks.requests.tape > 0);
  return isTold ? { address: shown, rows: [state], listens: false } : undefined;
}

function endOf(source: MessageSource, marks: Landmarks, anchor: number, toRow: number): number {
  const post = firstAfter(marks.dataHalted, anchor - 1);
  if (post >= 0 && post <= toRow) return post;
  const state = lastBefore(marks.dataStates, toRow + 1);
  return state > anchor && Number(bodyOf(source, state).state) === HALTED ? state : -1;
}
