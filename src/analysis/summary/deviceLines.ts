import { describeCdb, describeSense, scsiStatusText } from '../../protocol';
import { counted, joined, type FieldReader } from './fields';

const executeCdb = {
  request: (fields: FieldReader) => describeCdb(fields.bytes('cdb') ?? new Uint8Array(0)) ?? 'empty command',
  reply: cdbResult,
};

function cdbResult(fields: FieldReader): string {
  const status = fields.number('status');
  if (status === undefined) return '';
  const datain = fields.bytes('datain')?.length ?? 0;
  const out = fields.number('dataout_len') ?? 0;
  return joined(
    ', ',
    scsiStatusText(status),
    describeSense(fields.bytes('ext_sense') ?? new Uint8Array(0)),
    datain > 0 && `${counted(datain, 'byte')} in`,
    out > 0 && `${counted(out, 'byte')} out`,
  );
}

const operations: Readonly<Record<string, (count: number) => string>> = {
  FSF: (count) => `forward ${counted(count, 'file mark')}`,
  BSF: (count) => `back ${counted(count, 'file mark')}`,
  FSR: (count) => `forward ${counted(count, 'record')}`,
  BSR: (count) => `back ${counted(count, 'record')}`,
  REW: () => 'rewind',
  EOF: (count) => `write ${counted(count, 'file mark')}`,
  OFF: () => 'unload',
  TUR: () => 'test unit ready',
};

function tapeOperation(fields: FieldReader): string {
  const operation = fields.text('tape_op');
  const count = fields.number('count');
  return count === undefined ? operation : (operations[operation]?.(count) ?? `${operation}, count ${count}`);
}

function tapeState(fields: FieldReader): string {
  const flags = fields.number('flags') ?? 0;
  return joined(
    ', ',
    fields.fill('file {file_num}'),
    fields.fill('block {blockno}'),
    (flags & 0x10) !== 0 && 'write-protected',
    (flags & 0x20) !== 0 && 'error condition',
  );
}

function size(fields: FieldReader, name: string): string {
  const bytes = fields.bytes(name);
  return bytes ? counted(bytes.length, 'byte') : '';
}

export const scsiLines = {
  NDMP_SCSI_OPEN: { request: '{device}' },
  NDMP_SCSI_CLOSE: {},
  NDMP_SCSI_GET_STATE: { reply: 'controller {target_controller}, id {target_id}, lun {target_lun}' },
  NDMP_SCSI_SET_TARGET: { request: '{device}, controller {target_controller}, id {target_id}, lun {target_lun}' },
  NDMP_SCSI_RESET_DEVICE: {},
  NDMP_SCSI_RESET_BUS: {},
  NDMP_SCSI_EXECUTE_CDB: executeCdb,
};

export const tapeLines = {
  NDMP_TAPE_OPEN: { request: '{device}, {mode}' },
  NDMP_TAPE_CLOSE: {},
  NDMP_TAPE_GET_STATE: { reply: tapeState },
  NDMP_TAPE_MTIO: {
    request: tapeOperation,
    reply: (fields: FieldReader) => (fields.number('resid_count') ? `${fields.text('resid_count')} not done` : ''),
  },
  NDMP_TAPE_WRITE: { request: (fields: FieldReader) => size(fields, 'data_out'), reply: '{count} bytes written' },
  NDMP_TAPE_READ: { request: 'up to {count} bytes', reply: (fields: FieldReader) => size(fields, 'data_in') },
  NDMP_TAPE_SET_RECORD_SIZE: { request: '{len} bytes' },
  NDMP_TAPE_EXECUTE_CDB: executeCdb,
};
