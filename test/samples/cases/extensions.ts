import { CODES } from '../codes';
import { logIn } from '../opening';
import type { Sample } from '../talk';
import { group, ipv4, list, pairs, structs, text, word, type Field } from '../xdr';

const DMA = { address: '192.0.2.5', port: 50_101 };
const FILER = { address: '192.0.2.20', port: 10_000 };

const version = (value: number): Field => word('', value);

/** Extension lists, NetApp's Cluster Aware Backup and snapshot management, and a class of another vendor. */
export function extensionMessages(sample: Sample): void {
  const talk = sample.talk(DMA, FILER, 4);
  logIn(talk, 4);
  const get = talk.request(0.1, CODES.getExtList);
  talk.reply(0.101, get, [
    structs('class_list', [
      [word('class_id', 0x2050), list('versions', [version(3), version(2)])],
      [word('class_id', 0x2052), list('versions', [version(1)])],
      [word('class_id', 0x7ff0), list('versions', [version(1), version(2)])],
    ]),
  ]);
  const selection = [
    [word('class_id', 0x2050), word('version', 3)],
    [word('class_id', 0x2052), word('version', 1)],
    [word('class_id', 0x7ff0), word('version', 2)],
  ];
  const set = talk.request(0.2, CODES.setExtList, [structs('selected', selection)]);
  talk.reply(0.201, set);
  const prepare = talk.request(0.3, CODES.cabDataConnPrepare, [
    word('addr_type', 1, 'TCP'),
    text('bu_type', 'dump'),
    pairs('env', { FILESYSTEM: '/vs1/vol1', TYPE: 'dump' }),
  ]);
  talk.reply(0.302, prepare);
  const address = [ipv4('ip_addr', '192.0.2.30'), word('port', 40_001), pairs('addr_env', {})];
  const connect = talk.request(0.4, CODES.dataConnect, [
    group('addr', [word('type', 1, 'TCP'), structs('tcp_addr', [address])]),
  ]);
  talk.reply(0.41, connect, [], { error: 26 });
  const echo = talk.request(0.5, CODES.testEcho, [text('echo_msg', 'hello'), word('echo_short', 258)]);
  talk.reply(0.501, echo, [text('echo_msg', 'hello'), word('echo_short', 258)]);
  snapshots(talk);
  const other = talk.request(0.9, CODES.hpMessage, [word('', 7)], { shown: {} });
  talk.reply(0.901, other, [], { headerError: 1, shown: {} });
  talk.close(1);
}

function snapshots(talk: ReturnType<Sample['talk']>): void {
  const create = talk.request(0.6, CODES.snapCreate, [text('pathname', '/vol/vol1'), text('snapname', 'nightly.1')]);
  talk.reply(0.65, create);
  const again = talk.request(0.7, CODES.snapCreate, [text('pathname', '/vol/vol1'), text('snapname', 'nightly.1')]);
  talk.replyWith(0.71, again, [word('error', 0x20500100, 'SNAP_EXISTS')], { error: 0x20500100 });
  const names = talk.request(0.75, CODES.snapGetSnapshotNames, [], { shown: {} });
  talk.reply(0.751, names, [], { headerError: 1, shown: {} });
  const remove = talk.request(0.8, CODES.snapDelete, [text('snapname', 'nightly.1')]);
  talk.reply(0.801, remove);
  talk.post(0.85, CODES.snapNotifyDeleteEnd, [word('', 0)], { shown: {} });
}

/** The other encoding of the extension selection that is met in the field, and version 1 of the test echo. */
export function otherEncodings(sample: Sample): void {
  const talk = sample.talk({ ...DMA, port: 50_102 }, FILER, 4);
  logIn(talk, 4, 10);
  const get = talk.request(10.1, CODES.getExtList);
  const classes = structs('class_list', [[word('class_id', 0x7ff0), list('versions', [version(1)])]]);
  talk.reply(10.101, get, [classes]);
  const selected = structs('class_list', [[word('class_id', 0x7ff0), list('versions', [version(1)])]]);
  const set = talk.request(10.2, CODES.setExtList, [word('error', 0, 'NO_ERR'), selected]);
  talk.reply(10.201, set);
  const echo = talk.request(10.3, CODES.testEcho, [text('echo_msg', 'is anybody there')]);
  talk.reply(10.301, echo, [text('echo_msg', 'is anybody there')]);
  talk.close(11);
}
