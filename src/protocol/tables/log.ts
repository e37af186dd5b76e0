import { doc, error, str, struct, u16, u32 } from '../schema';
import { debugLevel, hasAssociatedMessage, logType, recoveryStatus } from './enums';
import { message } from './message';

const name = doc(str, 'Path of the file, as in the list of files to recover.');
const fileError = doc(error, 'How its recovery went.');
const entry = doc(str, 'Text for people.');
const logMessage = { log_type: logType, message_id: u32, entry } as const;

/** Log interface: posts of the server (NDMPv4 draft, section 3.8). */
export const logMessages = [
  message({
    code: 0x600,
    name: 'NDMP_LOG_LOG',
    interface: 'log',
    doc: 'A log line (v2; later LOG_MESSAGE).',
    bodies: { 2: { post: struct({ entry }) } },
  }),
  message({
    code: 0x601,
    name: 'NDMP_LOG_DEBUG',
    interface: 'log',
    doc: 'A debug line (v2; later LOG_MESSAGE).',
    bodies: { 2: { post: struct({ level: debugLevel, message: str }) } },
  }),
  message({
    code: 0x602,
    name: 'NDMP_LOG_FILE',
    interface: 'log',
    doc: 'How the recovery of one file went.',
    bodies: {
      2: { post: struct({ name, ssid: u16, error: fileError }) },
      3: { post: struct({ name, error: fileError }) },
      4: { post: struct({ name, recovery_status: recoveryStatus }) },
    },
  }),
  message({
    code: 0x603,
    name: 'NDMP_LOG_MESSAGE',
    interface: 'log',
    doc: 'A log line of the server.',
    bodies: {
      3: { post: struct(logMessage) },
      4: {
        post: struct({
          ...logMessage,
          associated_message_valid: hasAssociatedMessage,
          associated_message_sequence: doc(u32, 'Sequence number of an earlier message of the server.'),
        }),
      },
    },
  }),
] as const;
