import type { PartRecord, SetRecord } from '../catalog/model';

/** Which way the stream goes: from mover to mover, or through this machine where two movers cannot be joined. */
export type CopyWay = 'auto' | 'direct' | 'relay';

export interface CopyRequest {
  /** Sets by their numbers, one after the other. */
  sets: readonly number[];
  /** Pool of the tapes that the copies go to. */
  pool: string;
  /** Tape server that has the tapes to copy, by name; undefined: where the catalog saw them last. */
  from: string | undefined;
  /** Tape server to copy to; undefined: the same. */
  to: string | undefined;
  /** Device names; undefined: any drive. */
  fromDrive: string | undefined;
  toDrive: string | undefined;
  /** SCSI devices of the changers; undefined: the one there is, if any. */
  fromChanger?: string;
  toChanger?: string;
  /** Whether copies go behind what is on a tape. */
  append: boolean;
  /** Copies also what lies whole in the pool already. */
  again: boolean;
  way: CopyWay;
}

/** What is copied: a whole copy of an image, in the order of the stream. */
export interface CopySource {
  set: SetRecord;
  parts: readonly PartRecord[];
  /** Number that the new copy gets. */
  copy: number;
}
