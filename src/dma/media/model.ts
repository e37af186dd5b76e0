import type { TapeRecord } from '../catalog/model';

export type ElementType = 'transport' | 'slot' | 'import-export' | 'drive';

export interface Element {
  type: ElementType;
  /** SCSI element address. */
  address: number;
  isFull: boolean;
  /** Barcode without padding, as a changer reads it, or the tape's name in the catalog; undefined where none can be read. */
  barcode: string | undefined;
  /** Holds a cleaning cartridge, by its medium type or its barcode (CLN…): never mounted, written or chosen. */
  isCleaning: boolean;
  /** Slot that the cartridge came from, where the changer says. */
  source: number | undefined;
  isAccessible: boolean;
  /** The sense text where something is wrong with the element. */
  problem: string | undefined;
  /** Serial number or identifier of a drive, where the changer gives it (DVCID). */
  deviceId: string | undefined;
}

export interface Inventory {
  elements: readonly Element[];
  vendor: string;
  product: string;
  /** Serial number of the changer, where it tells one. */
  serial?: string;
}

/** A media changer, opened over the SCSI interface of an NDMP server. Its commands run one after the other. */
export interface Changer {
  readonly server: string;
  readonly device: string;
  /** Opens it again after {@link close}; nothing when it is open. */
  open(): Promise<void>;
  /** Reads what is where, afresh; by element address. */
  inventory(): Promise<Inventory>;
  /** Lets the changer look again at every element; can take minutes. */
  rescan(): Promise<void>;
  /** @throws DmaFailure with what the sense data mean, and where the cartridge is now */
  move(from: number, to: number): Promise<void>;
  /** Lets others have it; the connection stays. */
  close(): Promise<void>;
}

/** What stands at the beginning of a tape. */
export type LabelFinding =
  | { kind: 'ours'; label: Label }
  /** `by` names who wrote it, as far as it can be told: 'ndmjob', 'ANSI', 'Amanda', 'unknown'. */
  | { kind: 'foreign'; by: string; volume: string | undefined }
  | { kind: 'blank' }
  | { kind: 'unreadable'; why: string };

/** The first tape file of a tape of ours (docs/manual/tape-format.md). */
export interface Label {
  uuid: string;
  barcode: string;
  pool: string;
  /** Milliseconds since 1970. */
  written: number;
}

/** A drive as the planner may choose it. */
export interface DriveState {
  server: string;
  device: string;
  /** Element of the changer; undefined for a drive without one, or where it is not known. */
  element: number | undefined;
  loaded: string | undefined;
  affinity: string | undefined;
  /** Why it cannot be used now. */
  unusable: string | undefined;
}

/** A cartridge as the planner may choose it. */
export interface TapeChoice {
  tape: TapeRecord;
  /** Where it is now; undefined: on the shelf. */
  element: number | undefined;
  /** Why it cannot be written. */
  refusal: string | undefined;
}
