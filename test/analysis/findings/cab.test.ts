import assert from 'node:assert/strict';
import { Analysis } from '../../../src/analysis/analysis';
import type { BodyValue } from '../../../src/protocol';
import { Play, type Conversation } from '../../support/play';

const LOCAL = 0;
const TCP = 1;
const CAB = { class_id: 0x2052, version: 1 };
const env = (FILESYSTEM: string) => [{ name: 'FILESYSTEM', value: FILESYSTEM }];

/** Plays on one connection; gives the rules that were found with their messages. */
function found(act: (a: Conversation) => void): string[] {
  const play = new Play();
  act(play.connect('10.0.0.1', '10.0.0.2'));
  return new Analysis(play.session()).findings.map(({ rule, row }) => `${rule} ${row + 1}`);
}

function select(a: Conversation, ...selected: BodyValue[]): void {
  a.ask('NDMP_CONFIG_GET_EXT_LIST', {}, { error: 0, class_list: [{ class_id: 0x2052, versions: [1] }] });
  a.ask('NDMP_CONFIG_SET_EXT_LIST', { selected });
}

function prepare(a: Conversation, addr_type = LOCAL, path = '/svm/vol1', error = 0): void {
  a.ask('NDMP_CAB_DATA_CONN_PREPARE', { addr_type, bu_type: 'dump', env: env(path) }, { error });
}

function listen(a: Conversation, addr_type = LOCAL, error = 0): void {
  a.ask('NDMP_DATA_LISTEN', { addr_type }, { error, connect_addr: { type: 0 } });
}

describe('findings: extensions and Cluster Aware Backup', () => {
  it('the right order is quiet', () => {
    const rules = found((a) => {
      select(a, CAB);
      a.ask('NDMP_CONFIG_GET_FS_INFO', {}, { error: 0, fs_info: [] });
      prepare(a);
      listen(a);
    });
    assert.deepEqual(rules, []);
  });

  it('prepare without the class', () => {
    assert.deepEqual(
      found((a) => a.ask('NDMP_CAB_DATA_CONN_PREPARE', { addr_type: TCP, bu_type: 'dump', env: [] }, { error: 1 }, 1)),
      ['cab-not-selected 4'],
    );
  });

  it('a data connection without prepare', () => {
    assert.deepEqual(
      found((a) => {
        select(a, CAB);
        listen(a);
      }),
      ['cab-no-prepare 8'],
    );
  });

  it('another address type', () => {
    assert.deepEqual(
      found((a) => {
        select(a, CAB);
        prepare(a, TCP);
        listen(a, LOCAL, 26);
      }),
      ['cab-address-type 10'],
    );
  });

  it('another volume; a slash at the end makes no difference', () => {
    const start = (path: string) =>
      found((a) => {
        select(a, CAB);
        prepare(a, LOCAL, '/svm/vol1');
        a.ask('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 1 });
        a.ask('NDMP_MOVER_SET_RECORD_SIZE', { len: 65536 });
        a.ask('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: 0xffffffffffffffffn });
        a.ask('NDMP_MOVER_LISTEN', { mode: 0, addr_type: LOCAL }, { error: 0, connect_addr: { type: 0 } });
        a.ask('NDMP_DATA_CONNECT', { addr: { type: 0 } });
        a.ask('NDMP_DATA_START_BACKUP', { bu_type: 'dump', env: env(path) });
      });
    assert.deepEqual(start('/svm/vol2'), ['cab-filesystem 20']);
    assert.deepEqual(start('/svm/vol1/'), []);
  });

  it('lists that were asked for too early, unless they are asked for again', () => {
    const list = (again: boolean) =>
      found((a) => {
        a.ask('NDMP_CONFIG_GET_FS_INFO', {}, { error: 0, fs_info: [] });
        select(a, CAB);
        if (again) a.ask('NDMP_CONFIG_GET_FS_INFO', {}, { error: 0, fs_info: [] });
      });
    assert.deepEqual(list(false), ['cab-lists-too-early 4']);
    assert.deepEqual(list(true), []);
  });

  it('negotiation twice, without asking first, with a class twice', () => {
    assert.deepEqual(
      found((a) => {
        select(a, CAB);
        a.ask('NDMP_CONFIG_SET_EXT_LIST', { selected: [CAB] }, { error: 30 });
      }),
      ['extension-negotiation 8'],
    );
    assert.deepEqual(
      found((a) => a.ask('NDMP_CONFIG_SET_EXT_LIST', { selected: [] })),
      ['extension-negotiation 4'],
    );
    assert.deepEqual(
      found((a) => {
        a.ask('NDMP_CONFIG_GET_EXT_LIST', {}, { error: 0, class_list: [] });
        a.ask('NDMP_CONFIG_SET_EXT_LIST', { selected: [CAB, CAB] }, { error: 29 });
      }),
      ['extension-negotiation 6'],
    );
  });

  it('a SET_EXT_LIST laid out as the reply to GET_EXT_LIST', () => {
    const rules = found((a) => {
      a.ask('NDMP_CONFIG_GET_EXT_LIST', {}, { error: 0, class_list: [] });
      a.ask('NDMP_CONFIG_SET_EXT_LIST', { error: 0, class_list: [{ class_id: 0x2052, versions: [1] }] });
    });
    assert.deepEqual(rules, ['nonconforming-encoding 6']);
  });
});
