import { describeSense, scsiStatusText, senseCodes } from '../../../protocol';
import type { ScsiReply } from '../../services/scsi';

/** Sense key, additional sense code and its qualifier. */
export type SenseCodes = NonNullable<ReturnType<typeof senseCodes>>;

/** What to do about a reply of a device. */
export type Verdict =
  | { kind: 'done' }
  /** The command was not carried out, and may be sent again at once. */
  | { kind: 'again' }
  /** The device will be ready by itself. */
  | { kind: 'wait'; why: string }
  /** CHECK CONDITION came without its sense data: they have to be fetched. */
  | { kind: 'no-sense' }
  | { kind: 'failed'; why: string; codes: SenseCodes | undefined };

const GOOD = 0x00;
const CHECK_CONDITION = 0x02;
const CONDITION_MET = 0x04;
const RESERVATION_CONFLICT = 0x18;
const BUSY_STATUSES: readonly number[] = [0x08, 0x28];

const RECOVERED_ERROR = 1;
const NOT_READY = 2;
const UNIT_ATTENTION = 6;

/** What a code means in a changer (SPC-4, annex D; SMC-3), as the reason of "cannot be done". */
const REASONS: ReadonlyMap<number, string> = new Map([
  [0x0400, 'the changer is not ready'],
  [0x0402, 'the changer has to be initialised first: let it look at its elements again'],
  [0x0403, 'somebody has to see to the changer: its door may be open, or it is paused at its panel'],
  [0x0412, 'the changer is offline: put it online at its panel'],
  [0x0481, 'the changer is under the control of its panel or its own pages: release it there'],
  [0x1501, 'the arm could not get to its place: cartridge or arm may be stuck, so look into the library'],
  [0x1502, 'the arm lost its position: look into the library'],
  [0x2101, 'there is no such element'],
  [0x2104, 'the elements are not in a state for that'],
  [0x3003, 'a cleaning cartridge is there'],
  [0x300c, 'the cartridge is a write-once one'],
  [0x3a00, 'there is no cartridge'],
  [0x3b0d, 'the destination is full'],
  [0x3b0e, 'the source is empty'],
  [0x3b11, 'the magazine cannot be reached'],
  [0x3b12, 'the magazine was taken out'],
  [0x3b18, 'the element is out of order'],
  [0x3b90, 'the source has not given its cartridge out'],
  [0x4400, 'the changer has a fault of its own'],
  [0x5300, 'the drive could not take the cartridge in or give it out'],
  [0x5301, 'the drive did not give the cartridge out'],
  [0x5302, 'the drive holds its cartridge fast: somebody has it open'],
  [0x5303, 'the drive does not take the cartridge in'],
]);

/** The same where the qualifier is the maker's own: by the additional sense code alone. */
const GENERAL_REASONS: ReadonlyMap<number, string> = new Map([
  [0x04, 'the changer is not ready'],
  [0x15, 'the arm could not get to its place: look into the library'],
  [0x20, 'the changer does not know the command'],
  [0x24, 'the changer does not take the command in this form'],
  [0x3b, 'the element is not as it should be'],
  [0x53, 'the drive could not take the cartridge in or give it out'],
]);

/** Conditions of NOT READY that end by themselves: becoming ready, operation in progress, self-test. */
const PASSING: readonly number[] = [0x0401, 0x0404, 0x0407, 0x0409, 0x040a, 0x0414];

/** Says of the reply to a command whether it was carried out, and what can be done if not. */
export function judge({ status, sense }: ScsiReply): Verdict {
  if (status === GOOD || status === CONDITION_MET) return { kind: 'done' };
  if (BUSY_STATUSES.includes(status)) return { kind: 'wait', why: 'it is busy' };
  if (status === RESERVATION_CONFLICT)
    return { kind: 'failed', why: 'another application has the changer reserved', codes: undefined };
  if (status !== CHECK_CONDITION)
    return { kind: 'failed', why: `it ended with ${scsiStatusText(status)}`, codes: undefined };
  const codes = senseCodes(sense);
  if (!codes) return { kind: 'no-sense' };
  const code = (codes.asc << 8) | codes.ascq;
  if (codes.key <= RECOVERED_ERROR) return { kind: 'done' };
  if (codes.key === UNIT_ATTENTION) return { kind: 'again' };
  if (codes.key === NOT_READY && PASSING.includes(code)) return { kind: 'wait', why: 'it is becoming ready' };
  return { kind: 'failed', why: `${reasonOf(codes)} (${describeSense(sense) ?? ''})`, codes };
}

/** What an additional sense code and its qualifier mean, without the sense key: for elements that are out of order. */
export function reasonOf({ asc, ascq }: Pick<SenseCodes, 'asc' | 'ascq'>): string {
  const exact = REASONS.get((asc << 8) | ascq) ?? GENERAL_REASONS.get(asc);
  return exact ?? 'the changer gives a reason that is not in its standard';
}

/** NOT READY: whatever the changer is asked to move, it will not. */
export function isNotReady(codes: SenseCodes | undefined): boolean {
  return codes?.key === NOT_READY;
}

/** The changer does not know yet what is where. */
export function needsInitialising(codes: SenseCodes | undefined): boolean {
  return codes?.key === NOT_READY && codes.asc === 0x04 && codes.ascq === 0x02;
}

/** Destination full, or source empty. */
export function isStale(codes: SenseCodes | undefined): boolean {
  return codes?.asc === 0x3b && (codes.ascq === 0x0d || codes.ascq === 0x0e);
}

/** Whether a failure says that the command, or a form of it, is not known. */
export function isUnsupported(codes: SenseCodes | undefined): boolean {
  return codes !== undefined && codes.key === 5 && [0x20, 0x24, 0x25, 0x26].includes(codes.asc);
}
