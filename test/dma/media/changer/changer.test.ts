import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DmaFailure } from '../../../../src/dma/connection/failures';
import { openChanger } from '../../../../src/dma/media/changer/changer';
import type { BodyValue } from '../../../../src/protocol';
import { elementStatusBytes, type TestPage } from '../../../support/elementStatusBytes';
import { ScriptedConnection } from '../../../support/scriptedConnection';

type Answer = { data?: Uint8Array; status?: number; sense?: string; error?: string } | undefined;
type Script = (cdb: Uint8Array) => Answer;

const PATIENCE = { seconds: 0.3, pause: 20 };
const INQUIRY = Buffer.from('0880060259000000' + Buffer.from('ACME    LIBRARY         0001').toString('hex'), 'hex');
const MODE = Buffer.from('17000000 1d12 0001 0001 03e8 0400 000a 0002 0100 0002 0000'.replaceAll(' ', ''), 'hex');
const SLOTS: TestPage = { type: 2, elements: [{ address: 1000, barcode: 'A1' }, { address: 1001 }] };
const sense = (key: number, asc: number, ascq: number): string =>
  Buffer.from([0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0]).toString('hex');
const UNIT_ATTENTION = sense(6, 0x28, 0x00);

/** A changer behind a server: what a script does not answer, goes well. */
function changerWith(script: Script, opens: string[] = []): ScriptedConnection {
  return new ScriptedConnection((name, body): BodyValue => {
    if (name === 'NDMP_SCSI_OPEN') return { error: opens.shift() ?? 'NO_ERR' };
    if (name !== 'NDMP_SCSI_EXECUTE_CDB') return {};
    const cdb = body.cdb as Uint8Array;
    const { data, status, sense: text = '', error } = script(cdb) ?? usual(cdb);
    const ext_sense = Buffer.from(text, 'hex');
    return {
      ...(error !== undefined && { error }),
      status: status ?? (text === '' ? 0 : 2),
      datain: data ?? new Uint8Array(0),
      ext_sense,
    };
  });
}

function usual([code]: Uint8Array): NonNullable<Answer> {
  if (code === 0x12) return { data: INQUIRY };
  if (code === 0x1a) return { data: MODE };
  return code === 0xb8 ? { data: elementStatusBytes([SLOTS]) } : {};
}

/** Answers with these, one after the other, whenever the command comes. */
function inTurn(code: number, ...answers: Answer[]): Script {
  return ([own]) => (own === code ? answers.shift() : undefined);
}

