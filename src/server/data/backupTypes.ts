import type { BackupTypeInfo, EnvironmentPair } from '../system';

/** The kinds of stream that the data server makes and reads. */
export type BackupTypeName = 'tar' | 'dump';

/** CONFIG_GET_BUTYPE_ATTR of v2: what a type can *not* do. */
const V2 = { NO_RECOVER_SSID: 0x10, NO_RECOVER_INC_ONLY: 0x20 } as const;
/** CONFIG_GET_BUTYPE_INFO of v3. */
const V3 = {
  BACKUP_FILE_HISTORY: 0x1,
  BACKUP_FILELIST: 0x2,
  RECOVER_FILELIST: 0x4,
  BACKUP_DIRECT: 0x8,
  RECOVER_DIRECT: 0x10,
  BACKUP_INCREMENTAL: 0x20,
  RECOVER_INCREMENTAL: 0x40,
} as const;
/** CONFIG_GET_BUTYPE_INFO of v4 (NDMPv4 draft, section 3.2). */
const V4 = {
  BACKUP_FILELIST: 0x2,
  RECOVER_FILELIST: 0x4,
  BACKUP_DIRECT: 0x8,
  RECOVER_DIRECT: 0x10,
  BACKUP_INCREMENTAL: 0x20,
  RECOVER_INCREMENTAL: 0x40,
  BACKUP_FH_FILE: 0x200,
  BACKUP_FH_DIR: 0x400,
  RECOVER_FILEHIST: 0x800,
  RECOVER_FH_FILE: 0x1000,
  RECOVER_FH_DIR: 0x2000,
} as const;

const files3 = V3.BACKUP_FILE_HISTORY | V3.BACKUP_FILELIST | V3.RECOVER_FILELIST | V3.BACKUP_DIRECT | V3.RECOVER_DIRECT;
const files4 =
  V4.BACKUP_FILELIST |
  V4.RECOVER_FILELIST |
  V4.BACKUP_DIRECT |
  V4.RECOVER_DIRECT |
  V4.BACKUP_FH_FILE |
  V4.BACKUP_FH_DIR |
  V4.RECOVER_FILEHIST |
  V4.RECOVER_FH_FILE |
  V4.RECOVER_FH_DIR;

/** Variables that every type knows, with what they are when the client does not send them. */
const common: readonly EnvironmentPair[] = [
  { name: 'FILESYSTEM', value: '' },
  { name: 'PREFIX', value: '' },
  { name: 'HIST', value: 'n' },
  { name: 'FILES', value: '' },
  { name: 'EXCLUDE', value: '' },
  { name: 'DIRECT', value: 'n' },
  { name: 'RECURSIVE', value: 'y' },
  { name: 'XATTR', value: 'y' },
];

/** What the data server offers; CONFIG_GET_BUTYPE_INFO and CONFIG_GET_BUTYPE_ATTR tell it to clients. */
export const backupTypes: readonly (BackupTypeInfo & { name: BackupTypeName })[] = [
  {
    name: 'tar',
    defaults: [{ name: 'TYPE', value: 'tar' }, ...common],
    attributes: { v2: V2.NO_RECOVER_SSID | V2.NO_RECOVER_INC_ONLY, v3: files3, v4: files4 },
  },
  {
    name: 'dump',
    defaults: [
      { name: 'TYPE', value: 'dump' },
      ...common,
      { name: 'LEVEL', value: '0' },
      { name: 'UPDATE', value: 'y' },
      { name: 'BASE_DATE', value: '-1' },
      { name: 'EXTRACT', value: 'y' },
    ],
    attributes: {
      v2: V2.NO_RECOVER_SSID,
      v3: files3 | V3.BACKUP_INCREMENTAL | V3.RECOVER_INCREMENTAL,
      v4: files4 | V4.BACKUP_INCREMENTAL | V4.RECOVER_INCREMENTAL,
    },
  },
];

/** The type of that name; undefined for one that is not offered. */
export function backupType(name: string): BackupTypeName | undefined {
  return backupTypes.find((type) => type.name === name)?.name;
}
