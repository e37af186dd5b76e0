/** pax records of our own streams beside the standard ones (docs/manual/backup-format.md). Other readers skip what they do not know. */
export const PaxKey = {
  /** Decimal inode number (star's key). */
  INODE: 'SCHILY.ino',
  /** Decimal number of hard links, when there is more than one (star's key). */
  LINKS: 'SCHILY.nlink',
  /** Prefix of an extended attribute's name; the value is raw (star's and GNU tar's key). */
  XATTR: 'SCHILY.xattr.',
  /** Of a hard link: decimal offset in the stream of the first header block of the entry that holds the data. */
  LINK_OFFSET: 'NDMPWB.linkoffset',
  /**
   * Of a directory in an incremental dump: base64 of names, each followed by NUL, that its last listing had and that are
   * gone, or that are another directory or of another type now.
   */
  REMOVED: 'NDMPWB.removed',
} as const;

/** Environment variable that a backup returns: decimal length of its stream in bytes. */
export const STREAM_BYTES_VARIABLE = 'NDMPWB_STREAM_BYTES';