describe('dma media: a changer through SCSI commands', () => {
  const blocks = (connection: ScriptedConnection, code: number): Uint8Array[] =>
    connection.requests
      .filter(({ name }) => name === 'NDMP_SCSI_EXECUTE_CDB')
      .map(({ body }) => body.cdb as Uint8Array)
      .filter(([own]) => own === code);

  it('opens, tells what is where, moves by its arm, and closes', async () => {
    const connection = changerWith(() => undefined);
    const changer = await openChanger(connection, 'mc0', PATIENCE);
    const { elements, vendor, product } = await changer.inventory();
    assert.deepEqual([vendor, product, elements.length], ['ACME', 'LIBRARY', 2]);
    await changer.move(1000, 256);
    assert.equal(Buffer.from(blocks(connection, 0xa5)[0]).toString('hex'), 'a500000103e8010000000000');
    await changer.close();
    await changer.close();
    await changer.open();
    await changer.close();
    const names = connection.requests.map(({ name }) => name);
    assert.equal(names.filter((name) => name === 'NDMP_SCSI_CLOSE').length, 2);
    assert.equal(blocks(connection, 0x12).length, 2, 'it is met once: who it is, and its serial number');
  });

  it('waits while another has it open, and says so when that never ends', async () => {
    await openChanger(
      changerWith(() => undefined, ['DEVICE_BUSY', 'DEVICE_BUSY']),
      'mc0',
      PATIENCE,
    );
    const never = changerWith(() => undefined, Array<string>(99).fill('DEVICE_BUSY'));
    await assert.rejects(openChanger(never, 'mc0', PATIENCE), /NDMP_SCSI_OPEN with DEVICE_BUSY/);
  });

  it('refuses what is no changer, and lets go of it', async () => {
    const connection = changerWith(([code]) => (code === 0x12 ? { data: Buffer.from([1]) } : undefined));
    await assert.rejects(openChanger(connection, 'nst0', PATIENCE), /nst0 of scripted is no media changer .* type 1/);
    assert.equal(connection.requests.at(-1)?.name, 'NDMP_SCSI_CLOSE');
  });

  it('sends a command again after news, while it is busy and while it becomes ready', async () => {
    const busy = { status: 8 };
    const becomingReady = { sense: sense(2, 0x04, 0x01) };
    const connection = changerWith(
      inTurn(0xa5, { sense: UNIT_ATTENTION }, { sense: sense(6, 0x29, 0x00) }, busy, becomingReady, {}),
    );
    const changer = await openChanger(connection, 'mc0', PATIENCE);
    await changer.move(1000, 1001);
    assert.equal(blocks(connection, 0xa5).length, 5);
  });

  it('gives up where it is always busy or always has news', async () => {
    const busy = changerWith(([code]) => (code === 0xa5 ? { status: 8 } : undefined));
    await assert.rejects((await openChanger(busy, 'mc0', PATIENCE)).move(1, 2), /it is busy for too long/);
    const news = changerWith(([code]) => (code === 0xa5 ? { sense: UNIT_ATTENTION } : undefined));
    await assert.rejects((await openChanger(news, 'mc0', PATIENCE)).move(1, 2), /always has news/);
  });

  it('can be ended while it waits', async () => {
    const abort = new AbortController();
    const patience = { seconds: 60, pause: 10_000, signal: abort.signal };
    const connection = changerWith(([code]) => (code === 0xa5 ? { status: 8 } : undefined));
    const changer = await openChanger(connection, 'mc0', patience);
    setTimeout(() => abort.abort(), 20);
    await assert.rejects(changer.move(1, 2), /ended while it waited/);
  });

  it('asks for sense data where the server did not fetch them', async () => {
    const connection = changerWith(([code]) => {
      if (code === 0xa5) return { status: 2 };
      return code === 0x03 ? { data: Buffer.from(sense(5, 0x3b, 0x0d), 'hex') } : undefined;
    });
    await assert.rejects((await openChanger(connection, 'mc0', PATIENCE)).move(1000, 1001), /the destination is full/);
  });

  const failures: [what: string, answer: NonNullable<Answer>, pages: TestPage[], says: RegExp][] = [
    [
      'a jam',
      { sense: sense(4, 0x15, 0x01) },
      [SLOTS],
      /arm may be stuck.*A1 is still in element 1000; nothing was moved/,
    ],
    [
      'a cartridge in its hand',
      { sense: sense(4, 0x15, 0x01) },
      [SLOTS, { type: 1, elements: [{ address: 1, full: true }] }],
      /arm \(element 1\) holds a cartridge: see to the library/,
    ],
    [
      'a move that was carried out all the same',
      { sense: sense(4, 0x44, 0x00) },
      [{ type: 2, elements: [{ address: 1000 }, { address: 1001, barcode: 'A1' }] }],
      /A1 is in element 1001, and element 1000 is empty/,
    ],
    [
      'a cartridge that is nowhere',
      { sense: sense(4, 0x80, 0x99) },
      [{ type: 2, elements: [{ address: 1000 }, { address: 1001 }] }],
      /not in its standard.*both elements are empty: look into the library/,
    ],
    ['a reservation', { status: 0x18 }, [SLOTS], /another application has the changer reserved/],
    [
      'a drive that holds fast',
      { sense: sense(5, 0x53, 0x02) },
      [SLOTS],
      /holds its cartridge fast: somebody has it open/,
    ],
    ['a status of its own', { status: 0x40 }, [SLOTS], /ended with status 0x40/],
    ['an error of the server', { error: 'TIMEOUT' }, [SLOTS], /EXECUTE_CDB with TIMEOUT.*nothing was moved/],
  ];
  for (const [what, answer, pages, says] of failures)
    it(`tells of ${what} and reads where the cartridge is`, async () => {
      const connection = changerWith(([code]) => {
        if (code === 0xa5) return answer;
        return code === 0xb8 ? { data: elementStatusBytes(pages) } : undefined;
      });
      const changer = await openChanger(connection, 'mc0', PATIENCE);
      await assert.rejects(changer.move(1000, 1001), says);
    });

  it('asks in a simpler form where the changer knows no identifiers or tags, and remembers it', async () => {
    for (const refusal of [{ sense: sense(5, 0x24, 0x00) }, { error: 'ILLEGAL_ARGS' }]) {
      const connection = changerWith((cdb) =>
        cdb[0] === 0xb8 && (cdb[6] | (cdb[1] & 0x10)) !== 0 ? refusal : undefined,
      );
      const changer = await openChanger(connection, 'mc0', PATIENCE);
      await changer.inventory();
      await changer.inventory();
      assert.equal(blocks(connection, 0xb8).length, 5);
    }
  });

  it('reads a large library in several answers', async () => {
    const slots = Array.from({ length: 1024 }, (_, n) => ({
      address: 1000 + n,
      barcode: `L${String(n).padStart(5, '0')}`,
    }));
    const drives = [{ address: 256 }, { address: 257 }];
    const connection = changerWith((cdb) => {
      if (cdb[0] !== 0xb8) return undefined;
      const view = new DataView(cdb.buffer, cdb.byteOffset);
      const [type, start, count] = [cdb[1] & 0x0f, view.getUint16(2), view.getUint16(4)];
      const pages = [
        { type: 2, elements: slots },
        { type: 4, elements: drives },
      ].map((page) => ({ ...page, elements: page.elements.filter(({ address }) => address >= start).slice(0, count) }));
      const wanted = pages.filter((page) => (type === 0 || type === page.type) && page.elements.length > 0);
      return { data: elementStatusBytes(wanted).subarray(0, 0xff00) };
    });
    const { elements } = await (await openChanger(connection, 'mc0', PATIENCE)).inventory();
    assert.equal(elements.length, 1026);
    assert.deepEqual(
      elements.map(({ address }) => address),
      [256, 257, ...slots.map(({ address }) => address)],
    );
  });

  it('does not believe a changer that announces elements without end', async () => {
    const connection = changerWith((cdb) =>
      cdb[0] === 0xb8 ? { data: elementStatusBytes([SLOTS], { count: 60_000, bytes: 0xffffff }) } : undefined,
    );
    const changer = await openChanger(connection, 'mc0', PATIENCE);
    await assert.rejects(changer.inventory(), /announces 60000 elements and tells of 2/);
  });

  it('comes to an end with an answer or a sentence, whatever a changer says', async function () {
    this.timeout(30_000);
    const answer = fc.record({
      data: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(elementStatusBytes([SLOTS]) as Uint8Array)),
      status: fc.constantFrom(0, 0, 0, 2, 2, 8, 0x18, 0x28, 0x99),
      sense: fc.oneof(
        fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('hex')),
        fc.tuple(fc.nat(15), fc.nat(255), fc.nat(255)).map(([key, asc, ascq]) => sense(key, asc, ascq)),
      ),
    });
    const patience = { seconds: 0.005, pause: 2 };
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 12 }), fc.boolean(), async (answers, meets) => {
        let n = 0;
        const connection = changerWith(([code]) =>
          meets && [0x00, 0x12, 0x1a].includes(code) ? undefined : answers[n++ % answers.length],
        );
        try {
          const changer = await openChanger(connection, 'mc0', patience);
          const { elements } = await changer.inventory();
          assert.ok(elements.length < 100);
          await changer.rescan();
          await changer.move(1000, 1001);
        } catch (problem) {
          assert.ok(problem instanceof DmaFailure, String(problem));
          assert.doesNotMatch(problem.message, /\p{Cc}|undefined|NaN/u);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('initialises where that is asked for, and does without where it is not known', async () => {
    const connection = changerWith(inTurn(0x00, { sense: sense(2, 0x04, 0x02) }));
    const changer = await openChanger(connection, 'mc0', PATIENCE);
    assert.equal(blocks(connection, 0x07).length, 1);
    await changer.rescan();
    const without = changerWith(([code]) => (code === 0x07 ? { error: 'ILLEGAL_ARGS' } : undefined));
    await (await openChanger(without, 'mc0', PATIENCE)).rescan();
    const refusing = changerWith(([code]) => (code === 0x07 ? { sense: sense(4, 0x44, 0x00) } : undefined));
    await assert.rejects((await openChanger(refusing, 'mc0', PATIENCE)).rescan(), /a fault of its own/);
  });
});
