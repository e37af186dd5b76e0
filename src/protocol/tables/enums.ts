import { enumeration, mask } from '../schema';

export const authType = enumeration('auth_type', {
  0: ['NONE', 'No authentication; many servers refuse it.'],
  1: ['TEXT', 'User name and password in clear text.'],
  2: ['MD5', 'Digest over the password and a challenge of the server.'],
});

export const connectionReason = enumeration('connection_status_reason', {
  0: ['CONNECTED', 'The connection is accepted; names the highest version the server speaks.'],
  1: ['SHUTDOWN', 'The server is about to close the connection.'],
  2: ['REFUSED', 'The server cannot serve this connection now.'],
});

const addressTypes = {
  0: ['LOCAL', 'Data server and mover are in one server: no data connection is made.'],
  1: ['TCP', 'A TCP connection over IPv4.'],
} as const;
export const addressTypeV2 = enumeration('addr_type', addressTypes);
export const addressTypeV3 = enumeration('addr_type', {
  ...addressTypes,
  2: ['FC', 'Fibre Channel.'],
  3: ['IPC', 'A means of communication between the two services that only they understand.'],
});
export const addressTypeV4 = enumeration('addr_type', {
  ...addressTypes,
  2: ['FC', 'Fibre Channel; reserved in v4.'],
  3: ['IPC', 'A means of communication between the two services that only they understand.'],
  0x20510004: ['TCP_IPV6', 'A TCP connection over IPv6 (NetApp connection address extension, class 0x2051).'],
});

const dataOperations = {
  0: ['NOACTION', 'Nothing is going on.'],
  1: ['BACKUP', 'A backup.'],
  2: ['RECOVER', 'A recovery.'],
  3: ['RECOVER_FILEHIST', 'A recovery of the file history only.'],
} as const;
export const dataOperation = enumeration('data_operation', dataOperations);
export const dataOperationOld = enumeration('data_operation', {
  ...dataOperations,
  2: ['RESTORE', 'A recovery.'],
});

const dataStates = {
  0: ['IDLE', 'Nothing is going on.'],
  1: ['ACTIVE', 'A backup or recovery is running.'],
  2: ['HALTED', 'The operation is over; DATA_STOP leads back to IDLE.'],
} as const;
export const dataStateV2 = enumeration('data_state', dataStates);
export const dataState = enumeration('data_state', {
  ...dataStates,
  3: ['LISTEN', 'Waits for the peer to connect.'],
  4: ['CONNECTED', 'The data connection is there, no operation has been started yet.'],
});
export const dataStateV1 = enumeration('data_state', {
  0: ['IDLE', 'Nothing is going on.'],
  1: ['ACTIVE', 'A backup or recovery is running.'],
  2: ['PAUSED', 'Waits for DATA_CONTINUE.'],
  3: ['HALTED', 'The operation is over; DATA_STOP leads back to IDLE.'],
});

export const dataHaltReason = enumeration('data_halt_reason', {
  0: ['NA', 'Not halted.'],
  1: ['SUCCESSFUL', 'The operation was completed.'],
  2: ['ABORTED', 'The operation was ended by DATA_ABORT.'],
  3: ['INTERNAL_ERROR', 'The server could not go on; its log messages may say why.'],
  4: ['CONNECT_ERROR', 'The data connection broke.'],
});
export const dataHaltReasonV1 = enumeration('data_halt_reason', {
  0: ['NA', 'Not halted.'],
  1: ['SUCCESSFUL', 'The operation was completed.'],
  2: ['ABORTED', 'The operation was ended by DATA_ABORT.'],
  3: ['MEDIA_ERROR', 'The tape could not be read or written.'],
  4: ['INTERNAL_ERROR', 'The server could not go on.'],
  5: ['NO_SPLIT', 'A reason of version 1 that is not publicly described.'],
});
export const dataPauseReasonV1 = enumeration('data_pause_reason', {
  0: ['NA', 'Not paused.'],
  1: ['EOM', 'End of medium.'],
  2: ['EOF', 'A file mark was met.'],
});

