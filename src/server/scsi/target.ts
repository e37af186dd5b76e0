/** A SCSI command (SCSI_EXECUTE_CDB, NDMPv4 draft, section 3.3). */
export interface ScsiCommand {
  cdb: Uint8Array;
  /** Bytes that go to the device; empty for none. */
  dataOut: Uint8Array;
  /** How many bytes the client takes at most. */
  dataInLength: number;
  /** Milliseconds; 0: for ever. */
  timeout: number;
  /**
   * Who sends it: the number of the control connection. Unit attentions, reservations and locks are kept for each. Left
   * out where a device has but one user at a time.
   */
  initiator?: number;
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
  /** A control connection begins to use the device: events from now on are news to it. */
  attach?(initiator: number): void;
  /** It is done with the device: its locks and reservations end. */
  detach?(initiator: number): void;
  /** Where the device stands, for SCSI_GET_STATE; undefined: not known. */
  readonly address?: ScsiAddress;
  /** Resets every device on the same bus (SCSI_RESET_BUS); left out: the device has the bus for itself. */
  resetBus?(): void;
}

/** A device's place on a SCSI bus. */
export interface ScsiAddress {
  controller: number;
  id: number;
  lun: number;
}
