import type { LogLevel } from '../log';

/** What the thread of a lab is started with. */
export interface LabWorkerInput {
  folder: string;
  port: number;
}

/** To the thread: stop in order. */
export interface ToLabWorker {
  type: 'stop';
}

/** From the thread. After 'failed' and 'stopped' it ends. */
export type FromLabWorker =
  | { type: 'started'; howToConnect: string[] }
  | { type: 'failed'; why: string }
  | { type: 'log'; level: LogLevel; text: string }
  | { type: 'stopped' };
