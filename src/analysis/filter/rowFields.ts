import type { Connection, Endpoint, MessageIndex } from '../../session/messageIndex';
import { latencyNanos as nanosToReply, nanosBetween } from '../../session/messageTimes';
import { interfaceOf } from '../../protocol';
import { errorNames, messageNames, type KnownName, type NameTable } from './names';

/** A column of the index seen as a field: NaN where a row has no such value. */
export type NumberColumn = (index: MessageIndex, row: number) => number;

/** What can be asked of a row without reading its body. */
export type RowField = { name: string; doc: string; sample: string } & (
  | { type: 'number'; columns: readonly NumberColumn[]; names?: NameTable }
  | { type: 'choice'; choices: readonly KnownName[]; value: (index: MessageIndex, row: number) => string }
  | { type: 'flag'; value: (index: MessageIndex, row: number) => boolean }
  /** Nanoseconds, NaN where there are none. */
  | { type: 'duration'; nanos: NumberColumn }
  | { type: 'time' }
  /** The addresses a connection and a direction stand for, of one family only when `family` says so. */
  | { type: 'address'; ends: (connection: Connection, fromServer: boolean) => readonly Endpoint[]; family?: 4 | 6 }
);

/** The body's error, NaN where the body has none. */
export const errorOf: NumberColumn = (index, row) => (index.bodyError(row) < 0 ? NaN : index.bodyError(row));
export const sender = (connection: Connection, fromServer: boolean): Endpoint =>
  fromServer ? connection.server : connection.client;
export const receiver = (connection: Connection, fromServer: boolean): Endpoint => sender(connection, !fromServer);
const connectionOf = (index: MessageIndex, row: number): Connection => index.connections[index.connection(row)];

export const sourcePort: NumberColumn = (index, row) => sender(connectionOf(index, row), index.fromServer(row)).port;
export const destinationPort: NumberColumn = (index, row) =>
  receiver(connectionOf(index, row), index.fromServer(row)).port;

const kinds: readonly KnownName[] = [
  { name: 'request', detail: 'from the DMA, answered by a reply' },
  { name: 'reply', detail: 'the answer to a request' },
  { name: 'post', detail: "the server's own messages: notify, log, file history" },
];

const directions: readonly KnownName[] = [
  { name: 'dma>server', detail: 'requests' },
  { name: 'server>dma', detail: 'replies and posts' },
];

const interfaces: readonly KnownName[] = [
  { name: 'connect', detail: 'open, authenticate, close' },
  { name: 'config', detail: 'what the server is and has' },
  { name: 'scsi', detail: 'the changer' },
  { name: 'tape', detail: 'the tape drive' },
  { name: 'data', detail: 'the data service: backup and recovery' },
  { name: 'mover', detail: 'between the data connection and the tape' },
  { name: 'notify', detail: 'state changes posted by the server' },
  { name: 'log', detail: 'log messages posted by the server' },
  { name: 'fh', detail: 'file history' },
  { name: 'extension', detail: 'extension classes' },
];

/** Nanoseconds from a request to its reply; only replies have it. */
export const latencyNanos: NumberColumn = (index, row) => nanosToReply(index, row) ?? NaN;

