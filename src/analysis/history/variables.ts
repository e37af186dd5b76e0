/** What is publicly documented of an environment variable. */
export interface VariableDoc {
  values: string;
  meaning: string;
  /** Whose documentation says so; undefined: the NDMP drafts, or nearly every server. */
  vendor?: string;
  /** Set by the server: it comes with NDMP_DATA_GET_ENV. */
  returned?: boolean;
}

const YES_NO = 'y or n';
const ontap = (values: string, meaning: string): VariableDoc => ({ values, meaning, vendor: 'ONTAP' });
const smtape = (values: string, meaning: string): VariableDoc => ({ values, meaning, vendor: 'ONTAP SMTape' });

/** Environment variables by name (NDMPv4 draft, section 3.5; public documentation of servers). */
export const variableDocs: Readonly<Record<string, VariableDoc>> = {
  FILESYSTEM: { values: 'path', meaning: 'Root of the data to back up. A recovery needs it, too.' },
  PREFIX: {
    values: 'path',
    meaning: 'Another name for FILESYSTEM, older; servers differ in which of the two they take first.',
  },
  TYPE: { values: 'dump, tar, cpio, smtape, zfs, …', meaning: 'Backup type, as a rule the same as in the request.' },
  HIST: {
    values: 'y, n, f or d',
    meaning:
      'File history: y as the server likes, f by paths, d by directories and nodes, n none. Some servers take f and d for no.',
  },
  HIST_TYPE: { values: 'f or d', meaning: 'Kind of file history where HIST is y.', vendor: 'ndmjob' },
  DIRECT: {
    values: YES_NO,
    meaning: 'Backup: give valid positions in the file history. Recovery: go straight to the files on tape.',
  },
  RECURSIVE: { values: YES_NO, meaning: 'Recovery: also what is in the named directories. Default y.' },
  LEVEL: {
    values: '0 to 9, on some servers more',
    meaning: 'Dump level: 0 is a full backup, n what changed since the last lower level.',
  },
  UPDATE: { values: YES_NO, meaning: 'Keep a record of this backup, so that later levels can build on it. Default y.' },
  EXTRACT: {
    values: 'y, n; ONTAP also E',
    meaning:
      'Recovery by dump: y extracts the named files, n rebuilds the whole file system. With E files can be renamed.',
  },
  BASE_DATE: {
    values: '-1, 0 or a DUMP_DATE',
    meaning:
      'Incremental backup by date, instead of LEVEL: -1 off, 0 begins a chain, else the DUMP_DATE of the backup before.',
  },
  DUMP_DATE: { values: 'token', meaning: 'Names this backup for the BASE_DATE of the next one.', returned: true },
  EXCLUDE: { values: 'patterns with commas between', meaning: 'Names to leave out.' },
  INCLUDE: { values: 'patterns', meaning: 'Names to take.', vendor: 'Isilon' },
  FILES: { values: 'list', meaning: 'Files to back up.' },
  CMD: { values: 'command', meaning: 'Find command of a cpio backup.' },
  USER: { values: 'name', meaning: 'User as whom the backup runs.' },
  PATHNAME_SEPARATOR: {
    values: 'one character',
    meaning: 'What stands between the parts of a path. Set by the server; a DMA must not send it for a backup.',
    returned: true,
  },
  ACL_START: {
    values: 'number',
    meaning: 'Where in the stream the access control lists begin. Hand it back for direct access recovery.',
    vendor: 'ONTAP',
    returned: true,
  },
  NDMP_VERSION: {
    values: 'number',
    meaning: 'Tells the version; setting it changes nothing.',
    vendor: 'ONTAP',
    returned: true,
  },
  DEBUG: ontap(YES_NO, 'Write debugging information to the log.'),
  VERBOSE: ontap(YES_NO, 'More log messages.'),
  DMP_NAME: ontap('text', 'Name of a backup of several subtrees, which needs one.'),
  ENHANCED_DAR_ENABLED: ontap(YES_NO, 'Direct access recovery of directories and of files with NT streams.'),
  EXTRACT_ACL: ontap(YES_NO, 'Recover access control lists. Default y.'),
  NO_ACLS: ontap(YES_NO, 'Back up no access control lists.'),
  FORCE: ontap(YES_NO, 'Do not check for room and inodes before a recovery.'),
  IGNORE_CTIME: ontap(
    YES_NO,
    'A file of which only the change time changed is not taken along. Moved files may be lost.',
  ),
  IGNORE_QTREES: ontap(YES_NO, 'Do not recover qtree information.'),
  LIST: ontap(YES_NO, 'List names and inodes, recover nothing.'),
  LIST_QTREES: ontap(YES_NO, 'List qtrees only.'),
  MULTI_SUBTREE_NAMES: ontap('names, one a line', 'Subtrees to back up, below the common root; needs DMP_NAME.'),
  NDMP_UNICODE_FH: ontap(YES_NO, 'File history has a Unicode name beside the NFS name.'),
  NDMP_UNICODE_ENABLE: ontap(YES_NO, 'Seen in titles of its documentation; not described publicly.'),
  NON_QUOTA_TREE: ontap(YES_NO, 'Leave out qtrees; of whole volumes at level 0 only.'),
  NOWRITE: ontap(YES_NO, 'Recover without writing, to look for errors.'),
  RECOVER_FULL_PATHS: ontap(YES_NO, 'Direct access recovery also restores the rights of the directories on the way.'),
  SMTAPE_BACKUP_SET_ID: smtape('128-bit number', 'Made by the first backup of a chain and given again for the others.'),
  SMTAPE_SNAPSHOT_NAME: smtape('snapshot', 'This snapshot and older ones go to tape.'),
  SMTAPE_DELETE_SNAPSHOT: smtape(YES_NO, 'Delete the snapshot that was made for the backup.'),
  SMTAPE_BREAK_MIRROR: smtape(YES_NO, 'Make the volume writable after a recovery.'),
  PER_DIRECTORY_MATCHING: { values: YES_NO, meaning: 'How patterns are compared.', vendor: 'Isilon' },
  ENCODING: { values: 'UTF-8, …', meaning: 'Encoding of names.', vendor: 'Isilon' },
  ENFORCE_UNIQUE_NODE: { values: YES_NO, meaning: 'Node numbers are unique in the history.', vendor: 'Isilon' },
  BACKUP_MODE: { values: 'SNAPSHOT', meaning: 'Back up from a snapshot.', vendor: 'Isilon' },
  DEREF_HARD_LINK: { values: YES_NO, meaning: 'Handling of hard links.', vendor: 'Dell FluidFS' },
  ZFS_FORCE: { values: YES_NO, meaning: 'Force a recovery.', vendor: 'Oracle ZFS' },
  SNAPSURE: { values: YES_NO, meaning: 'Snapshot control.', vendor: 'Celerra and its kin' },
};

/** What is known of a variable; undefined: it is not publicly documented. Names are case-sensitive. */
export function variableDoc(name: string): VariableDoc | undefined {
  return Object.hasOwn(variableDocs, name) ? variableDocs[name] : undefined;
}
