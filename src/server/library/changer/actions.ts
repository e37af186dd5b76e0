import { descriptorSense, fixedSense, good, refuseCommand, refuseField } from '../../scsi/sense';
import type { ScsiResult } from '../../scsi/target';
import { kindOf } from '../layout';
import type { ChangerParts, CommandCall } from './model';

/** REQUEST SENSE: what waits to be told, else why nothing can be moved, else nothing. */
export function requestSense({ cdb, parts, initiator }: CommandCall): ScsiResult {
  const waiting = parts.attentions.take(initiator);
  const sense = fixedSense(waiting ?? (parts.isDoorOpen() ? 'MANUAL_INTERVENTION_REQUIRED' : 'NO_ADDITIONAL_SENSE'));
  const data = cdb.bit(1, 0x01) ? descriptorSense(sense) : sense;
  return good(data.subarray(0, cdb.byte(4)));
}

/** INITIALIZE ELEMENT STATUS: looks at every cartridge. Others are told when something is not as they know it. */
export async function scan({ parts, initiator }: CommandCall): Promise<void> {
  if (await parts.robot.scan()) parts.attentions.raise('MEDIUM_MAY_HAVE_CHANGED', initiator);
}

/** The same for some elements; looking at all of them costs no more here. */
export async function scanRange(call: CommandCall): Promise<void> {
  const ranged = call.cdb.bit(1, 0x01);
  if (ranged && kindOf(call.parts.layout, call.cdb.u16(2)) === undefined) refuseCommand('INVALID_ELEMENT_ADDRESS');
  await scan(call);
}

/** SEND DIAGNOSTIC: the default self-test, which is all there is. */
export function selfTest({ cdb }: CommandCall): void {
  if (!cdb.bit(1, 0x04)) refuseField(1, 2);
}

export function position({ cdb, parts }: CommandCall): void {
  checkTransport(parts, cdb.u16(2));
  elementAt(parts, cdb.u16(4), true);
}

export async function move({ cdb, parts, initiator }: CommandCall): Promise<void> {
  checkTransport(parts, cdb.u16(2));
  await parts.robot.move(elementAt(parts, cdb.u16(4)), elementAt(parts, cdb.u16(6)));
  parts.attentions.raise('MEDIUM_MAY_HAVE_CHANGED', initiator);
}

export async function exchange({ cdb, parts, initiator }: CommandCall): Promise<void> {
  checkTransport(parts, cdb.u16(2));
  const [source, first, second] = [4, 6, 8].map((at) => elementAt(parts, cdb.u16(at)));
  await parts.robot.exchange(source, first, second);
  parts.attentions.raise('MEDIUM_MAY_HAVE_CHANGED', initiator);
}

/** REPORT LUNS: logical unit 0 alone. */
export function reportLuns({ cdb }: CommandCall): ScsiResult {
  const room = cdb.u32(6);
  if (room < 16) refuseField(6, 7);
  if (cdb.byte(2) > 2) refuseField(2, 7);
  const units = cdb.byte(2) === 1 ? 0 : 1;
  const data = new Uint8Array(8 + 8 * units);
  data[3] = 8 * units;
  return good(data.subarray(0, room));
}

/** Address 0 means the transport that the library chooses. */
function checkTransport({ layout }: ChangerParts, address: number): void {
  if (address !== 0 && address !== layout.transport.first) refuseCommand('INVALID_ELEMENT_ADDRESS');
}

/** An element that holds media; nothing can be left in the robot's hand. */
function elementAt({ layout }: ChangerParts, address: number, anyKind = false): number {
  const kind = kindOf(layout, address);
  if (kind === undefined || (kind === 'transport' && !anyKind)) refuseCommand('INVALID_ELEMENT_ADDRESS');
  return address;
}
