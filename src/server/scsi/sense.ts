import type { ScsiResult } from './target';

/** Sense keys (SPC-4, table 50). */
export const SenseKey = {
  NO_SENSE: 0,
  RECOVERED_ERROR: 1,
  NOT_READY: 2,
  MEDIUM_ERROR: 3,
  HARDWARE_ERROR: 4,
  ILLEGAL_REQUEST: 5,
  UNIT_ATTENTION: 6,
  DATA_PROTECT: 7,
  BLANK_CHECK: 8,
  VOLUME_OVERFLOW: 13,
} as const;

const { NO_SENSE, NOT_READY, MEDIUM_ERROR, HARDWARE_ERROR, ILLEGAL_REQUEST, UNIT_ATTENTION } = SenseKey;
const { DATA_PROTECT, BLANK_CHECK, VOLUME_OVERFLOW } = SenseKey;

/** Sense key, additional sense code and qualifier of what devices report (SPC-4, table 51 and annex D). */
export const SENSE = {
  NO_ADDITIONAL_SENSE: [NO_SENSE, 0x00, 0x00],
  FILEMARK_DETECTED: [NO_SENSE, 0x00, 0x01],
  END_OF_MEDIUM: [NO_SENSE, 0x00, 0x02],
  BEGINNING_OF_MEDIUM: [NO_SENSE, 0x00, 0x04],
  /** A record of another length than asked for (with the ILI bit). */
  INCORRECT_LENGTH: [NO_SENSE, 0x00, 0x00],
  END_OF_DATA: [BLANK_CHECK, 0x00, 0x05],
  VOLUME_IS_FULL: [VOLUME_OVERFLOW, 0x00, 0x02],

  INITIALIZING_COMMAND_REQUIRED: [NOT_READY, 0x04, 0x02],
  MANUAL_INTERVENTION_REQUIRED: [NOT_READY, 0x04, 0x03],
  CLEANING_CARTRIDGE_INSTALLED: [NOT_READY, 0x30, 0x03],
  MEDIUM_NOT_PRESENT: [NOT_READY, 0x3a, 0x00],

  WRITE_ERROR: [MEDIUM_ERROR, 0x0c, 0x00],
  UNRECOVERED_READ_ERROR: [MEDIUM_ERROR, 0x11, 0x00],
  CANNOT_READ_MEDIUM: [MEDIUM_ERROR, 0x30, 0x02],
  MEDIUM_LOAD_FAILED: [MEDIUM_ERROR, 0x53, 0x00],

  INTERNAL_TARGET_FAILURE: [HARDWARE_ERROR, 0x44, 0x00],
  LOAD_OR_EJECT_FAILED: [HARDWARE_ERROR, 0x53, 0x00],

  PARAMETER_LIST_LENGTH_ERROR: [ILLEGAL_REQUEST, 0x1a, 0x00],
  INVALID_OPERATION_CODE: [ILLEGAL_REQUEST, 0x20, 0x00],
  INVALID_ELEMENT_ADDRESS: [ILLEGAL_REQUEST, 0x21, 0x01],
  INVALID_FIELD_IN_CDB: [ILLEGAL_REQUEST, 0x24, 0x00],
  INVALID_FIELD_IN_PARAMETERS: [ILLEGAL_REQUEST, 0x26, 0x00],
  SAVING_PARAMETERS_NOT_SUPPORTED: [ILLEGAL_REQUEST, 0x39, 0x00],
  DESTINATION_FULL: [ILLEGAL_REQUEST, 0x3b, 0x0d],
  SOURCE_EMPTY: [ILLEGAL_REQUEST, 0x3b, 0x0e],
  MEDIUM_REMOVAL_PREVENTED: [ILLEGAL_REQUEST, 0x53, 0x02],

  MEDIUM_MAY_HAVE_CHANGED: [UNIT_ATTENTION, 0x28, 0x00],
  IMPORT_EXPORT_ACCESSED: [UNIT_ATTENTION, 0x28, 0x01],
  POWER_ON_OR_RESET: [UNIT_ATTENTION, 0x29, 0x00],
  MODE_PARAMETERS_CHANGED: [UNIT_ATTENTION, 0x2a, 0x01],

  WRITE_PROTECTED: [DATA_PROTECT, 0x27, 0x00],
} as const satisfies Record<string, readonly [key: number, asc: number, ascq: number]>;

