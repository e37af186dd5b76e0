import type { RecoverOrder, RecoverRun } from './model';
import { FileRecovery } from './restore/fileRecovery';
import { HistoryRecovery } from './restore/historyRecovery';

/**
 * Starts a recovery: of files (all, or those of the list), or of the file history. Nothing that the stream or the list
 * holds makes it throw; what cannot be restored is told by its result and a message.
 */
export function startRecover(order: RecoverOrder): RecoverRun {
  return order.operation === 'recover-history' ? new HistoryRecovery(order) : new FileRecovery(order);
}
