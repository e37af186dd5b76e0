/** What is known of a text that servers log, or of a code they answer with. Data alone: a new vendor is a new table. */
export interface Knowledge {
  /** Stable, in kebab case. */
  id: string;
  /** `NetApp ONTAP`, `NDMP` for what the protocol itself says, … */
  vendor: string;
  /** Why it happens, in a sentence or two. */
  cause: string;
  /** What to change. */
  change: string;
  /** Where this is known from. */
  source: string;
}

/** Knowledge of log texts. */
export interface TextKnowledge extends Knowledge {
  /**
   * Literal text with placeholders in braces: `Could not obtain vol ref for Volume {volume}`. It is looked for anywhere in a
   * line, without regard to case; a placeholder stands for any text up to the literal that follows it.
   */
  pattern: string;
}

/** Knowledge of an error in a reply. */
export interface ErrorKnowledge extends Knowledge {
  error: number;
  /** Beginnings of message names (without `NDMP_`) that it holds for; without them, for all. */
  on?: readonly string[];
}

/** Knowledge of SCSI sense data. */
export interface SenseKnowledge extends Knowledge {
  key: number;
  /** Additional sense code and qualifier; without them, the key as a whole. */
  asc?: number;
  ascq?: number;
}

/** Knowledge of why a data server or mover stops or pauses. */
export interface ReasonKnowledge extends Knowledge {
  machine: 'data' | 'mover';
  how: 'halted' | 'paused';
  reason: string;
}
