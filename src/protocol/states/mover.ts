import type { MoverStateName, RequestRule, StateEvent } from './model';

const MOVER_HALTED = 0x503;
const MOVER_PAUSED = 0x504;
const ALL = ['IDLE', 'LISTEN', 'ACTIVE', 'PAUSED', 'HALTED'] as const;
const EVERY = [2, 3, 4] as const;
const OLD_WINDOW = ['IDLE', 'LISTEN', 'PAUSED'] as const;

/** Requests to the mover and the states that allow them; anything else is answered ILLEGAL_STATE. */
export const moverRequests: readonly RequestRule<MoverStateName>[] = [
  { machine: 'mover', code: 0xa00, versions: EVERY, legal: ALL },
  { machine: 'mover', code: 0xa01, versions: EVERY, legal: ['IDLE'], leadsTo: 'LISTEN' },
  { machine: 'mover', code: 0xa02, versions: EVERY, legal: ['PAUSED'], leadsTo: 'ACTIVE' },
  {
    machine: 'mover',
    code: 0xa03,
    versions: EVERY,
    legal: ['LISTEN', 'ACTIVE', 'PAUSED'],
    accepted: [
      { states: ['HALTED'], why: 'the text of the draft allows it in any state but IDLE, its diagram does not' },
    ],
    leadsTo: 'HALTED',
    post: MOVER_HALTED,
  },
  { machine: 'mover', code: 0xa04, versions: EVERY, legal: ['HALTED'], leadsTo: 'IDLE' },
  {
    machine: 'mover',
    code: 0xa05,
    versions: EVERY,
    legal: ['IDLE', 'PAUSED'],
    // below v4 the window follows MOVER_LISTEN; servers take it before as well
    legalBefore: { 2: OLD_WINDOW, 3: OLD_WINDOW },
    refused: [{ states: ['IDLE'], versions: [2, 3], why: 'v2 and v3 name LISTEN and PAUSED only' }],
  },
  { machine: 'mover', code: 0xa06, versions: EVERY, legal: ['ACTIVE'] },
  {
    machine: 'mover',
    code: 0xa07,
    versions: EVERY,
    legal: ['PAUSED'],
    accepted: [{ states: ['ACTIVE'], why: 'DMAs close a mover that waits for the next MOVER_READ' }],
    leadsTo: 'HALTED',
    post: MOVER_HALTED,
  },
  {
    machine: 'mover',
    code: 0xa08,
    versions: EVERY,
    legal: ['IDLE'],
    accepted: [{ states: ['PAUSED'], why: 'ndmjob servers take it in PAUSED too' }],
  },
  { machine: 'mover', code: 0xa09, versions: [3, 4], legal: ['IDLE'], leadsTo: 'ACTIVE', connects: true },
];

/** What happens to the mover by itself. */
export const moverEvents: readonly StateEvent<MoverStateName>[] = [
  { machine: 'mover', from: ['LISTEN'], to: 'ACTIVE', doc: 'The peer has connected.' },
  {
    machine: 'mover',
    from: ['ACTIVE'],
    to: 'PAUSED',
    post: MOVER_PAUSED,
    reasons: ['EOM', 'EOF', 'SEEK', 'EOW'],
    doc: 'The tape or the window is at its end, a file mark was met, or the wanted position lies outside the window.',
  },
  {
    machine: 'mover',
    from: ['ACTIVE'],
    to: 'PAUSED',
    post: MOVER_PAUSED,
    reasons: ['MEDIA_ERROR'],
    versions: [2, 3],
    doc: 'The tape could not be read or written.',
  },
  {
    machine: 'mover',
    from: ['ACTIVE'],
    to: 'HALTED',
    post: MOVER_HALTED,
    reasons: ['MEDIA_ERROR'],
    versions: [4],
    doc: 'The tape could not be read or written.',
  },
  {
    machine: 'mover',
    from: ['LISTEN', 'ACTIVE', 'PAUSED'],
    to: 'HALTED',
    post: MOVER_HALTED,
    reasons: ['CONNECT_CLOSED', 'CONNECT_ERROR', 'ABORTED', 'INTERNAL_ERROR'],
    doc: 'The data connection was closed or broke, the mover was aborted, or the server could not go on.',
  },
];
