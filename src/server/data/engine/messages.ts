import type { BackupOrder, BackupPiece, RecoverOrder, RecoverStep } from '../../archive/model';

/** What the server tells a worker thread. `job` numbers are the server's. */
export type ToWorker =
  | { type: 'backup'; job: number; order: BackupOrder; credits: number; pieceBytes: number }
  | { type: 'recover'; job: number; order: RecoverOrder }
  /** Another piece may be made; `spare`: buffers of earlier ones, given back. */
  | { type: 'credit'; job: number; spare: ArrayBuffer[] }
  | { type: 'push'; job: number; bytes: Uint8Array }
  | { type: 'end'; job: number }
  | { type: 'commit'; job: number }
  | { type: 'close'; job: number };

/** What a worker thread answers. Answers to one job come in the order of what was asked. */
export type FromWorker =
  | { type: 'piece'; job: number; piece: BackupPiece }
  /** `buffer`: of the bytes that were pushed, given back. */
  | { type: 'step'; job: number; step: RecoverStep; buffer?: ArrayBuffer }
  | { type: 'committed'; job: number }
  | { type: 'closed'; job: number }
  | { type: 'failed'; job: number; message: string };

/** Sends an answer; the buffers of `give` change hands. */
export type Answer = (message: FromWorker, give?: ArrayBuffer[]) => void;
