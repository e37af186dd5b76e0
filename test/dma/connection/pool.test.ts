import assert from 'node:assert/strict';
import { ConnectionPool } from '../../../src/dma/connection/pool';
import type { NdmpConnection } from '../../../src/dma/connection/model';
import { ScriptedConnection } from '../../support/scriptedConnection';

const CAB = { class: 0x2052, version: 1 };

describe('Connections that a run uses again', () => {
  const start = () => {
    const opened: NdmpConnection[] = [];
    const pool = new ConnectionPool((server, { extensions = [] }) => {
      const connection = new ScriptedConnection(() => ({}));
      Object.assign(connection, {
        server,
        extensions: new Map(extensions.map((each) => [each.class, each.version])),
      });
      opened.push(connection);
      return Promise.resolve(connection);
    });
    return { pool, opened };
  };

  it('go to who wants the same server with the same extensions, once', async () => {
    const { pool, opened } = start();
    const first = await pool.connect('filer', { role: 'data', extensions: [CAB] });
    pool.keep(first);
    assert.equal(await pool.connect('filer', { role: 'data', extensions: [CAB] }), first);
    assert.notEqual(await pool.connect('filer', { role: 'data', extensions: [CAB] }), first);
    assert.equal(opened.length, 2);
    await pool.close();
  });

  it('are for no other server, and for nobody who wants other extensions', async () => {
    const { pool, opened } = start();
    pool.keep(await pool.connect('filer', { role: 'data', extensions: [CAB] }));
    await pool.connect('other', { role: 'data', extensions: [CAB] });
    await pool.connect('filer', { role: 'data' });
    await pool.connect('filer', { role: 'data', extensions: [CAB, { class: 0x2051, version: 1 }] });
    assert.equal(opened.length, 4);
    await pool.close();
  });

  it('are not used once the server has ended them', async () => {
    const { pool, opened } = start();
    const gone = await pool.connect('filer', { role: 'data' });
    pool.keep(gone);
    await gone.close();
    assert.notEqual(await pool.connect('filer', { role: 'data' }), gone);
    assert.equal(opened.length, 2);
    await pool.close();
  });

  it('are closed with the pool', async () => {
    const { pool } = start();
    const idle = await pool.connect('filer', { role: 'data' });
    const used = await pool.connect('filer', { role: 'data' });
    pool.keep(idle);
    await pool.close();
    assert.deepEqual([idle.isOpen, used.isOpen], [false, true]);
  });
});
