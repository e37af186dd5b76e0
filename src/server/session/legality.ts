import {
  DEVICE_ERRORS,
  deviceRule,
  ErrorCode,
  judge,
  messageName,
  refusedCondition,
  requestRule,
  type DeviceRule,
  type MoverArguments,
} from '../../protocol';
import { RequestFailure, type NdmpError } from '../failure';
import type { ServerSession } from './session';

/**
 * Throws the error that a request deserves before anything is done for it: no device open, wrong state, arguments that
 * the table of conditions forbids. States and conditions are the ones that captures are checked against. What the
 * specification forbids but servers in use allow is allowed.
 */
export function checkLegal(session: ServerSession, code: number, args: MoverArguments = {}): void {
  const device = deviceRule(code);
  if (device) checkDevice(session, device);
  checkState(session, code);
  const violated = refusedCondition(code, session.version, session.services.mover.facts(), args);
  if (violated) throw new RequestFailure(violated.error as NdmpError, violated.doc);
}

function checkDevice({ services }: ServerSession, rule: DeviceRule): void {
  const tape = services.tape.tape !== undefined;
  const scsi = services.scsi.isOpen;
  if (rule.needs === 'closed') {
    if (tape || scsi)
      throw new RequestFailure(
        DEVICE_ERRORS.alreadyOpen,
        `this connection has a ${tape ? 'tape' : 'SCSI'} device open`,
      );
    return;
  }
  if (!(rule.device === 'tape' ? tape : scsi))
    throw new RequestFailure(DEVICE_ERRORS.notOpen, `no ${rule.device} device is open on this connection`);
  if (rule.mover && !rule.mover.includes(services.mover.state))
    throw new RequestFailure(DEVICE_ERRORS.moverOwns, `the mover is ${services.mover.state} and has the tape`);
}

function checkState({ services, version }: ServerSession, code: number): void {
  const rule = requestRule(code);
  if (!rule) return;
  const { state } = services[rule.machine];
  if (judge(rule, state, version) === 'illegal')
    throw new RequestFailure(
      ErrorCode.ILLEGAL_STATE,
      `${messageName(code, version)} is not allowed while the ${rule.machine === 'data' ? 'data server' : 'mover'} is ${state}`,
    );
}
