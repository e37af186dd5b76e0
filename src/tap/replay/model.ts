/** Where connections are made to. */
export interface Target {
  host: string;
  port: number;
}

export type Timing = 'as-recorded' | 'fast';

export interface ReplayOptions {
  timing: Timing;
  /** Seconds that the other side may take for a reply, a notification, a state. */
  patience: number;
  /** For logins; undefined: as they were recorded, which no server takes that wants a digest. */
  password: string | undefined;
  /** Who logs in; undefined: who did. */
  user?: string;
  /** Whole texts of requests, or beginnings of paths, that are others now: names of devices, file systems. */
  replace: readonly (readonly [from: string, to: string])[];
  signal: AbortSignal;
  /** Every message of the live session, for its recording. */
  live: LiveSink;
  /** What is worth telling while it goes on. A sentence. */
  tell: (text: string) => void;
}

/** Takes the live connections. */
export interface LiveSink {
  connection(client: Target, server: Target): LiveRecord;
}

export interface LiveRecord {
  message(fromServer: boolean, payload: Uint8Array, milliseconds: number): void;
  closed(milliseconds: number, inOrder: boolean): void;
}

/** What was done with a data connection in place of who was there when it was recorded. */
export interface DataPart {
  /** `received and thrown away`, `zeros sent`. */
  did: 'received' | 'sent zeros';
  address: string;
  bytes: number;
}

/** How a replay went; what the live session says differently is told by comparing the recordings. */
export interface ReplayReport {
  /** Connections of the recording that were played, from 0, in the order of the live ones. */
  played: number[];
  /** What could not be played, did not come, or was another way. Sentences. */
  trouble: string[];
  data: DataPart[];
}

/** The replay cannot go on; the text says why. */
export class ReplayFailure extends Error {}
