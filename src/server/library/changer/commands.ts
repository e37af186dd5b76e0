import { inquiry, VIRTUAL_CHANGER } from '../../scsi/identity';
import { good } from '../../scsi/sense';
import { exchange, move, position, reportLuns, requestSense, scan, scanRange, selfTest } from './actions';
import { readElementStatus } from './elementStatus';
import { logSense } from './logPages';
import { modeSelect, modeSense } from './modePages';
import type { ChangerCommand } from './model';
import { reportSupportedCommands } from './supportedCommands';

const ALL = 0xff;
const ADDRESS = [ALL, ALL] as const;
/** Vendor-specific bits of the control byte are left alone. */
const CONTROL = 0xc0;

/** What the changer answers (SMC-3 and SPC-4); any other operation code is invalid. */
export const CHANGER_COMMANDS: readonly ChangerCommand[] = [
  { code: 0x00, name: 'TEST UNIT READY', usage: [0x00, 0, 0, 0, 0, CONTROL], run: () => good() },
  {
    code: 0x03,
    name: 'REQUEST SENSE',
    usage: [0x03, 0x01, 0, 0, ALL, CONTROL],
    whileDoorOpen: true,
    despiteReservation: true,
    run: requestSense,
  },
  {
    code: 0x07,
    name: 'INITIALIZE ELEMENT STATUS',
    usage: [0x07, 0, 0, 0, 0, CONTROL],
    run: scan,
  },
  {
    code: 0x12,
    name: 'INQUIRY',
    usage: [0x12, 0x01, ALL, ALL, ALL, CONTROL],
    whileDoorOpen: true,
    despiteReservation: true,
    run: ({ cdb, parts }) => inquiry({ ...VIRTUAL_CHANGER, serial: parts.serial }, cdb.bytes),
  },
  {
    code: 0x15,
    name: 'MODE SELECT(6)',
    usage: [0x15, 0x11, 0, 0, ALL, CONTROL],
    run: ({ cdb, dataOut, parts }) => modeSelect(parts.layout, cdb, dataOut),
  },
  {
    code: 0x16,
    name: 'RESERVE(6)',
    usage: [0x16, 0, 0, 0, 0, CONTROL],
    whileDoorOpen: true,
    run: ({ parts, initiator }) => parts.locks.reserve(initiator),
  },
  {
    code: 0x17,
    name: 'RELEASE(6)',
    usage: [0x17, 0, 0, 0, 0, CONTROL],
    whileDoorOpen: true,
    despiteReservation: true,
    run: ({ parts, initiator }) => parts.locks.release(initiator),
  },
  {
    code: 0x1a,
    name: 'MODE SENSE(6)',
    usage: [0x1a, 0x08, ALL, ALL, ALL, CONTROL],
    whileDoorOpen: true,
    run: ({ cdb, parts }) => modeSense(parts.layout, cdb),
  },
  { code: 0x1d, name: 'SEND DIAGNOSTIC', usage: [0x1d, 0x04, 0, 0, 0, CONTROL], run: selfTest },
  {
    code: 0x1e,
    name: 'PREVENT ALLOW MEDIUM REMOVAL',
    usage: [0x1e, 0, 0, 0, 0x01, CONTROL],
    whileDoorOpen: true,
    run: ({ cdb, parts, initiator }) => parts.locks.prevent(initiator, cdb.bit(4, 0x01)),
  },
  {
    code: 0x2b,
    name: 'POSITION TO ELEMENT',
    usage: [0x2b, 0, ...ADDRESS, ...ADDRESS, 0, 0, 0, CONTROL],
    run: position,
  },
  {
    code: 0x37,
    name: 'INITIALIZE ELEMENT STATUS WITH RANGE',
    usage: [0x37, 0x03, ...ADDRESS, 0, 0, ...ADDRESS, 0, CONTROL],
    run: scanRange,
  },
  {
    code: 0x4d,
    name: 'LOG SENSE',
    usage: [0x4d, 0, ALL, ALL, 0, ALL, ALL, ALL, ALL, CONTROL],
    whileDoorOpen: true,
    run: ({ cdb, parts }) => logSense(cdb, () => parts.takeAlerts()),
  },
  {
    code: 0x55,
    name: 'MODE SELECT(10)',
    usage: [0x55, 0x11, 0, 0, 0, 0, 0, ALL, ALL, CONTROL],
    run: ({ cdb, dataOut, parts }) => modeSelect(parts.layout, cdb, dataOut),
  },
  {
    code: 0x5a,
    name: 'MODE SENSE(10)',
    usage: [0x5a, 0x18, ALL, ALL, 0, 0, 0, ALL, ALL, CONTROL],
    whileDoorOpen: true,
    run: ({ cdb, parts }) => modeSense(parts.layout, cdb),
  },
  {
    code: 0xa0,
    name: 'REPORT LUNS',
    usage: [0xa0, 0, ALL, 0, 0, 0, ALL, ALL, ALL, ALL, 0, CONTROL],
    whileDoorOpen: true,
    despiteReservation: true,
    run: reportLuns,
  },
  {
    code: 0xa3,
    name: 'REPORT SUPPORTED OPERATION CODES',
    usage: [0xa3, 0x1f, 0x07, ALL, ALL, ALL, ALL, ALL, ALL, ALL, 0, CONTROL],
    whileDoorOpen: true,
    run: ({ cdb }) => reportSupportedCommands(CHANGER_COMMANDS, cdb),
  },
  {
    code: 0xa5,
    name: 'MOVE MEDIUM',
    usage: [0xa5, 0, ...ADDRESS, ...ADDRESS, ...ADDRESS, 0, 0, 0, CONTROL],
    run: move,
  },
  {
    code: 0xa6,
    name: 'EXCHANGE MEDIUM',
    usage: [0xa6, 0, ...ADDRESS, ...ADDRESS, ...ADDRESS, ...ADDRESS, 0, CONTROL],
    run: exchange,
  },
  {
    code: 0xb8,
    name: 'READ ELEMENT STATUS',
    usage: [0xb8, 0x1f, ...ADDRESS, ALL, ALL, 0x03, ALL, ALL, ALL, 0, CONTROL],
    whileDoorOpen: true,
    run: ({ cdb, parts }) => readElementStatus(parts.elements(), cdb),
  },
];
