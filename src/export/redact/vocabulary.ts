/**
 * Words that the protocol and its documentation publish: they tell nothing of anybody and make a redacted capture
 * readable. Everything that is not named here is replaced.
 */

/** What the value of an environment variable is, which decides how it is replaced. */
export type ValueShape = 'path' | 'type' | 'number' | 'text';

/** Variables by name (NDMPv4 draft, ONTAP and Bareos documentation); names that are not here are replaced as well. */
export const publicVariables: ReadonlyMap<string, ValueShape> = new Map([
  ['FILESYSTEM', 'path'],
  ['PREFIX', 'path'],
  ['TYPE', 'type'],
  ['LEVEL', 'number'],
  ['BASE_DATE', 'number'],
  ['DUMP_DATE', 'number'],
  ['ACL_START', 'number'],
  ['NDMP_VERSION', 'number'],
  ['SELECT_TIMEOUT', 'number'],
  ...[
    'HIST HIST_TYPE DIRECT RECURSIVE UPDATE EXTRACT EXCLUDE INCLUDE FILES CMD USER PATHNAME_SEPARATOR DEBUG VERBOSE',
    'SNAPSURE ENHANCED_DAR_ENABLED MULTI_SUBTREE_NAMES IGNORE_CTIME IGNORE_QTREES LIST LIST_QTREES NON_QUOTA_TREE NOWRITE',
    'RECOVER_FULL_PATHS EXTRACT_ACL NO_ACLS FORCE NDMP_UNICODE_ENABLE NDMP_UNICODE_FH EXECUTE_CDB COMPRESSION LOCAL',
    'AVAILABLE_BACKUP AVAILABLE_RECOVERY EXPORT_MODE NDMP4_EXT_INFO SMTAPE_BREAK_MIRROR SMTAPE_DELETE_SNAPSHOT',
    'SMTAPE_SNAPSHOT_NAME SMTAPE_BREAK_MIRROR RETAIN VIEW_SNAPSHOT',
  ]
    .join(' ')
    .split(' ')
    .map((name): [string, ValueShape] => [name, 'text']),
]);

/** Backup types, kinds of file systems and their states. */
export const publicWords: ReadonlySet<string> = new Set(
  (
    'dump tar cpio gtar star smtape zfs vbb image ufs nfs wafl ext2 ext3 ext4 xfs btrfs tmpfs WAFL UFS ZFS NFS UNIX NT ' +
    'online offline mounted unmounted yes no true false'
  ).split(' '),
);

/** Values that say yes, no, how, or a small number. */
export const publicValue = /^(?:[a-zA-Z]|-?\d{1,2}|yes|no|true|false|\/)$/;

/** A date or an offset, for the variables whose values are numbers. */
export const plainNumber = /^-?\d{1,20}$/;
