import { HEADER_LENGTH, type Header } from './model';

/** Reads the 24-byte header; undefined when the record is too short to have one (NDMPv4 draft, section 2.2.1). */
export function decodeHeader(payload: Uint8Array): Header | undefined {
  if (payload.length < HEADER_LENGTH) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, HEADER_LENGTH);
  return {
    sequence: view.getUint32(0),
    timeStamp: view.getUint32(4),
    messageType: view.getUint32(8),
    code: view.getUint32(12),
    replySequence: view.getUint32(16),
    error: view.getUint32(20),
  };
}

/** The 24 bytes of a header. */
export function encodeHeader(header: Header): Uint8Array {
  const bytes = new Uint8Array(HEADER_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, header.sequence);
  view.setUint32(4, header.timeStamp);
  view.setUint32(8, header.messageType);
  view.setUint32(12, header.code);
  view.setUint32(16, header.replySequence);
  view.setUint32(20, header.error);
  return bytes;
}
