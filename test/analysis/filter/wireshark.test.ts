import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { compileFilter } from '../../../src/analysis/filter';
import { openCaptureSync } from '../../../src/indexing';
import type { CaptureSession } from '../../../src/session/capture';
import { findCapture } from '../../support/captures';

/** Captures whose decode by tshark 4.0.17 is right in the fields compared here. NDMPv2 is not among them. */
const captures = [
  'query-v3',
  'query-v4',
  'threeway-v3',
  'threeway-v4',
  'local-v3',
  'local-v4',
  'robot-v4',
  'tape-records',
  'job-failures',
  'multitape-v4',
  'ndmpd-query-v4',
  'ndmpd-test-data-v3',
];

/** Fields in which the two differ on purpose, with the reason. */
const onPurpose: Readonly<Record<string, string>> = {
  'ndmp.lastfrag': 'tshark lists fragments, here a message is shown with its last one',
  'ndmp.fraglen': 'tshark lists fragments in the packets they end in',
  'ndmp.fragment_data': 'fragments are joined before a message is shown',
  'ndmp.version': 'tshark keeps the announced version until the reply to CONNECT_OPEN',
  'ndmp.msg.unknown': 'tshark does not know DATA_START_RECOVER_FILEHIST',
  'ndmp.timestamp': 'printed as a date by tshark',
  'ndmp.file.mtime': 'printed as a date by tshark',
  'ndmp.file.atime': 'printed as a date by tshark',
  'ndmp.file.ctime': 'printed as a date by tshark',
  'ndmp.file.links': 'tshark shows the low half of the size here',
};
/** tshark shows only the header of this one. */
const RECOVER_FILEHIST = 0x40b;

type Values = Map<string, Map<number, Set<string>>>;

/** Every ndmp.* value in tshark's decode, by field and packet; booleans are left to their masks. */
function tsharkValues(path: string): Values {
  const values: Values = new Map();
  const walk = (node: unknown, frame: number): void => {
    if (Array.isArray(node)) {
      node.forEach((each) => walk(each, frame));
    } else if (typeof node === 'object' && node !== null) {
      for (const [name, value] of Object.entries(node)) {
        if (name.startsWith('ndmp.') && !name.endsWith('_tree')) {
          const frames = values.get(name) ?? new Map<number, Set<string>>();
          values.set(name, frames);
          const set = frames.get(frame) ?? new Set<string>();
          frames.set(frame, set);
          [value].flat().forEach((each: unknown) => set.add(typeof each === 'string' ? each : ''));
        }
        walk(value, frame);
      }
    }
  };
  const packets = JSON.parse(gunzipSync(readFileSync(path)).toString('latin1')) as {
    _source: { layers: { frame: { 'frame.number': string }; ndmp: unknown } };
  }[];
  packets.forEach(({ _source: { layers } }) => walk(layers.ndmp, Number(layers.frame['frame.number'])));
  return values;
}

/** Packets in which a message passes the filter. */
function frames(session: CaptureSession, filter: string): Set<number> {
  const result = compileFilter(filter);
  assert.ok(result.ok, result.ok ? '' : `${filter}: ${result.problem.message}`);
  const test = result.filter.bind(session);
  const found = new Set<number>();
  for (let row = 0; row < session.index.count; row++) {
    if (test(row)) {
      found.add(session.index.frame(row));
    }
  }
  return found;
}

function literalOf(name: string, value: string): string {
  const isNumber = /^(?:-?\d+(?:\.\d+)?|0x[0-9a-f]+|\d+(?:\.\d+){3})$/.test(value);
  const isBytes = /^(?:[0-9a-f]{2}:)+[0-9a-f]{2}$/.test(value);
  return (isNumber && !name.endsWith('.value')) || isBytes ? value : JSON.stringify(value);
}

