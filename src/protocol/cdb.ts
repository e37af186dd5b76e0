/** SCSI commands that meet an NDMP server, and where their element addresses stand. */
interface Command {
  readonly name: string;
  /** Elements moved: offsets of big-endian 16-bit addresses within the block. */
  readonly elements?: readonly number[];
  readonly detail?: (cdb: Uint8Array) => string;
}

const elementTypes = ['all elements', 'transport', 'storage', 'import/export', 'drives'];

const commands: ReadonlyMap<number, Command> = new Map<number, Command>([
  [0x00, { name: 'TEST UNIT READY' }],
  [0x01, { name: 'REWIND' }],
  [0x03, { name: 'REQUEST SENSE' }],
  [0x05, { name: 'READ BLOCK LIMITS' }],
  [0x07, { name: 'INITIALIZE ELEMENT STATUS' }],
  [0x08, { name: 'READ(6)' }],
  [0x0a, { name: 'WRITE(6)' }],
  [0x10, { name: 'WRITE FILEMARKS' }],
  [0x11, { name: 'SPACE' }],
  [0x12, { name: 'INQUIRY', detail: (cdb) => ((cdb[1] & 1) === 1 ? `page 0x${cdb[2].toString(16)}` : '') }],
  [0x15, { name: 'MODE SELECT(6)' }],
  [0x1a, { name: 'MODE SENSE(6)', detail: (cdb) => `page 0x${(cdb[2] & 0x3f).toString(16)}` }],
  [0x1b, { name: 'LOAD UNLOAD' }],
  [0x1e, { name: 'PREVENT ALLOW MEDIUM REMOVAL', detail: (cdb) => ((cdb[4] & 1) === 1 ? 'prevent' : 'allow') }],
  [0x2b, { name: 'POSITION TO ELEMENT or LOCATE' }],
  [0x34, { name: 'READ POSITION' }],
  [0x37, { name: 'INITIALIZE ELEMENT STATUS WITH RANGE' }],
  [0x4d, { name: 'LOG SENSE', detail: (cdb) => `page 0x${(cdb[2] & 0x3f).toString(16)}` }],
  [0xa5, { name: 'MOVE MEDIUM', elements: [4, 6] }],
  [0xa6, { name: 'EXCHANGE MEDIUM', elements: [4, 6, 8] }],
  [0xb8, { name: 'READ ELEMENT STATUS', detail: elementStatusDetail }],
]);

const statuses: ReadonlyMap<number, string> = new Map([
  [0x00, 'GOOD'],
  [0x02, 'CHECK CONDITION'],
  [0x08, 'BUSY'],
  [0x18, 'RESERVATION CONFLICT'],
]);

const senseKeys = [
  'NO SENSE',
  'RECOVERED ERROR',
  'NOT READY',
  'MEDIUM ERROR',
  'HARDWARE ERROR',
  'ILLEGAL REQUEST',
  'UNIT ATTENTION',
  'DATA PROTECT',
  'BLANK CHECK',
  'VENDOR SPECIFIC',
  'COPY ABORTED',
  'ABORTED COMMAND',
  'EQUAL',
  'VOLUME OVERFLOW',
  'MISCOMPARE',
];

/** A SCSI command by name, with its elements: 'MOVE MEDIUM 128 → 1024'; undefined for an empty block. */
export function describeCdb(cdb: Uint8Array): string | undefined {
  if (cdb.length === 0) return undefined;
  const command = commands.get(cdb[0]);
  if (!command) return `SCSI command 0x${cdb[0].toString(16).padStart(2, '0')}`;
  if (cdb.length < expectedLength(cdb[0])) return command.name;
  const elements = command.elements?.map((at) => (cdb[at] << 8) | cdb[at + 1]).join(' → ');
  return [command.name, elements, command.detail?.(cdb)].filter(Boolean).join(' ');
}

/** SCSI status by name, such as 'CHECK CONDITION'. */
export function scsiStatusText(status: number): string {
  return statuses.get(status) ?? `status 0x${status.toString(16)}`;
}

/** What sense data says: sense key, additional sense code and its qualifier (SPC, sense data). */
export interface SenseCodes {
  key: number;
  asc: number;
  ascq: number;
}

/** The codes of sense data in fixed (0x70) or descriptor format (0x72); undefined when there are none. */
export function senseCodes(sense: Uint8Array): SenseCodes | undefined {
  const format = sense.length === 0 ? 0 : sense[0] & 0x7e;
  if (format === 0x70 && sense.length >= 14) return { key: sense[2] & 0x0f, asc: sense[12], ascq: sense[13] };
  if (format === 0x72 && sense.length >= 4) return { key: sense[1] & 0x0f, asc: sense[2], ascq: sense[3] };
  return undefined;
}

/** Sense key and additional codes of sense data: 'ILLEGAL REQUEST 21/01'; undefined when there are none. */
export function describeSense(sense: Uint8Array): string | undefined {
  const codes = senseCodes(sense);
  if (codes === undefined) return undefined;
  const key = senseKeys[codes.key] ?? `key ${codes.key}`;
  return `${key} ${hexByte(codes.asc)}/${hexByte(codes.ascq)}`;
}

function expectedLength(operation: number): number {
  return operation < 0x20 ? 6 : operation < 0x60 ? 10 : 12;
}

function elementStatusDetail(cdb: Uint8Array): string {
  const type = elementTypes[cdb[1] & 0x0f] ?? `type ${cdb[1] & 0x0f}`;
  return `${type} from ${(cdb[2] << 8) | cdb[3]}`;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase();
}
