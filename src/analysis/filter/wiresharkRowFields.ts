import { messageNames, errorNames, typeNames } from './names';
import { nanosBetween } from '../../session/messageTimes';
import {
  destinationPort,
  errorOf,
  latencyNanos,
  receiver,
  sender,
  sourcePort,
  type NumberColumn,
  type RowField,
} from './rowFields';

const typeWord: NumberColumn = (index, row) => (index.kind(row) === 'reply' ? 1 : 0);

/** Wireshark's names for what the index holds. */
export const wiresharkRowFields: readonly RowField[] = [
  {
    name: 'frame.number',
    type: 'number',
    sample: '7',
    doc: 'Packet number',
    columns: [(index, row) => index.frame(row)],
  },
  { name: 'frame.time', type: 'time', sample: '"2026-11-21 06:44:06"', doc: 'When the message was captured' },
  { name: 'frame.time_epoch', type: 'time', sample: '1795239246.457', doc: 'Seconds since 1970' },
  {
    name: 'frame.time_relative',
    type: 'duration',
    sample: '5s',
    doc: "Time since the capture's first message",
    nanos: (index, row) => nanosBetween(index, 0, row),
  },
  ...(['ip', 'ipv6'] as const).flatMap((protocol): RowField[] => {
    const family = protocol === 'ip' ? 4 : 6;
    const sample = family === 4 ? '10.0.0.1' : 'fe80::1';
    return [
      { name: `${protocol}.src`, type: 'address', sample, doc: 'Sender', ends: (c, s) => [sender(c, s)], family },
      { name: `${protocol}.dst`, type: 'address', sample, doc: 'Receiver', ends: (c, s) => [receiver(c, s)], family },
      {
        name: `${protocol}.addr`,
        type: 'address',
        sample,
        doc: 'Sender or receiver',
        ends: (c) => [c.client, c.server],
        family,
      },
    ];
  }),
  {
    name: 'tcp.port',
    type: 'number',
    sample: '10000',
    doc: 'Port of sender or receiver',
    columns: [sourcePort, destinationPort],
  },
  { name: 'tcp.srcport', type: 'number', sample: '10000', doc: "Sender's port", columns: [sourcePort] },
  { name: 'tcp.dstport', type: 'number', sample: '10000', doc: "Receiver's port", columns: [destinationPort] },
  {
    name: 'tcp.stream',
    type: 'number',
    sample: '0',
    doc: 'Number of the NDMP connection, from 0 (Wireshark counts all TCP connections)',
    columns: [(index, row) => index.connection(row)],
  },
  { name: 'ndmp', type: 'flag', sample: '', doc: 'Every message', value: () => true },
  { name: 'ndmp.header', type: 'flag', sample: '', doc: 'Every message', value: () => true },
  {
    name: 'ndmp.sequence',
    type: 'number',
    sample: '7',
    doc: 'Sequence',
    columns: [(index, row) => index.sequence(row)],
  },
  {
    name: 'ndmp.reply_sequence',
    type: 'number',
    sample: '7',
    doc: 'Reply sequence',
    columns: [(index, row) => index.replySequence(row)],
  },
  {
    name: 'ndmp.msg_type',
    type: 'number',
    sample: '1',
    doc: '0 request or post, 1 reply',
    columns: [typeWord],
    names: typeNames,
  },
  {
    name: 'ndmp.msg',
    type: 'number',
    sample: '0xa01',
    doc: 'Message',
    columns: [(index, row) => index.code(row)],
    names: messageNames,
  },
  {
    name: 'ndmp.error',
    type: 'number',
    sample: '2',
    doc: 'Error in the header or in the body',
    columns: [(index, row) => index.headerError(row), errorOf],
    names: errorNames,
  },
  {
    name: 'ndmp.version',
    type: 'number',
    sample: '4',
    doc: 'Version of the connection',
    columns: [(index, row) => index.version(row)],
  },
  {
    name: 'ndmp.time',
    type: 'duration',
    sample: '1s',
    doc: 'Time from the request to this reply',
    nanos: latencyNanos,
  },
  {
    name: 'ndmp.request_frame',
    type: 'number',
    sample: '7',
    doc: 'Packet of the request of this reply',
    columns: [pairFrame('reply')],
  },
  {
    name: 'ndmp.response_frame',
    type: 'number',
    sample: '7',
    doc: 'Packet of the reply to this request',
    columns: [pairFrame('request')],
  },
  {
    name: 'ndmp.lastfrag',
    type: 'flag',
    sample: '',
    doc: 'Every message is shown with its last fragment',
    value: () => true,
  },
  {
    name: 'ndmp.fragments',
    type: 'flag',
    sample: '',
    doc: 'The record has several fragments',
    value: (index, row) => index.fragments(row) > 1,
  },
  {
    name: 'ndmp.fragment.count',
    type: 'number',
    sample: '2',
    doc: 'Fragments of a record that has several',
    columns: [(index, row) => (index.fragments(row) > 1 ? index.fragments(row) : NaN)],
  },
  {
    name: 'ndmp.reassembled.length',
    type: 'number',
    sample: '4096',
    doc: 'Bytes of a record that has several fragments',
    columns: [(index, row) => (index.fragments(row) > 1 ? index.length(row) : NaN)],
  },
  {
    name: 'ndmp.msg.unknown',
    type: 'flag',
    sample: '',
    doc: 'Messages that no table describes',
    value: (index, row) => messageNames.nameOf(index.code(row), index.version(row)).includes('_0x'),
  },
];

function pairFrame(kind: 'request' | 'reply'): NumberColumn {
  return (index, row) => (index.kind(row) === kind && index.pair(row) >= 0 ? index.frame(index.pair(row)) : NaN);
}
