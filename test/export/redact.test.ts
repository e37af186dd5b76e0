import assert from 'node:assert/strict';
import { parseAddressBytes } from '../../src/analysis/filter/address';
import { decodeMessage, type Value } from '../../src/protocol';
import { knownPayload } from '../../src/session/recordReader';
import { Redactor } from '../../src/export/redact/redactCapture';
import { publicVariables, publicWords } from '../../src/export/redact/vocabulary';
import { encodeByteString } from '../../src/xdr/byteString';
import type { CaptureSession } from '../../src/session/capture';
import { indexed } from '../support/indexed';
import { allCaptures, assertKept, joined, withSession } from './support';

const key = Buffer.from('a key for tests that nobody else uses');

/** Every text of every body, whole and in parts, and every address, as the bytes that must be gone. */
function originals(session: CaptureSession): Set<string> {
  const found = new Set<string>();
  const add = (bytes: Uint8Array): void => {
    const text = Buffer.from(bytes).toString('latin1');
    for (const part of [text, ...text.split(/[/\\]/), ...text.split(/[/\\,;:= \t\r\n]/)])
      if (part.length >= 4) found.add(part);
  };
  const visit = (value: Value): void => {
    if (typeof value === 'string') add(encodeByteString(value));
    else if (value instanceof Uint8Array) {
      if (value.some((byte) => byte !== 0)) found.add(Buffer.from(value).toString('latin1'));
    } else if (typeof value === 'object')
      for (const [name, field] of Object.entries(value)) if (name !== 'cdb') visit(field); // numbers of SCSI commands stay
  };
  const { index, info } = session;
  for (let row = 0; row < index.count; row++)
    visit(decodeMessage(knownPayload(session.record(row)), session.context(row)).value);
  for (const { client, server } of index.connections)
    for (const { address } of [client, server]) {
      found.add(address);
      const bytes = parseAddressBytes(address);
      if (bytes !== undefined && bytes[0] !== 127 && !/^::1?$/.test(address))
        found.add(Buffer.from(bytes).toString('latin1'));
    }
  for (const [address, name] of info.names) found.add(address).add(name);
  for (const comment of info.comments) add(Buffer.from(comment));
  for (const { name } of info.interfaces) if (name !== undefined) add(Buffer.from(name));
  return found;
}

const isPublic = (text: string) => publicVariables.has(text) || publicWords.has(text) || text.length < 4;

describe('redacted captures', () => {
  for (const [name, path] of allCaptures()) {
    it(`${name} decodes to the same messages and tells nothing`, () => {
      withSession(path, (session) => {
        const redactor = new Redactor(key);
        const bytes = joined(redactor.capture(session));
        assertKept(indexed(bytes), session);
        // behind the section header, in which this product says of itself what the file is
        const text = Buffer.from(bytes).toString('latin1', Buffer.from(bytes).readUInt32LE(4));
        const survivors = [...originals(session)].filter((original) => !isPublic(original) && text.includes(original));
        assert.deepEqual(survivors, []);
      });
    });
  }
});