export const moverState = enumeration('mover_state', {
  0: ['IDLE', 'Nothing is going on.'],
  1: ['LISTEN', 'Waits for the data server to connect.'],
  2: ['ACTIVE', 'Moves data between the data connection and the tape.'],
  3: ['PAUSED', 'Waits for the DMA: a tape change, a new window, or an end.'],
  4: ['HALTED', 'The data connection is closed; MOVER_STOP leads back to IDLE.'],
});

const moverModes = {
  0: ['READ', 'Reads the data connection and writes the tape: a backup.'],
  1: ['WRITE', 'Reads the tape and writes the data connection: a recovery.'],
} as const;
export const moverModeV2 = enumeration('mover_mode', {
  ...moverModes,
  2: ['DATA', 'Both sides are data connections: a relay between movers.'],
});
export const moverModeV3 = enumeration('mover_mode', moverModes);
export const moverModeV4 = enumeration('mover_mode', {
  ...moverModes,
  2: ['NOACTION', 'The mover is idle.'],
});

const pauseReasons = {
  0: ['NA', 'Not paused.'],
  1: ['EOM', 'End of medium: the tape is full, or has no more data.'],
  2: ['EOF', 'A file mark was met; in v2 also the end of the window.'],
  3: ['SEEK', 'The wanted position lies outside the window.'],
  4: ['MEDIA_ERROR', 'The tape could not be read or written; a halt in v4.'],
} as const;
export const moverPauseReasonV2 = enumeration('mover_pause_reason', pauseReasons);
export const moverPauseReason = enumeration('mover_pause_reason', {
  ...pauseReasons,
  5: ['EOW', 'End of window: the next record would lie outside it.'],
});

const moverHaltReasons = {
  0: ['NA', 'Not halted.'],
  1: ['CONNECT_CLOSED', 'The data connection was closed: the normal end.'],
  2: ['ABORTED', 'Ended by MOVER_ABORT.'],
  3: ['INTERNAL_ERROR', 'The server could not go on; its log messages may say why.'],
  4: ['CONNECT_ERROR', 'The data connection broke.'],
} as const;
export const moverHaltReasonOld = enumeration('mover_halt_reason', moverHaltReasons);
export const moverHaltReason = enumeration('mover_halt_reason', {
  ...moverHaltReasons,
  5: ['MEDIA_ERROR', 'The tape could not be read or written.'],
});

const tapeOpenModes = {
  0: ['READ', 'Read only.'],
  1: ['RDWR', 'Read and write.'],
} as const;
export const tapeOpenModeV2 = enumeration('tape_open_mode', { ...tapeOpenModes, 1: ['WRITE', 'Read and write.'] });
export const tapeOpenModeV3 = enumeration('tape_open_mode', {
  ...tapeOpenModes,
  2: ['RAW', 'Opens even when no tape is loaded.'],
  0x7fffffff: ['RAW_ALTERNATE', 'RAW as some v3 implementations write it: opens even when no tape is loaded.'],
});
export const tapeOpenModeV4 = enumeration('tape_open_mode', {
  ...tapeOpenModes,
  2: ['RAW', 'Opens even when no tape is loaded.'],
});

const tapeOperations = {
  0: ['FSF', 'Space forward over file marks; ends behind the last one.'],
  1: ['BSF', 'Space backward over file marks; ends before the last one.'],
  2: ['FSR', 'Space forward over records.'],
  3: ['BSR', 'Space backward over records.'],
  4: ['REW', 'Rewind.'],
  5: ['EOF', 'Write file marks.'],
  6: ['OFF', 'Rewind and unload.'],
} as const;
export const tapeOperationOld = enumeration('tape_mtio_op', tapeOperations);
export const tapeOperation = enumeration('tape_mtio_op', {
  ...tapeOperations,
  7: ['TUR', 'Test whether a tape is loaded.'],
});

export const tapeFlags = mask('tape_flags', {
  0x08: ['NOREWIND', 'The tape is not rewound when it is closed.'],
  0x10: ['WR_PROT', 'The tape is write-protected.'],
  0x20: ['ERROR', 'The drive is in an error condition.'],
  0x40: ['UNLOAD', 'The tape is unloaded when it is closed.'],
});

