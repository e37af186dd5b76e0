import type { ArrivalMoment } from '../tcpConnection';
import type { Conversation } from './conversation';
import { HandshakeReader, HandshakeType } from './handshake';
import type { Negotiation } from './negotiation';
import { ContentType, RECORD_HEADER, TLS13 } from './recordCipher';
import type { PlainRecord, RecordCipher, SealedRecord } from './recordCipher';
import { RecordFramer } from './recordFramer';
import type { RecordTaker } from './recordFramer';

/** Records that may be missing between two that are there. */
const MAX_LOST_RECORDS = 4096;
/** How often a direction is tried in vain, all in all. */
const MAX_TRIES = 100_000;
/** So many records in a row that the first keys do not open, and the keys are wrong. */
const MAX_FAILURES = 32;
/** A record that carries nothing is no shorter, whatever the cipher. */
const LEAST_RECORD = RECORD_HEADER + 16;

const PHASES = ['EARLY', 'HANDSHAKE', 'APPLICATION'] as const;
const APPLICATION = PHASES.indexOf('APPLICATION');

/** Keys that may be in force. */
interface Epoch {
  cipher: RecordCipher;
  /** TLS 1.3: place in {@link PHASES}, and the secret that the next keys come of. */
  phase: number;
  secret: Uint8Array | undefined;
  negotiation: Negotiation;
}

interface HeldRecord {
  record: SealedRecord;
  lost: number;
  moment: ArrivalMoment;
}

type Outcome = 'done' | 'wait' | 'failed';

/** One direction of a TLS connection: its records in order, opened by the keys in force. */
export class TlsSide implements RecordTaker {
  private readonly framer = new RecordFramer(this);
  private readonly handshake = new HandshakeReader();
  /** Undefined while records are plain. */
  private epoch: Epoch | undefined;
  private sequence = 0;
  /** Bytes of records that were lost since the last one that was opened. */
  private lost = 0;
  private held: HeldRecord[] = [];
  private heldBytes = 0;
  private failures = 0;
  private tries = 0;
  private opened = 0;
  private isOver = false;

  constructor(
    readonly number: 0 | 1,
    private readonly conversation: Conversation,
  ) {}

  /** Records wait for keys, or for what the other side says. */
  get isHolding(): boolean {
    return this.held.length > 0;
  }

  onBytes(bytes: Uint8Array, start: number, end: number, moment: ArrivalMoment): void {
    this.framer.push(bytes, start, end, moment);
  }

  onGap(length: number): void {
    this.framer.gap(length);
  }

  /** The record that stands first in line had to wait; perhaps it need not any more. */
  resume(): void {
    while (this.held.length > 0 && !this.isOver) {
      const [{ record, moment, lost }] = this.held;
      this.lost += lost;
      const outcome = this.process(record, moment);
      if (outcome === 'wait') {
        this.lost -= lost;
        return;
      }
      this.held.shift();
      this.count(-record.fragment.length);
      if (outcome === 'failed') this.fail(record);
    }
  }

  close(): void {
    this.isOver = true;
    this.count(-this.heldBytes);
    this.held = [];
  }

  onRecord(record: SealedRecord, moment: ArrivalMoment): boolean {
    if (this.isOver) return false;
    if (this.held.length > 0) {
      this.hold(record, moment, 0);
      return !this.isOver;
    }
    const outcome = this.process(record, moment);
    if (outcome === 'wait') this.hold(record, moment, 0);
    else if (outcome === 'failed') this.fail(record);
    return !this.isOver;
  }

  onLostRecord(wire: number): void {
    this.handshake.reset();
    const last = this.held.at(-1);
    if (last === undefined) this.lost += wire;
    else this.hold({ type: 0, version: 0, fragment: new Uint8Array(0) }, last.moment, wire);
  }

