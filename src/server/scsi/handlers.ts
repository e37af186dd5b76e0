import { checkLegal } from '../session/legality';
import { serve, type HandlerEntry } from '../session/handler';
import type { ServerSession } from '../session/session';
import { refuse } from '../failure';
import { executeCdb } from './executeCdb';
import type { OpenScsiDevice } from './service';
import type { ScsiAddress } from './target';

const UNKNOWN: ScsiAddress = { controller: -1, id: -1, lun: -1 };

/** The SCSI interface (NDMPv4 draft, section 3.3). */
export const scsiHandlers: readonly HandlerEntry[] = [
  serve('NDMP_SCSI_OPEN', (session, { device }) => {
    checkLegal(session, 0x200);
    session.services.scsi.open(device);
  }),
  serve('NDMP_SCSI_CLOSE', (session) => {
    checkLegal(session, 0x201);
    session.services.scsi.close();
  }),
  serve('NDMP_SCSI_GET_STATE', (session) => {
    const { controller, id, lun } = openDevice(session, 0x202).target.address ?? UNKNOWN;
    return { target_controller: controller, target_id: id, target_lun: lun };
  }),
  serve('NDMP_SCSI_SET_TARGET', (session, body) => {
    const open = openDevice(session, 0x203);
    if (body.device !== '' && body.device !== open.name && session.view.scsi(body.device) !== open.target)
      refuse('ILLEGAL_ARGS', `SET_TARGET names ${body.device} while ${open.name} is open`);
    checkTarget(open, { controller: body.target_controller, id: body.target_id, lun: body.target_lun });
  }),
  serve('NDMP_SCSI_RESET_DEVICE', (session) => openDevice(session, 0x204).target.reset()),
  serve('NDMP_SCSI_RESET_BUS', (session) => {
    const { target } = openDevice(session, 0x205);
    if (target.resetBus) target.resetBus();
    else target.reset();
  }),
  serve('NDMP_SCSI_EXECUTE_CDB', (session, body) => executeCdb(openDevice(session, 0x206).target, body, session.id)),
];

function openDevice(session: ServerSession, code: number): OpenScsiDevice {
  checkLegal(session, code);
  const { device } = session.services.scsi;
  return device ?? refuse('DEV_NOT_OPEN', 'no SCSI device is open on this connection');
}

/** An open device is one target: SET_TARGET may name it and no other. */
function checkTarget({ name, target }: OpenScsiDevice, wanted: ScsiAddress): void {
  const { address } = target;
  if (address === undefined) refuse('NOT_SUPPORTED', `${name} has no address on a SCSI bus`);
  if (wanted.controller !== address.controller) refuse('NO_BUS', `there is no SCSI controller ${wanted.controller}`);
  if (wanted.id !== address.id || wanted.lun !== address.lun)
    refuse(
      'NO_DEVICE',
      `${name} is target ${address.id}, logical unit ${address.lun}, not ${wanted.id}, ${wanted.lun}`,
    );
}
