import type { RunReport } from '../../src/dma/run/model';
import type { BodyValue, MessageName } from '../../src/protocol';
import type { Fault } from './faultyProxy';
import type { FaultySite } from './faultySite';

/** A fault, and what people have to be told about it: what, where, why. */
export interface Case {
  what: string;
  faults: (site: FaultySite) => void | Promise<void>;
  says: readonly RegExp[];
  state?: RunReport['state'];
}

const INTERNAL_ERROR = 3;
/** data_state. */
const HALTED = 2;

/** The data server ends, for each of the reasons that there are (NDMPv4 draft, section 3.5.1). */
export const DATA_HALTED: readonly Case[] = [
  {
    what: 'a data server that somebody aborts (ABORTED)',
    faults: ({ toData }) =>
      void toData.faults.push({ message: 'NDMP_DATA_START_BACKUP', action: { inject: 'NDMP_DATA_ABORT' } }),
    says: [/filer ended the backup: its data server says ABORTED/],
  },
  {
    what: 'a data server whose data connection breaks (CONNECT_ERROR)',
    faults: ({ toTapes }) =>
      void toTapes.faults.push({ message: 'NDMP_MOVER_GET_STATE', action: { inject: 'NDMP_MOVER_ABORT' } }),
    says: [/(?:its mover says ABORTED|its data server says CONNECT_ERROR)/],
  },
  {
    what: 'a data server that fails inside (INTERNAL_ERROR)',
    faults: ({ toData }) =>
      void toData.faults.push(...edits(['NDMP_NOTIFY_DATA_HALTED', 'NDMP_DATA_GET_STATE'], failing)),
    says: [/filer ended the backup: its data server says INTERNAL_ERROR/],
  },
];

/** Bytes of the windows that the mover gets in place of endless ones. */
const WINDOW = 20n * 65_536n;
/** mover_pause_reason. */
const PAUSES = { EOF: 2, SEEK: 3, EOW: 5 } as const;

/** The mover pauses at the end of a window that is smaller than asked for, and says this or that of it. */
export const MOVER_PAUSED: readonly Case[] = (['EOW', 'SEEK', 'EOF'] as const).map((reason) => ({
  what: `a mover that pauses with ${reason} again and again`,
  state: 'done',
  faults: ({ toTapes }) =>
    void toTapes.faults.push(
      { message: 'NDMP_MOVER_SET_WINDOW', times: Infinity, action: { edit: (body) => ({ ...body, length: WINDOW }) } },
      ...edits(['NDMP_NOTIFY_MOVER_PAUSED', 'NDMP_MOVER_GET_STATE'], (body) => pausedWith(body, PAUSES[reason])),
    ),
  says: [/Backup of .* is complete/],
}));

function pausedWith(body: BodyValue, reason: number): BodyValue {
  if ('reason' in body) return { ...body, reason };
  return body.pause_reason === PAUSES.EOW ? { ...body, pause_reason: reason } : body;
}

const MB = 1_000_000;

/** Drives, tapes and the changer. */
export const DEVICES: readonly Case[] = [
  {
    what: 'a tape that breaks in the middle of the stream (MEDIA_ERROR)',
    faults: ({ devices }) => void (devices.bytesLeft = MB),
    says: [
      /could not write the tape in its drive: media error\..*Tape "TEST01L8" .*marked as damaged\. The next run takes another/,
    ],
  },
  {
    what: 'a tape that takes nothing at all',
    faults: ({ devices }) => void (devices.bytesLeft = 0),
    says: [/TEST01L8/, /could not be labelled/],
  },
  {
    what: 'a changer that is jammed',
    faults: ({ devices }) => void (devices.jam = 'LOAD_OR_EJECT_FAILED'),
    says: [/changer|mc0/, /TEST01L8/],
  },
  {
    what: 'tapes that are write-protected',
    faults: async (site) => {
      for (const { barcode } of tapesOf(site)) await site.tapes.library?.operator.protect(barcode, true);
    },
    says: [/"TEST01L8" is write-protected/, /Nobody brought another one/],
  },
  {
    what: 'tapes of another application',
    faults: async (site) => {
      for (const { barcode } of tapesOf(site))
        await site.hand.writeForeign(site.tapeServer, barcode, site.tapes.tapes[0]);
    },
    says: [/"TEST01L8".*Amanda.*was not written/, /Nobody brought another one/],
  },
  {
    what: 'drives that somebody else has open',
    faults: (site) => site.occupyDrives(),
    says: [/Drive nst\d of \w+ is in use by somebody else/],
  },
];

function tapesOf({ tapes }: FaultySite): { barcode: string }[] {
  return (tapes.library?.inventory() ?? []).flatMap(({ cartridge }) => cartridge ?? []);
}

/** The connections of a run end where it hurts. */
export const CONNECTIONS: readonly Case[] = [
  ...(['NDMP_DATA_START_BACKUP', 'NDMP_DATA_GET_ENV'] as const).map((message): Case => ({
    what: `the connection to the data server, cut at ${message}`,
    faults: ({ toData }) => void toData.faults.push({ message, action: 'cut' }),
    says: [/filer/, /connection/i],
  })),
  ...(['NDMP_MOVER_SET_RECORD_SIZE', 'NDMP_MOVER_GET_STATE', 'NDMP_TAPE_MTIO'] as const).map((message): Case => ({
    what: `the connection to the tape server, cut at ${message}`,
    faults: ({ toTapes }) => void toTapes.faults.push({ message, action: 'cut' }),
    says: [/filer|tapes/, /connection/i],
  })),
];

/** The same change of a post and of the reply to the question behind it, whenever they come. */
function edits(names: readonly [MessageName, MessageName], edit: (body: BodyValue) => BodyValue): Fault[] {
  const [post, question] = names;
  return [
    { message: post, way: 'post', times: Infinity, action: { edit } },
    { message: question, way: 'reply', times: Infinity, action: { edit } },
  ];
}

/** Halted for an internal error, where it says that it halted. */
function failing(body: BodyValue): BodyValue {
  if ('reason' in body) return { ...body, reason: INTERNAL_ERROR };
  return body.state === HALTED ? { ...body, halt_reason: INTERNAL_ERROR } : body;
}