  onFound(record: SealedRecord, wire: number, moment: ArrivalMoment): boolean {
    if (this.isOver) return false;
    if (this.held.length > 0) {
      // its keys are not known: only its looks speak for it
      this.hold(record, moment, wire);
      return true;
    }
    const before = this.lost;
    this.lost += wire;
    this.handshake.reset();
    const outcome = this.process(record, moment);
    if (outcome === 'wait') {
      this.lost = before;
      this.hold(record, moment, wire);
    }
    if (outcome !== 'failed') return true;
    this.lost = before;
    this.epoch?.cipher.passed?.(record);
    return false;
  }

  onNonsense(): boolean {
    return this.opened > 0 || this.conversation.isTls;
  }

  private hold({ type, version, fragment }: SealedRecord, moment: ArrivalMoment, lost: number): void {
    const { frame, seconds, nanos, digits } = moment;
    const record = { type, version, fragment: new Uint8Array(fragment) };
    this.held.push({ record, lost, moment: { frame, seconds, nanos, digits } });
    this.count(fragment.length);
    this.conversation.onHeld(this.heldBytes);
  }

  private count(bytes: number): void {
    this.heldBytes += bytes;
    this.conversation.memory.bytes += bytes;
  }

  /** A record that the keys do not open counts as lost. */
  private fail(record: SealedRecord): void {
    this.epoch?.cipher.passed?.(record);
    this.lost += RECORD_HEADER + record.fragment.length;
    this.failures++;
    if (this.opened === 0 && this.failures > MAX_FAILURES) this.conversation.giveUp('wrong keys');
    else if (this.tries > MAX_TRIES) this.conversation.giveUp('out of step');
  }

  private process(record: SealedRecord, moment: ArrivalMoment): Outcome {
    const { negotiation } = this.conversation;
    if (record.type === 0) return 'done';
    if (this.epoch !== undefined && this.epoch.negotiation.version !== TLS13) return this.openTls12(record, moment);
    if (this.epoch === undefined && record.type === ContentType.HANDSHAKE) {
      this.takeHandshake(record.fragment);
      return 'done';
    }
    if (this.epoch === undefined && record.type === ContentType.ALERT) return 'done';
    // in TLS 1.3 it means nothing, and comes before the hello that is waited for
    if (record.type === ContentType.CHANGE_CIPHER_SPEC && negotiation.isTls13) return 'done';
    if (!negotiation.isComplete) return 'wait';
    if (negotiation.suite === undefined) {
      this.conversation.giveUp('unknown cipher suite');
      return 'done';
    }
    if (negotiation.version === TLS13)
      return record.type === ContentType.APPLICATION ? this.openTls13(record, moment) : 'done';
    if (record.type === ContentType.CHANGE_CIPHER_SPEC) return this.changeCipher();
    // the change of cipher was lost: this may be the first record under the new one
    return this.lost > 0 && this.changeCipher() === 'done' ? this.openTls12(record, moment) : 'failed';
  }

  private openTls12(record: SealedRecord, moment: ArrivalMoment): Outcome {
    const epoch = this.epoch as Epoch;
    if (this.tryEpoch(epoch, this.sequence, record, moment)) return 'done';
    const { negotiation } = this.conversation;
    if (this.lost === 0 || negotiation === epoch.negotiation || !negotiation.isComplete) return 'failed';
    const next = this.blockEpoch();
    return next !== undefined && this.tryEpoch(next, 0, record, moment) ? 'done' : 'failed';
  }

  /** The keys that were negotiated hold from the next record on. */
  private changeCipher(): Outcome {
    const epoch = this.blockEpoch();
    if (epoch === undefined) {
      this.conversation.onMissingKeys();
      return 'wait';
    }
    this.epoch = epoch;
    this.sequence = 0;
    return 'done';
  }

  private blockEpoch(): Epoch | undefined {
    const { negotiation } = this.conversation;
    const cipher = negotiation.blockCipher(this.isClient);
    return cipher && { cipher, phase: APPLICATION, secret: undefined, negotiation };
  }

