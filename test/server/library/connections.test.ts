import assert from 'node:assert/strict';
import { describeSense } from '../../../src/protocol';
import { hex4, hexBytes } from '../../support/changer';
import type { NdmpClient } from '../../support/ndmpClient';
import { CHANGER, TestServer } from '../../support/testServer';

const MAIL = 16;
const SLOT = 1024;
const SLOTS = 12;
const READY = '000000000000';

describe('tape library: control connections as initiators', () => {
  let server: TestServer;
  const clients: NdmpClient[] = [];
  before(async () => (server = await TestServer.start({ library: { slots: SLOTS, drives: 2 } })));
  after(() => server.stop());
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  async function initiator(): Promise<NdmpClient> {
    const client = await server.connect(4);
    clients.push(client);
    await client.expect('NDMP_SCSI_OPEN', { device: CHANGER });
    return client;
  }

  async function outcome(client: NdmpClient, block: string): Promise<string> {
    const body = { flags: 0, timeout: 20_000, datain_len: 0, cdb: hexBytes(block) };
    const { status, ext_sense: sense } = await client.expect('NDMP_SCSI_EXECUTE_CDB', body);
    return status === 2 ? (describeSense(sense) ?? '') : status === 0 ? 'GOOD' : `status ${status}`;
  }
  const move = (from: number, to: number): string => `a5000000${hex4(from)}${hex4(to)}00000000`;

  it('a lock goes with the connection that died', async () => {
    const [dying, other] = [await initiator(), await initiator()];
    const operator = server.library?.operator;
    assert.ok(operator);
    assert.equal(await outcome(dying, '1e0000000100'), 'GOOD');
    assert.equal(await outcome(other, move(SLOT, MAIL)), 'GOOD');
    await assert.rejects(operator.takeOut(MAIL), /locked/);
    dying.close();
    assert.ok(await server.eventually(() => !operator.locked));
    const { barcode } = await operator.takeOut(MAIL);
    assert.equal(await outcome(other, READY), 'UNIT ATTENTION 28/01');
    await operator.putIn(barcode);
    assert.equal(await outcome(other, move(MAIL, SLOT)), 'UNIT ATTENTION 28/01');
    assert.equal(await outcome(other, move(MAIL, SLOT)), 'GOOD');
  });

  it('what happens between SCSI_CLOSE and SCSI_OPEN is told afterwards', async () => {
    const [away, other] = [await initiator(), await initiator()];
    await away.expect('NDMP_SCSI_CLOSE', {});
    assert.equal(await outcome(other, move(SLOT, MAIL)), 'GOOD');
    await away.expect('NDMP_SCSI_OPEN', { device: CHANGER });
    assert.equal(await outcome(away, READY), 'UNIT ATTENTION 28/00');
    assert.equal(await outcome(away, move(MAIL, SLOT)), 'GOOD');
  });

  it('twenty connections move cartridges about at once, and none is lost or doubled', async function () {
    this.timeout(60_000);
    const many = await Promise.all(Array.from({ length: 20 }, initiator));
    const places = [MAIL, MAIL + 1, 128, 129, ...Array.from({ length: SLOTS }, (_, n) => SLOT + n)];
    const tags = () => server.library?.inventory().flatMap(({ cartridge }) => cartridge?.barcode ?? []) ?? [];
    const before = tags().sort();
    const outcomes = new Set<string>();
    await Promise.all(
      many.map(async (client, n) => {
        for (let turn = 0; turn < 15; turn++) {
          const [from, to] = [
            places[(n * 7 + turn * 3) % places.length],
            places[(n * 5 + turn * 11 + 1) % places.length],
          ];
          outcomes.add(await outcome(client, move(from, to)));
        }
      }),
    );
    assert.deepEqual(tags().sort(), before);
    for (const each of outcomes) assert.match(each, /^(GOOD|UNIT ATTENTION 28\/00|ILLEGAL REQUEST 3B\/0[DE])$/);
    assert.ok(outcomes.has('GOOD') && outcomes.has('UNIT ATTENTION 28/00'));
  });
});