describe("filter: Wireshark's names mean what they mean in Wireshark", () => {
  for (const name of captures) {
    const path = findCapture(`${name}.pcap`);
    const golden = findCapture(`golden/${name}.json.gz`);
    if (!path || !golden) continue; // only in the full collection
    it(name, () => {
      const session = openCaptureSync(path);
      const unknownToTshark = frames(session, `code == ${RECOVER_FILEHIST}`);
      const known = (frame: number): boolean => !unknownToTshark.has(frame);
      let compared = 0;
      for (const [field, expected] of tsharkValues(golden)) {
        if (field in onPurpose) {
          continue;
        }
        const isBit = /\.(?:invalid|flags|attr)\.[a-z_0-9]+$/.test(field);
        if (!isBit) {
          const present = [...frames(session, field)].filter(known).sort(byNumber);
          assert.deepEqual(present, [...expected.keys()].filter(known).sort(byNumber), `${field} is there`);
        }
        for (const value of new Set([...expected.values()].flatMap((set) => [...set].slice(0, 2)))) {
          if (value === '' || value.length > 200) {
            continue;
          }
          const found = frames(session, `${field} == ${literalOf(field, value)}`);
          const missing = [...expected]
            .filter(([frame, set]) => known(frame) && set.has(value) && !found.has(frame))
            .map(([frame]) => frame);
          assert.deepEqual(missing, [], `${field} == ${value}`);
          compared++;
        }
      }
      assert.ok(compared > 50);
      session.close();
    });
  }

  it('refuses or knows every name that tshark 4.0.17 has', () => {
    const unknown = allNames.filter((name) => {
      const result = compileFilter(name);
      return !result.ok && !result.problem.message.includes('has no equivalent here');
    });
    assert.deepEqual(unknown, []);
  });
});

const byNumber = (a: number, b: number): number => a - b;

/** Every field of the dissector, without its prefix (tshark -G fields). */
const allNames = `
  addr.ip addr.ipc addr.loop_id addr.tcp_port addr_type addr_types auth.challenge auth.digest auth.id auth.password
  auth.types auth_type bu.destination_dir bu.new_name bu.operation bu.original_path bu.other_name bu.state.invalid
  bu.state.invalid.ebr bu.state.invalid.etr butype.attr butype.attr.backup_direct butype.attr.backup_file_history
  butype.attr.backup_filelist butype.attr.backup_incremental butype.attr.backup_utf8 butype.attr.recover_direct
  butype.attr.recover_filelist butype.attr.recover_incremental butype.attr.recover_utf8 butype.default_env
  butype.env.name butype.env.value butype.info butype.name bytes_left_to_read class.id class.version class_list
  connected connected.reason count data data.bytes_processed data.est_bytes_remain data.est_time_remain data.halted
  data.state data.written dirs error execute_cdb.cdb_len execute_cdb.datain_len execute_cdb.dataout_len
  execute_cdb.flags execute_cdb.flags.data_in execute_cdb.flags.data_out execute_cdb.sns_len execute_cdb.status
  execute_cdb.timeout ext_version ext_version_list ext_version_list.version file file.atime file.ctime file.fattr
  file.fh_info file.fs_type file.group file.invalid file.invalid.atime file.invalid.ctime file.invalid.group
  file.links file.mtime file.names file.node file.owner file.parent file.size file.stats file.type files fraglen
  fragment fragment.count fragment.error fragment.multiple_tails fragment.overlap fragment.overlap.conflicts
  fragment.too_long_fragment fragment_data fragments fs.avail_size fs.env fs.env.name fs.env.value fs.info
  fs.invalid fs.invalid.avail_size fs.invalid.total_inodes fs.invalid.total_size fs.invalid.used_inodes
  fs.invalid.used_size fs.logical_device fs.physical_device fs.status fs.total_inodes fs.total_size fs.type
  fs.used_inodes fs.used_size halt halt.reason header hostid hostname lastfrag log.message log.message.id log.type
  mover.mode mover.pause mover.state msg msg.unknown msg_type nlist nodes os.type os.version reassembled.in
  reassembled.length record.num record.size reply_sequence request_frame resid_count response_frame scsi.controller
  scsi.device scsi.id scsi.info scsi.lun scsi.model seek.position sequence server.product server.revision
  server.vendor tape.attr tape.attr.rewind tape.attr.unload tape.cap.name tape.cap.value tape.capability
  tape.dev_cap tape.device tape.flags tape.flags.error tape.flags.no_rewind tape.flags.unload
  tape.flags.write_protect tape.info tape.invalid tape.invalid.block_no tape.invalid.block_size
  tape.invalid.file_num tape.invalid.partition tape.invalid.soft_errors tape.invalid.space_remain
  tape.invalid.total_space tape.model tape.mtio.op tape.open_mode tape.status.block_no tape.status.block_size
  tape.status.file_num tape.status.partition tape.status.soft_errors tape.status.space_remain
  tape.status.total_space tcp.default_env tcp.env.name tcp.env.value tcp.port_list time timestamp version
  window.length window.offset
`
  .trim()
  .split(/\s+/)
  .map((name) => `ndmp.${name}`);