const tapeStateFields = {
  0x01: ['file_num', 'The number of the file on the tape is not told.'],
  0x02: ['soft_errors', 'The number of mended errors is not told.'],
  0x04: ['block_size', 'The size of a block is not told.'],
  0x08: ['blockno', 'The number of the block is not told.'],
  0x10: ['total_space', 'The capacity of the tape is not told.'],
  0x20: ['space_remain', 'The room left on the tape is not told.'],
} as const;
export const tapeInvalid = mask('tape_invalid', {
  ...tapeStateFields,
  0x40: ['partition', 'The partition is not told.'],
});
export const tapeUnsupported = mask('tape_unsupported', tapeStateFields);

const tapeAttributes = {
  0x1: ['REWIND', 'Rewinds the tape when it is closed.'],
  0x2: ['UNLOAD', 'Unloads the tape when it is closed.'],
} as const;
export const tapeAttributesV3 = mask('tape_attr', tapeAttributes);
export const tapeAttributesV4 = mask('tape_attr', {
  ...tapeAttributes,
  0x4: ['RAW', 'May be opened without a tape (raw mode).'],
});
export const scsiAttributes = mask('scsi_attr', { 0x1: ['SHARED_ROBOT', 'The changer is shared with other servers.'] });

export const cdbFlags = mask('cdb_flags', {
  0x1: ['DATA_IN', 'Data flow from the device to the DMA.'],
  0x2: ['DATA_OUT', 'Data flow from the DMA to the device.'],
});

export const fileSystemType = enumeration('fs_type', {
  0: ['UNIX', 'UNIX name or attributes.'],
  1: ['NT', 'Windows name or attributes.'],
  2: ['OTHER', 'Some other file system.'],
});

const fileTypes = {
  0: ['DIR', 'Directory.'],
  1: ['FIFO', 'Named pipe.'],
  2: ['CSPEC', 'Character device.'],
  3: ['BSPEC', 'Block device.'],
  4: ['REG', 'Regular file.'],
  5: ['SLINK', 'Symbolic link.'],
  6: ['SOCK', 'Socket.'],
} as const;
export const fileTypeV2 = enumeration('file_type', fileTypes);
export const fileType = enumeration('file_type', {
  ...fileTypes,
  7: ['REGISTRY', 'Windows registry.'],
  8: ['OTHER', 'Something else.'],
});

const fileStatFields = {
  0x1: ['atime', 'The time of the last access is not told.'],
  0x2: ['ctime', 'The time of the last change of attributes is not told.'],
  0x4: ['group', 'The group is not told.'],
} as const;
export const fileStatInvalid = mask('file_stat_invalid', fileStatFields);
export const fileStatUnsupported = mask('file_stat_unsupported', fileStatFields);

const fsInfoFields = {
  0x01: ['total_size', 'The size is not told.'],
  0x02: ['used_size', 'How much is in use is not told.'],
  0x04: ['avail_size', 'How much is free is not told.'],
  0x08: ['total_inodes', 'How many files there is room for is not told.'],
  0x10: ['used_inodes', 'How many files there are is not told.'],
} as const;
export const fsInfoInvalid = mask('fs_info_invalid', fsInfoFields);
export const fsInfoUnsupported = mask('fs_info_unsupported', fsInfoFields);

const dataStateFields = {
  0x1: ['est_bytes_remain', 'The server does not estimate what is left.'],
  0x2: ['est_time_remain', 'The server does not estimate how long it takes.'],
} as const;
export const dataStateInvalid = mask('data_state_invalid', dataStateFields);
export const dataStateUnsupported = mask('data_state_unsupported', dataStateFields);

export const logType = enumeration('log_type', {
  0: ['NORMAL', 'For information.'],
  1: ['DEBUG', 'For debugging.'],
  2: ['ERROR', 'An error.'],
  3: ['WARNING', 'A warning.'],
});

