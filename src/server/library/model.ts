import type { ServerLog } from '../log';
import type { DriveBehaviour } from '../tape/drive';
import type { CartridgeKind } from '../tape/virtual/cartridge';
import type { VirtualDrive } from '../tape/virtual/virtualDrive';

/** What a place in a library is for. */
export type ElementKind = 'transport' | 'storage' | 'import-export' | 'drive';

/** Element type codes of the wire (SMC-3, table 9). */
export const ELEMENT_TYPES: Record<ElementKind, number> = { transport: 1, storage: 2, 'import-export': 3, drive: 4 };

/** Consecutive element addresses of one kind. */
export interface ElementRange {
  first: number;
  count: number;
}

/** Where the elements of each kind are. Ranges do not overlap. */
export type LibraryLayout = Record<ElementKind, ElementRange>;

/** A cartridge that the library knows, wherever it is. */
export interface KnownCartridge {
  /** Name of its folder under `cartridges/`; unique. */
  folder: string;
  /** What the library's scanner reads; '' without a label. */
  barcode: string;
  kind: CartridgeKind;
  /** Address of the element that it lies in; undefined: outside the library, in the operator's hands. */
  element?: number;
  /** The storage slot that it was taken from last. */
  source?: number;
  /** The operator put it into the import/export station, not the robot. */
  imported?: boolean;
}

/** A drive's entry: the device name that clients open, and its serial number. */
export interface DriveEntry {
  device: string;
  serial: string;
}

/** All that is remembered of a library, as it stands in `library.json`. */
export interface LibraryRecord {
  serial: string;
  layout: LibraryLayout;
  drives: DriveEntry[];
  cartridges: KnownCartridge[];
}

/** A drive in its place. */
export interface DriveBay extends DriveEntry {
  drive: VirtualDrive;
  element: number;
}

/** What an element holds, as people and programs ask for it. */
export interface ElementView {
  element: number;
  kind: ElementKind;
  /** Device name of a drive. */
  device?: string;
  cartridge?: KnownCartridge;
}

export interface OpenLibraryOptions {
  log?: ServerLog;
  /** How long the robot takes for a move, in milliseconds. */
  moveMilliseconds?: number;
  /** How its drives behave where drives differ. */
  behaviour?: DriveBehaviour;
}

/** Something that an operator or a folder made impossible; the message is for people. */
export class LibraryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LibraryError';
  }
}