export type SenseName = keyof typeof SENSE;

/** What sense data says beside its code. */
export interface SenseDetail {
  /** Information field: for tapes the count that was not done, signed 32 bits; sets VALID. */
  information?: number;
  /** A file mark was met. */
  filemark?: boolean;
  /** End of medium: early warning, or the beginning when going backwards. */
  endOfMedium?: boolean;
  /** The record was longer or shorter than asked for. */
  incorrectLength?: boolean;
  /** The byte that is wrong (sense-key specific field of ILLEGAL REQUEST), and its highest wrong bit. */
  field?: { byte: number; bit?: number; in: 'cdb' | 'parameters' };
}

const FIXED_LENGTH = 18;

/** Sense data in fixed format, 18 bytes (SPC-4, section 4.5.3). */
export function fixedSense(name: SenseName, detail: SenseDetail = {}): Uint8Array {
  const sense = new Uint8Array(FIXED_LENGTH);
  const [key, asc, ascq] = SENSE[name];
  sense[0] = detail.information === undefined ? 0x70 : 0xf0;
  sense[2] = key | tapeBits(detail);
  new DataView(sense.buffer).setInt32(3, detail.information ?? 0);
  sense[7] = FIXED_LENGTH - 8;
  sense[12] = asc;
  sense[13] = ascq;
  sense.set(fieldPointer(detail), 15);
  return sense;
}

/**
 * The same in descriptor format, as REQUEST SENSE gives it when its DESC bit is set (SPC-4, section 4.5.2).
 * @param fixed sense data in fixed format
 */
export function descriptorSense(fixed: Uint8Array): Uint8Array {
  const descriptors: number[] = [];
  if ((fixed[0] & 0x80) !== 0) descriptors.push(0x00, 0x0a, 0x80, 0, 0, 0, 0, 0, ...fixed.subarray(3, 7));
  if ((fixed[15] & 0x80) !== 0) descriptors.push(0x02, 0x06, 0, 0, ...fixed.subarray(15, 18), 0);
  if ((fixed[2] & 0xe0) !== 0) descriptors.push(0x04, 0x02, 0, fixed[2] & 0xe0);
  return Uint8Array.of(0x72, fixed[2] & 0x0f, fixed[12], fixed[13], 0, 0, 0, descriptors.length, ...descriptors);
}

/** A command went well. */
export function good(dataIn: Uint8Array = new Uint8Array(), dataOutLength = 0): ScsiResult {
  return { status: 0, dataIn, dataOutLength, sense: new Uint8Array() };
}

/** CHECK CONDITION with its sense data; `dataIn` where a command brings data all the same (a read that met a short record). */
export function checkCondition(name: SenseName, detail: SenseDetail = {}, dataIn = new Uint8Array()): ScsiResult {
  return { status: 2, dataIn, dataOutLength: 0, sense: fixedSense(name, detail) };
}

/** Another initiator has the device reserved. */
export const RESERVATION_CONFLICT: ScsiResult = {
  status: 0x18,
  dataIn: new Uint8Array(),
  dataOutLength: 0,
  sense: new Uint8Array(),
};

/** Thrown while a command is carried out: becomes CHECK CONDITION. */
export class CheckCondition extends Error {
  constructor(
    readonly condition: SenseName,
    readonly detail: SenseDetail = {},
  ) {
    super(condition);
    this.name = 'CheckCondition';
  }
}

/** Ends a command with CHECK CONDITION. */
export function refuseCommand(name: SenseName, detail?: SenseDetail): never {
  throw new CheckCondition(name, detail);
}

/** Ends a command because a field of its block is not as it must be; `bit` is the field's highest bit. */
export function refuseField(byte: number, bit?: number): never {
  throw new CheckCondition('INVALID_FIELD_IN_CDB', { field: { byte, bit, in: 'cdb' } });
}

function tapeBits({ filemark, endOfMedium, incorrectLength }: SenseDetail): number {
  return (filemark ? 0x80 : 0) | (endOfMedium ? 0x40 : 0) | (incorrectLength ? 0x20 : 0);
}

function fieldPointer({ field }: SenseDetail): number[] {
  if (field === undefined) return [0, 0, 0];
  const bit = field.bit === undefined ? 0 : 0x08 | field.bit;
  return [0x80 | (field.in === 'cdb' ? 0x40 : 0) | bit, field.byte >> 8, field.byte & 0xff];
}
