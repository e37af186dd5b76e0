import { doc, str, struct } from '../../schema';
import { errorOnly, message, undocumented } from '../message';

/** A request of which only the code and the name are publicly known. */
function rawRequest<const C extends number, const N extends string>(code: C, name: N, text: string) {
  return message({
    code,
    name,
    interface: 'extension',
    doc: text,
    bodies: { 4: { request: undocumented, reply: undocumented } },
  });
}

function rawPost<const C extends number, const N extends string>(code: C, name: N, text: string) {
  return message({ code, name, interface: 'extension', doc: text, bodies: { 4: { post: undocumented } } });
}

const snapshotName = doc(str, 'Name of the snapshot.');

/** NetApp snapshot management, class 0x2050; most bodies are not publicly documented and stay raw. */
export const snapshotMessages = [
  message({
    code: 0x20500100,
    name: 'NDMP_SNAP_CREATE',
    interface: 'extension',
    doc: 'Creates a snapshot of a volume.',
    bodies: { 4: { request: struct({ pathname: str, snapname: snapshotName }), reply: errorOnly } },
  }),
  message({
    code: 0x20500101,
    name: 'NDMP_SNAP_DELETE',
    interface: 'extension',
    doc: 'Deletes a snapshot.',
    bodies: { 4: { request: struct({ snapname: snapshotName }), reply: errorOnly } },
  }),
  rawRequest(0x20500102, 'NDMP_SNAP_RECOVER', 'Recovers from a snapshot: volumes and regular files.'),
  rawRequest(0x20500103, 'NDMP_SNAP_RENAME', 'Renames a snapshot.'),
  rawRequest(0x20500104, 'NDMP_SNAP_GET_SERVER_INFO', 'Asks what the snapshot service can do.'),
  rawRequest(0x20500105, 'NDMP_SNAP_GET_SNAPSHOT_NAMES', 'Asks for the snapshots of a volume.'),
  rawRequest(0x20500106, 'NDMP_SNAP_GET_SNAPSHOT_STATE', 'Asks for the state of a snapshot.'),
  rawRequest(0x20500107, 'NDMP_SNAP_GET_CDR_OP_STATE', 'Asks for the state of a create, delete or recover operation.'),
  rawRequest(0x20500108, 'NDMP_SNAP_GET_SNAPSHOT_PATH', 'Asks for the path of a snapshot.'),
  rawRequest(0x20500109, 'NDMP_SNAP_SET_RESERVE', 'Sets the space reserved for snapshots.'),
  rawRequest(0x2050010a, 'NDMP_SNAP_GET_RESERVE_INFO', 'Asks for the space reserved for snapshots.'),
  rawRequest(0x2050010b, 'NDMP_SNAP_SET_SCHEDULE', 'Sets the snapshot schedule.'),
  rawRequest(0x2050010c, 'NDMP_SNAP_GET_SCHEDULE_INFO', 'Asks for the snapshot schedule.'),
  rawRequest(0x2050010d, 'NDMP_SNAP_DIR_LIST', 'Lists a directory of a snapshot.'),
  rawPost(0x20500180, 'NDMP_SNAP_NOTIFY_CREATE_END', 'The creation of a snapshot is over.'),
  rawPost(0x20500181, 'NDMP_SNAP_NOTIFY_DELETE_END', 'The deletion of a snapshot is over.'),
  rawPost(0x20500182, 'NDMP_SNAP_NOTIFY_RECOVER_END', 'The recovery from a snapshot is over.'),
] as const;
