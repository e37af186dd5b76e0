import { CODES } from '../codes';
import { logIn } from '../opening';
import type { Sample } from '../talk';
import { group, pairs, quad, structs, text, word, type Field } from '../xdr';

const ENV = pairs('env', { FILESYSTEM: '/vol/vol1', TYPE: 'dump', HIST: 'y' });
const TYPE = text('bu_type', 'dump');
const ALL_ONES = 0xffff_ffff_ffff_ffffn;

/** File history rebuilt from a tape, in each version that is met. */
export function recoverFilehist(sample: Sample): void {
  const bodies: [version: 2 | 3 | 4, body: Field[]][] = [
    [2, [group('mover', [word('type', 0, 'LOCAL')]), ENV, structs('nlist', [version2Name()]), TYPE]],
    [3, [ENV, structs('nlist', [laterName('destination_dir', 'new_name')]), TYPE]],
    [4, [ENV, structs('nlist', [laterName('destination_path', 'name')]), TYPE]],
  ];
  bodies.forEach(([version, body], turn) => {
    const server = { address: '192.0.2.20', port: 10_000 };
    const talk = sample.talk({ address: '192.0.2.5', port: 50_601 + turn }, server, version);
    logIn(talk, version, turn * 10);
    const start = talk.request(turn * 10 + 0.1, CODES.dataRecoverFilehist, body);
    talk.reply(turn * 10 + 0.13, start);
    const reason = [word('reason', 1, 'SUCCESSFUL')];
    talk.post(turn * 10 + 2, CODES.notifyDataHalted, version === 4 ? reason : [...reason, text('text_reason', '')]);
    talk.close(turn * 10 + 3);
  });
}

function version2Name(): Field[] {
  return [text('name', '/home'), text('dest', '/'), word('ssid', 0), quad('fh_info', ALL_ONES)];
}

function laterName(destination: string, name: string): Field[] {
  const paths = [text('original_path', '/home'), text(destination, '/'), text(name, ''), text('other_name', '')];
  return [...paths, quad('node', ALL_ONES), quad('fh_info', ALL_ONES)];
}