  private openTls13(record: SealedRecord, moment: ArrivalMoment): Outcome {
    const { epoch } = this;
    if (epoch !== undefined && this.tryEpoch(epoch, this.sequence, record, moment)) return 'done';
    let isComplete = true;
    for (let phase = (epoch?.phase ?? -1) + 1; phase <= APPLICATION; phase++) {
      const next = this.trafficEpoch(phase);
      if (next === undefined) isComplete = isComplete && PHASES[phase] !== 'APPLICATION';
      else if (this.tryEpoch(next, 0, record, moment)) return 'done';
    }
    if (!isComplete) {
      this.conversation.onMissingKeys();
      return 'wait';
    }
    return this.lost > 0 && this.tryUpdated(record, moment) ? 'done' : 'failed';
  }

  private trafficEpoch(phase: number): Epoch | undefined {
    const { negotiation } = this.conversation;
    const secret = negotiation.trafficSecret(PHASES[phase], this.isClient);
    const cipher = secret && negotiation.trafficCipher(secret);
    return cipher && { cipher, phase, secret, negotiation };
  }

  /** A KeyUpdate may be among the records that were lost. */
  private tryUpdated(record: SealedRecord, moment: ArrivalMoment): boolean {
    const next = this.updatedEpoch();
    return next !== undefined && this.tryEpoch(next, 0, record, moment);
  }

  private updatedEpoch(): Epoch | undefined {
    const { epoch } = this;
    if (epoch?.secret === undefined || epoch.phase !== APPLICATION) return undefined;
    const secret = epoch.negotiation.nextSecret(epoch.secret);
    const cipher = epoch.negotiation.trafficCipher(secret);
    return cipher && { ...epoch, cipher, secret };
  }

  /** Opens a record under these keys as number `from`, or as a later one where records were lost. */
  private tryEpoch(epoch: Epoch, from: number, record: SealedRecord, moment: ArrivalMoment): boolean {
    const { cipher } = epoch;
    const most = Math.min(MAX_LOST_RECORDS, Math.floor(this.lost / LEAST_RECORD));
    for (let skipped = 0; skipped <= most && this.tries <= MAX_TRIES; skipped++) {
      const plain = cipher.open(record, from + skipped);
      if (plain === undefined) {
        this.tries++;
        continue;
      }
      // under new keys from their first record on, what was lost belonged to the handshake
      if (epoch === this.epoch || skipped > 0) this.tellLost(cipher, skipped, moment);
      this.lost = 0;
      this.epoch = epoch;
      this.sequence = from + skipped + 1;
      this.opened++;
      this.failures = 0;
      this.take(plain, moment);
      return true;
    }
    return false;
  }

  /** How many bytes were in the records that were lost is known when their number is. */
  private tellLost({ overhead = LEAST_RECORD }: RecordCipher, records: number, moment: ArrivalMoment): void {
    const { lost } = this;
    if (lost > 0) this.conversation.onPlainGap(this.number, Math.max(1, lost - records * overhead), moment);
  }

  private take({ type, content }: PlainRecord, moment: ArrivalMoment): void {
    if (type === ContentType.APPLICATION) {
      if (content.length > 0) this.conversation.onPlain(this.number, content, moment);
    } else if (type === ContentType.HANDSHAKE) this.takeHandshake(content);
    else if (type === ContentType.CHANGE_CIPHER_SPEC) this.changeCipher();
  }

  private takeHandshake(content: Uint8Array): void {
    this.handshake.push(content, (message) => {
      if (message.type === HandshakeType.KEY_UPDATE && this.conversation.negotiation.version === TLS13) {
        this.epoch = this.updatedEpoch() ?? this.epoch;
        this.sequence = 0;
      } else this.conversation.onHandshake(this.number, message, this.epoch !== undefined);
    });
  }

  private get isClient(): boolean {
    return this.conversation.clientSide === this.number;
  }
}
