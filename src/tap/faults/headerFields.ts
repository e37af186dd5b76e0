import type { XdrType } from '../../protocol';

const word: XdrType = { kind: 'u32' };

/** Fields of a message's header by path, and where their words stand in it (NDMPv4 draft, section 2.2.1). */
export const headerFields: ReadonlyMap<string, { offset: number; type: XdrType }> = new Map([
  ['header.sequence', { offset: 0, type: word }],
  ['header.time_stamp', { offset: 4, type: word }],
  ['header.message_type', { offset: 8, type: word }],
  ['header.message', { offset: 12, type: word }],
  ['header.reply_sequence', { offset: 16, type: word }],
  ['header.error', { offset: 20, type: { kind: 'error' } }],
]);
