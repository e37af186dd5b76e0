import type { Conversation } from '../../capture/write/conversation';
import type { NdmpVersion } from '../../protocol';
import type { Side } from '../model';
import { MaskedStream } from './mask';
import type { TapRecording } from './recording';

const PREFIX = 'NDMP Workbench tap: ';
const sideNumber = (from: Side): 0 | 1 => (from === 'client' ? 0 : 1);

/** A connection in a recording. */
export class RecordedLink {
  private isOpen = false;
  private readonly masks: Partial<Record<Side, MaskedStream>> = {};
  private isData = false;

  constructor(
    private readonly recording: TapRecording,
    private readonly conversation: Conversation,
  ) {}

  /**
   * What the stream of a side turned out to carry. `whole`: neither messages nor data, kept as it is.
   * @param version of the protocol, as far as it is known when it is asked
   */
  carries(from: Side, what: 'messages' | 'data' | 'whole', version: () => NdmpVersion = () => 4): void {
    if (what === 'data') this.isData = true;
    if (what === 'messages' && !this.recording.options.keepPasswords) this.masks[from] = new MaskedStream(version);
  }

  /**
   * Bytes of one side.
   * @param marks what the tap did with them
   */
  bytes(from: Side, bytes: Uint8Array, at: number, marks: readonly string[] = []): void {
    const { data } = this.recording.options;
    if (this.isData && data === 'none') return;
    this.open(at);
    const side = sideNumber(from);
    const comments = marks.map((text) => PREFIX + text);
    if (this.isData && data === 'headers')
      return this.recording.put(this.conversation.sendCut(side, bytes.length), at, comments);
    const pieces = this.masks[from]?.push(bytes) ?? [bytes];
    for (const piece of pieces)
      this.recording.put(this.conversation.send(side === 1, [{ bytes: piece }]), at, comments);
  }

  /** Something that the tap did to the connection, and to no message of it: a packet without payload tells of it. */
  note(text: string, at: number): void {
    this.open(at);
    this.recording.put(this.conversation.acknowledge(1), at, [PREFIX + text]);
  }

  /** One side sends no more. */
  ended(from: Side, at: number): void {
    this.finishMasked(from, at);
    if (this.isOpen) this.recording.put(this.conversation.end(sideNumber(from)), at);
  }

  /** One side broke it off, or the tap did. */
  reset(from: Side, at: number, marks: readonly string[] = []): void {
    this.finishMasked('client', at);
    this.finishMasked('target', at);
    const comments = marks.map((text) => PREFIX + text);
    if (this.isOpen) this.recording.put(this.conversation.reset(sideNumber(from)), at, comments);
    this.isOpen = false;
  }

  private open(at: number): void {
    if (!this.isOpen) this.recording.put(this.conversation.open(), at);
    this.isOpen = true;
  }

  private finishMasked(from: Side, at: number): void {
    const rest = this.masks[from]?.rest();
    if (rest !== undefined && rest.length > 0 && this.isOpen)
      this.recording.put(this.conversation.send(from === 'target', [{ bytes: rest }]), at);
  }
}
