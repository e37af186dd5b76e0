/** A SCSI command (SCSI_EXECUTE_CDB, NDMPv4 draft, section 3.3). */
export interface ScsiCommand {
  cdb: Uint8Array;
  /** Bytes that go to the device; empty for none. */
  dataOut: Uint8Array;
  /** How many bytes the client takes at most. */
  dataInLength: number;
  /** Milliseconds; 0: for ever. */
  timeout: number;
}

export interface ScsiResult {
  /** SCSI status: 0 GOOD, 2 CHECK CONDITION, 8 BUSY, 0x18 RESERVATION CONFLICT. */
  status: number;
  /** Cut to `dataInLength`. */
  dataIn: Uint8Array;
  /** Bytes of `dataOut` that were taken. */
  dataOutLength: number;
  /** Sense data of a CHECK CONDITION, else empty. */
  sense: Uint8Array;
}

/** What executes SCSI commands: a media changer or a tape drive. Knows nothing of NDMP. */
export interface ScsiTarget {
  execute(command: ScsiCommand): Promise<ScsiResult>;
  /** A reset: the next command of everyone meets UNIT ATTENTION 29/00. */
  reset(): void;
}
