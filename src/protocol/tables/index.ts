import { configMessages } from './config';
import { connectMessages } from './connect';
import { dataMessages } from './data';
import { cabMessages } from './extensions/cab';
import { snapshotMessages } from './extensions/snapshot';
import { testEchoMessages } from './extensions/testEcho';
import { fileHistoryMessages } from './fileHistory';
import { logMessages } from './log';
import { moverMessages } from './mover';
import { notifyMessages } from './notify';
import { scsiMessages } from './scsi';
import { tapeMessages } from './tape';

/** Every message of every version. A new extension is a new table, added here. */
export const messageTables = [
  ...connectMessages,
  ...configMessages,
  ...scsiMessages,
  ...tapeMessages,
  ...dataMessages,
  ...moverMessages,
  ...notifyMessages,
  ...logMessages,
  ...fileHistoryMessages,
  ...testEchoMessages,
  ...cabMessages,
  ...snapshotMessages,
] as const;
