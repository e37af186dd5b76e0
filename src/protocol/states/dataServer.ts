import type { DataStateName, RequestRule, StateEvent } from './model';

const DATA_HALTED = 0x501;
const ALL = ['IDLE', 'LISTEN', 'CONNECTED', 'ACTIVE', 'HALTED'] as const;
const start = {
  machine: 'data',
  versions: [2, 3, 4],
  legal: ['CONNECTED'],
  // v2 has no data connection messages: the data server connects to the mover inside the start request
  legalBefore: { 2: ['IDLE'] },
  leadsTo: 'ACTIVE',
  connects: true,
} as const;

/** Requests to the data server and the states that allow them; anything else is answered ILLEGAL_STATE. */
export const dataRequests: readonly RequestRule<DataStateName>[] = [
  { machine: 'data', code: 0x400, versions: [2, 3, 4], legal: ALL },
  { ...start, code: 0x401 },
  { ...start, code: 0x402 },
  { ...start, code: 0x40b },
  {
    machine: 'data',
    code: 0x403,
    versions: [2, 3, 4],
    legal: ['LISTEN', 'CONNECTED', 'ACTIVE'],
    legalBefore: { 2: ['ACTIVE'] },
    accepted: [
      { states: ['HALTED'], why: 'the text of the draft allows it in any state but IDLE, its diagram does not' },
    ],
    refused: [{ states: ['LISTEN', 'CONNECTED'], why: 'ndmjob servers abort an ACTIVE data server only' }],
    leadsTo: 'HALTED',
    post: DATA_HALTED,
  },
  {
    machine: 'data',
    code: 0x404,
    versions: [2, 3, 4],
    legal: ['ACTIVE', 'HALTED'],
    refused: [{ states: ['ACTIVE', 'HALTED'], why: 'many servers give the environment after a backup only' }],
  },
  { machine: 'data', code: 0x407, versions: [2, 3, 4], legal: ['HALTED'], leadsTo: 'IDLE' },
  {
    machine: 'data',
    code: 0x409,
    versions: [3, 4],
    legal: ['IDLE'],
    refused: [{ states: ['IDLE'], why: 'servers also refuse it for the state of the mover on the same connection' }],
    leadsTo: 'LISTEN',
  },
  {
    machine: 'data',
    code: 0x40a,
    versions: [3, 4],
    legal: ['IDLE'],
    refused: [{ states: ['IDLE'], why: 'servers also refuse it for the state of the mover on the same connection' }],
    leadsTo: 'CONNECTED',
    connects: true,
  },
];

/** What happens to the data server by itself. */
export const dataEvents: readonly StateEvent<DataStateName>[] = [
  { machine: 'data', from: ['LISTEN'], to: 'CONNECTED', doc: 'The peer has connected.' },
  {
    machine: 'data',
    from: ['LISTEN', 'CONNECTED', 'ACTIVE'],
    to: 'HALTED',
    post: DATA_HALTED,
    reasons: ['ABORTED', 'INTERNAL_ERROR', 'CONNECT_ERROR'],
    doc: 'The operation was aborted, or it failed.',
  },
  {
    machine: 'data',
    from: ['ACTIVE'],
    to: 'HALTED',
    post: DATA_HALTED,
    reasons: ['SUCCESSFUL'],
    doc: 'The operation is complete.',
  },
];
