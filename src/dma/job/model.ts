export type Topology = 'auto' | 'local' | 'three-way' | 'indirect';
export type Incremental = 'level' | 'date';

export interface Source {
  /** File system or directory below one, as the data server names it. */
  path: string;
  /** Patterns that the backup type leaves out. */
  exclude: readonly string[];
}

export interface RestorePointPolicy {
  /** Restore points of a chain, the full one included; the next run is a full backup. 10 by default. */
  restorePoints: number;
  /** `level`: LEVEL 0 to 9; `date`: BASE_DATE from the DUMP_DATE of the last one. */
  incremental: Incremental;
  /** Days that a restore point is kept; a chain expires as a whole. Undefined: for ever. */
  retainDays: number | undefined;
}

export interface TapeTarget {
  /** Server of the drives by name; undefined: the data server itself. */
  server: string | undefined;
  /** SCSI device of the changer; undefined: the one there is, if any. */
  changer: string | undefined;
  /** Devices that may be used, in order of preference; empty: all. */
  drives: readonly string[];
  pool: string;
  /** Write on tapes behind what is there, rather than a fresh tape for every run. */
  append: boolean;
  /** Bytes of a tape record. */
  recordSize: number;
}

/** What a *.ndmpjob.json says, completed with the defaults. */
export interface Job {
  name: string;
  /** Data server by name. */
  server: string;
  sources: readonly Source[];
  /** Backup type: dump, tar, … */
  type: string;
  /** Variables beside what the job itself sets; they win over it. */
  environment: Readonly<Record<string, string>>;
  /** Fixed level, or by the policy. */
  level: 'auto' | number;
  policy: RestorePointPolicy;
  target: TapeTarget;
  topology: Topology;
  /** Which side of the data connection listens. */
  listen: 'auto' | 'mover' | 'data';
  /** Family of the data connection. */
  family: 'auto' | 4 | 6;
  /** Sources at a time, each on a drive of its own. */
  parallel: number;
  /** Whether the DMA asks for file history. */
  history: boolean;
}