export const rowFields: readonly RowField[] = [
  { name: 'n', type: 'number', sample: '7', doc: 'Message number, from 1', columns: [(_, row) => row + 1] },
  {
    name: 'frame',
    type: 'number',
    sample: '7',
    doc: 'Number of the packet in which the message ends, from 1',
    columns: [(index, row) => index.frame(row)],
  },
  {
    name: 'time',
    type: 'time',
    sample: '"2026-11-21 06:44:06.457"',
    doc: 'When the message was captured, UTC or seconds since 1970',
  },
  {
    name: 'relative',
    type: 'duration',
    sample: '5s',
    doc: "Time since the capture's first message",
    nanos: (index, row) => nanosBetween(index, 0, row),
  },
  {
    name: 'delta',
    type: 'duration',
    sample: '100ms',
    doc: 'Time since the message before it, of any connection',
    nanos: (index, row) => (row === 0 ? NaN : nanosBetween(index, row - 1, row)),
  },
  {
    name: 'connection',
    type: 'number',
    sample: '1',
    doc: 'Number of the connection, from 1',
    columns: [(index, row) => index.connection(row) + 1],
  },
  {
    name: 'src',
    type: 'address',
    sample: '10.0.0.1',
    doc: 'Sender: address, address:port or network',
    ends: (c, s) => [sender(c, s)],
  },
  {
    name: 'dst',
    type: 'address',
    sample: '10.0.0.1',
    doc: 'Receiver: address, address:port or network',
    ends: (c, s) => [receiver(c, s)],
  },
  { name: 'addr', type: 'address', sample: '10.0.0.1', doc: 'Sender or receiver', ends: (c) => [c.client, c.server] },
  {
    name: 'client',
    type: 'address',
    sample: '10.0.0.1',
    doc: 'The end of the connection that is the DMA',
    ends: (c) => [c.client],
  },
  {
    name: 'server',
    type: 'address',
    sample: '10.0.0.1',
    doc: 'The end of the connection that is the server',
    ends: (c) => [c.server],
  },
  {
    name: 'port',
    type: 'number',
    sample: '10000',
    doc: 'Port of sender or receiver',
    columns: [sourcePort, destinationPort],
  },
  {
    name: 'direction',
    type: 'choice',
    sample: 'dma>server',
    doc: 'Which way the message goes',
    choices: directions,
    value: (index, row) => (index.fromServer(row) ? 'server>dma' : 'dma>server'),
  },
  {
    name: 'version',
    type: 'number',
    sample: '4',
    doc: 'NDMP version of the connection at this message',
    columns: [(index, row) => index.version(row)],
  },
  {
    name: 'kind',
    type: 'choice',
    sample: 'reply',
    doc: 'request, reply or post',
    choices: kinds,
    value: (index, row) => index.kind(row),
  },
  {
    name: 'message',
    type: 'number',
    sample: 'MOVER_LISTEN',
    doc: 'Name of the message, with or without NDMP_',
    columns: [(index, row) => index.code(row)],
    names: messageNames,
  },
  {
    name: 'code',
    type: 'number',
    sample: '0xa01',
    doc: 'Code of the message',
    columns: [(index, row) => index.code(row)],
    names: messageNames,
  },
  {
    name: 'interface',
    type: 'choice',
    sample: 'mover',
    doc: 'Interface the message belongs to',
    choices: interfaces,
    value: (index, row) => interfaceOf(index.code(row)),
  },
  {
    name: 'sequence',
    type: 'number',
    sample: '7',
    doc: "Sender's own number of the message",
    columns: [(index, row) => index.sequence(row)],
  },
  {
    name: 'replySequence',
    type: 'number',
    sample: '7',
    doc: 'Sequence of the request that a reply answers; 0 otherwise',
    columns: [(index, row) => index.replySequence(row)],
  },
  {
    name: 'headerError',
    type: 'number',
    sample: 'NOT_SUPPORTED',
    doc: 'Error in the header: the request could not be taken',
    columns: [(index, row) => index.headerError(row)],
    names: errorNames,
  },
  {
    name: 'error',
    type: 'number',
    sample: 'DEVICE_BUSY',
    doc: 'Error in the body; only bodies that have one',
    columns: [errorOf],
    names: errorNames,
  },
  {
    name: 'failed',
    type: 'flag',
    sample: '',
    doc: 'Header or body holds an error other than NO_ERR',
    value: (index, row) => index.headerError(row) !== 0 || index.bodyError(row) > 0,
  },
  { name: 'latency', type: 'duration', sample: '1s', doc: 'Time from the request to this reply', nanos: latencyNanos },
  {
    name: 'pair',
    type: 'number',
    sample: '7',
    doc: 'Message number of the reply to this request, or of the request of this reply',
    columns: [(index, row) => (index.pair(row) < 0 ? NaN : index.pair(row) + 1)],
  },
  {
    name: 'length',
    type: 'number',
    sample: '1000',
    doc: 'Bytes of header and body',
    columns: [(index, row) => index.length(row)],
  },
];
