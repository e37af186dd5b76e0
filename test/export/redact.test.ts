import assert from 'node:assert/strict';
import { parseAddressBytes } from '../../src/protocol';
import { decodeMessage, type Value } from '../../src/protocol';
import { knownPayload } from '../../src/session/recordReader';
import { Redactor } from '../../src/export/redact/redactCapture';
import { publicVariables, publicWords } from '../../src/export/redact/vocabulary';
import { encodeByteString } from '../../src/xdr/byteString';
import type { CaptureSession } from '../../src/session/capture';
import { indexed } from '../support/indexed';
import { Play } from '../support/play';
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

describe('what a device answers, redacted', () => {
  const answered = (sense: Uint8Array): string => {
    const play = new Play();
    const request = {
      flags: 0,
      timeout: 0,
      datain_len: 0,
      cdb: Uint8Array.of(0, 0, 0, 0, 0, 0),
      dataout: new Uint8Array(0),
    };
    const reply = { error: 0, status: 2, dataout_len: 0, datain: new Uint8Array(0), ext_sense: sense };
    play.connect('10.0.0.1', '10.0.0.2').ask('NDMP_SCSI_EXECUTE_CDB', request, reply);
    const redacted = indexed(joined(new Redactor(key).capture(play.session())));
    const row = redacted.index.count - 1;
    const { ext_sense } = decodeMessage(redacted.record(row).payload, redacted.context(row)).value;
    assert.ok(ext_sense instanceof Uint8Array);
    return Buffer.from(ext_sense).toString('hex');
  };

  it('keeps the codes of sense data', () => {
    const sense = Buffer.from('70000500 0000000a 00000000 3b0e 53455249'.replaceAll(' ', ''), 'hex');
    assert.equal(answered(sense), '70000500 0000000a 00000000 3b0e 00000000'.replaceAll(' ', ''));
  });

  it('keeps nothing of a text in its place', () => {
    for (const text of ['serial number 12345', 'password of the robot', 'q'])
      assert.match(answered(Buffer.from(text)), /^0*$/, text);
  });
});
