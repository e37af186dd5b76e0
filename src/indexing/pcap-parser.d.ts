/** The part of pcap-parser 0.2.1 that is used; the package brings no types. */
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events';

  export interface PcapPacketHeader {
    timestampSeconds: number;
    /** Whatever the file's clock counts: nanoseconds in a file whose magic was turned. */
    timestampMicroseconds: number;
    capturedLength: number;
    originalLength: number;
  }

  export interface PcapParser extends EventEmitter {
    on(event: 'packet', listener: (packet: { header: PcapPacketHeader; data: Buffer }) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: string, listener: (...args: never[]) => void): this;
  }

  /** A readable stream, or the path of a file. */
  export function parse(input: NodeJS.ReadableStream | string): PcapParser;
}
