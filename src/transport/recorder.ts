import { closeSync, openSync, writeSync } from 'node:fs';
import { enhancedPacket, interfaceDescription, sectionHeader } from '../capture/write/blocks';
import { Conversation, type CutFrame } from '../capture/write/conversation';
import { decodeHeader, HEADER_LENGTH, parseAddressBytes, type Header, type NdmpVersion } from '../protocol';
import { encodeRecord } from '../xdr';
import { withoutSecrets } from './passwordMask';

const CONNECT_OPEN = 0x900;
/** Decimal digits of the recording's clock. */
const DIGITS = 3;
const APPLICATION = 'NDMP Workbench';

interface End {
  address: string;
  port: number;
}

/**
 * Records control connections as a pcapng capture: every message in packets of its own, over made-up TCP, whatever it
 * came over. Passwords and values of secret variables are masked. Each block is written at once, so that a file whose
 * writer died opens as far as it got.
 */
export class TrafficRecorder {
  private file: number | undefined;
  private connections = 0;

  /**
   * @param comment what readers shall know of the recording
   * @param failed told once when the file can be written no more; the recording is over then, the connections go on
   * @throws Node's error when the file cannot be made; an existing one is not overwritten
   */
  constructor(
    path: string,
    comment: string,
    private readonly failed: (error: Error) => void,
  ) {
    this.file = openSync(path, 'wx', 0o600);
    this.write(sectionHeader(APPLICATION, comment));
    this.write(interfaceDescription(DIGITS));
  }

  connection(client: End, server: End): RecordedConnection {
    const [from, to] = sameFamily(addressBytes(client), addressBytes(server));
    const ends = [
      { address: from, port: client.port },
      { address: to, port: server.port },
    ] as const;
    return new RecordedConnection(this, new Conversation(...ends, this.connections++));
  }

  put(frames: Iterable<CutFrame>, milliseconds: number): void {
    const time = { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1e6, digits: DIGITS };
    for (const { frame, cut } of frames) this.write(enhancedPacket(0, time, frame, frame.length + cut));
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private write(bytes: Uint8Array): void {
    if (this.file === undefined) return;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.file, bytes, at);
    } catch (error) {
      this.close();
      this.failed(error as Error);
    }
  }
}

/** A connection in a recording. */
export class RecordedConnection {
  private isOpen = false;
  /** What the DMA asked for last; the layout of environments depends on it. */
  private version: NdmpVersion = 4;

  constructor(
    private readonly recorder: TrafficRecorder,
    private readonly conversation: Conversation,
  ) {}

  /** @param payload a message without record marks */
  message(fromServer: boolean, payload: Uint8Array, milliseconds: number): void {
    if (!this.isOpen) this.recorder.put(this.conversation.open(), milliseconds);
    this.isOpen = true;
    const header = decodeHeader(payload);
    this.version = openedVersion(payload, header) ?? this.version;
    const kept = withoutSecrets(payload, header, this.version);
    this.recorder.put(this.conversation.send(fromServer, [{ bytes: encodeRecord(kept) }]), milliseconds);
  }

  closed(milliseconds: number, inOrder: boolean): void {
    if (this.isOpen) this.recorder.put(this.conversation.close(inOrder ? 'fin' : 'rst'), milliseconds);
    this.isOpen = false;
  }
}

/** Of a CONNECT_OPEN request. */
function openedVersion(payload: Uint8Array, header: Header | undefined): NdmpVersion | undefined {
  if (header?.code !== CONNECT_OPEN || header.messageType !== 0 || payload.length < HEADER_LENGTH + 4) return undefined;
  const version = new DataView(payload.buffer, payload.byteOffset).getUint32(HEADER_LENGTH);
  return version === 2 || version === 3 || version === 4 ? version : undefined;
}

function addressBytes({ address }: End): Uint8Array {
  return parseAddressBytes(address) ?? new Uint8Array(4);
}

function sameFamily(a: Uint8Array, b: Uint8Array): [Uint8Array, Uint8Array] {
  return a.length === b.length ? [a, b] : [mapped(a), mapped(b)];
}

/** An IPv4 address as an IPv6 one. */
function mapped(address: Uint8Array): Uint8Array {
  return address.length === 16 ? address : Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...address);
}