export const debugLevel = enumeration('debug_level', {
  0: ['USER_INFO', 'For the user: information.'],
  1: ['USER_SUMMARY', 'For the user: a summary.'],
  2: ['USER_DETAIL', 'For the user: details.'],
  3: ['DIAG_INFO', 'For diagnosis: information.'],
  4: ['DIAG_SUMMARY', 'For diagnosis: a summary.'],
  5: ['DIAG_DETAIL', 'For diagnosis: details.'],
  6: ['PROG_INFO', 'For the programmer: information.'],
  7: ['PROG_SUMMARY', 'For the programmer: a summary.'],
  8: ['PROG_DETAIL', 'For the programmer: details.'],
});

export const hasAssociatedMessage = enumeration('has_associated_message', {
  0: ['NO', 'Belongs to no other message.'],
  1: ['YES', 'Belongs to an earlier message of the server.'],
});

export const recoveryStatus = enumeration('recovery_status', {
  0: ['SUCCESSFUL', 'Recovered.'],
  1: ['FAILED_PERMISSION', 'Access was denied.'],
  2: ['FAILED_NOT_FOUND', 'Not found on the tape.'],
  3: ['FAILED_NO_DIRECTORY', 'The target directory does not exist.'],
  4: ['FAILED_OUT_OF_MEMORY', 'Out of memory.'],
  5: ['FAILED_IO_ERROR', 'Input/output error.'],
  6: ['FAILED_UNDEFINED_ERROR', 'Failed for another reason.'],
  7: ['FAILED_FILE_PATH_EXISTS', 'Something of that name exists already.'],
});

/** v2: bits say what a backup type can not do. */
export const backupTypeAttributesV2 = mask('butype_attr', {
  0x01: ['NO_BACKUP_FILELIST', 'Cannot back up selected files.'],
  0x02: ['NO_BACKUP_FHINFO', 'Backup gives no positions for direct access.'],
  0x04: ['NO_RECOVER_FILELIST', 'Cannot recover selected files.'],
  0x08: ['NO_RECOVER_FHINFO', 'Cannot recover by direct access.'],
  0x10: ['NO_RECOVER_SSID', 'Cannot recover by save set number.'],
  0x20: ['NO_RECOVER_INC_ONLY', 'Cannot recover an increment alone.'],
});
const backupTypeAttributes = {
  0x002: ['BACKUP_FILELIST', 'Can back up selected files.'],
  0x004: ['RECOVER_FILELIST', 'Can recover selected files.'],
  0x008: ['BACKUP_DIRECT', 'Backup gives positions for direct access recovery (valid fh_info).'],
  0x010: ['RECOVER_DIRECT', 'Can recover by direct access.'],
  0x020: ['BACKUP_INCREMENTAL', 'Can back up incrementally.'],
  0x040: ['RECOVER_INCREMENTAL', 'Can recover an increment alone.'],
  0x080: ['BACKUP_UTF8', 'File history names are UTF-8.'],
  0x100: ['RECOVER_UTF8', 'Takes UTF-8 names for recovery.'],
} as const;
export const backupTypeAttributesV3 = mask('butype_attr', {
  0x001: ['BACKUP_FILE_HISTORY', 'Backup posts file history.'],
  ...backupTypeAttributes,
  0x200: ['RECOVER_FILE_HISTORY', 'Can recover the file history alone (unofficial in v3).'],
});
export const backupTypeAttributesV4 = mask('butype_attr', {
  ...backupTypeAttributes,
  0x0200: ['BACKUP_FH_FILE', 'Backup can post file history by path (FH_ADD_FILE).'],
  0x0400: ['BACKUP_FH_DIR', 'Backup can post file history by directory and node (FH_ADD_DIR, FH_ADD_NODE).'],
  0x0800: ['RECOVER_FILEHIST', 'Can recover the file history alone (DATA_START_RECOVER_FILEHIST).'],
  0x1000: ['RECOVER_FH_FILE', 'File history recovery posts FH_ADD_FILE.'],
  0x2000: ['RECOVER_FH_DIR', 'File history recovery posts FH_ADD_DIR and FH_ADD_NODE.'],
});
