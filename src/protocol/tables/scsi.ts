import { bytes, doc, error, i16, str, struct, u16, u32, u8, type OpaqueType } from '../schema';
import { cdbFlags } from './enums';
import { errorOnly, message, nothing, v2v3, v2v3v4 } from './message';

/** A SCSI command to a changer or a tape drive; the same for both interfaces. */
export const executeCdb = {
  request: struct({
    flags: cdbFlags,
    timeout: doc(u32, 'Milliseconds; 0 waits for ever.'),
    datain_len: doc(u32, 'How many bytes the device may send.'),
    cdb: { kind: 'opaque', shape: 'cdb', doc: 'Command descriptor block.' } satisfies OpaqueType,
    dataout: bytes,
  }),
  reply: struct({
    error,
    status: doc(u8, 'SCSI status: 0 GOOD, 2 CHECK CONDITION, 8 BUSY, 0x18 RESERVATION CONFLICT.'),
    dataout_len: doc(u32, 'How many bytes the device took.'),
    datain: bytes,
    ext_sense: doc(bytes, 'Sense data after CHECK CONDITION.'),
  }),
} as const;

/** SCSI interface (NDMPv4 draft, section 3.3). */
export const scsiMessages = [
  message({
    code: 0x200,
    name: 'NDMP_SCSI_OPEN',
    interface: 'scsi',
    doc: 'Opens a SCSI device, as a rule a medium changer; only one device may be open on a connection.',
    bodies: v2v3v4({ request: struct({ device: str }), reply: errorOnly }),
  }),
  message({
    code: 0x201,
    name: 'NDMP_SCSI_CLOSE',
    interface: 'scsi',
    doc: 'Closes the SCSI device.',
    bodies: v2v3v4({ request: nothing, reply: errorOnly }),
  }),
  message({
    code: 0x202,
    name: 'NDMP_SCSI_GET_STATE',
    interface: 'scsi',
    doc: 'Asks for controller, id and logical unit of the open device.',
    bodies: v2v3v4({
      request: nothing,
      reply: struct({ error, target_controller: i16, target_id: i16, target_lun: i16 }),
    }),
  }),
  message({
    code: 0x203,
    name: 'NDMP_SCSI_SET_TARGET',
    interface: 'scsi',
    doc: 'Chooses the target of a SCSI bus (v2, v3; obsolete in v4).',
    bodies: v2v3({
      request: struct({ device: str, target_controller: u16, target_id: u16, target_lun: u16 }),
      reply: errorOnly,
    }),
  }),
  message({
    code: 0x204,
    name: 'NDMP_SCSI_RESET_DEVICE',
    interface: 'scsi',
    doc: 'Resets the open SCSI device.',
    bodies: v2v3v4({ request: nothing, reply: errorOnly }),
  }),
  message({
    code: 0x205,
    name: 'NDMP_SCSI_RESET_BUS',
    interface: 'scsi',
    doc: 'Resets the SCSI bus of the open device (v2, v3; obsolete in v4).',
    bodies: v2v3({ request: nothing, reply: errorOnly }),
  }),
  message({
    code: 0x206,
    name: 'NDMP_SCSI_EXECUTE_CDB',
    interface: 'scsi',
    doc: 'Sends a SCSI command to the open device; NO_ERR says only that it was carried there, status how it went.',
    bodies: v2v3v4(executeCdb),
  }),
] as const;
