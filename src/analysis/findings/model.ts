export type Severity = 'error' | 'warning' | 'note';

/** What can be found, once for all findings of its kind. */
export interface Rule {
  /** Stable, in kebab case: `illegal-state`. */
  id: string;
  name: string;
  severity: Severity;
  /** What it means and what to do about it, two or three sentences. */
  doc: string;
  /** Where the protocol says so: `NDMPv4 draft, section 3.4 (data interface)`. */
  specification: string;
}

/** Something noteworthy at a message. Plain data. */
export interface Finding {
  rule: string;
  severity: Severity;
  /** The message it is at; -1 when it concerns a connection or the capture as a whole. */
  row: number;
  /** -1 when it concerns the capture. */
  connection: number;
  /** Place in the list of jobs, -1 when it belongs to none. */
  job: number;
  /** One sentence about this case; bytes from the capture in it are escaped. */
  text: string;
  /** Other messages that matter, at most 20. */
  related: number[];
}
