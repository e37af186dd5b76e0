import { createDataServer } from '../data/dataServer';
import type { DataEngine } from '../data/engine/engine';
import { createLocalExchange } from '../dataConnection/local';
import { createMover } from '../mover/mover';
import { createScsiService } from '../scsi/scsiService';
import { createTapeService } from '../tape/tapeService';
import type { Services } from './services';
import type { ServerSession } from './session';

/** The services of a new connection. They find each other in `session.services`. `engine` is the server's. */
export function createServices(session: ServerSession, engine: DataEngine): Services {
  return {
    tape: createTapeService(session),
    scsi: createScsiService(session),
    mover: createMover(session),
    data: createDataServer(session, engine),
    local: createLocalExchange(),
  };
}
