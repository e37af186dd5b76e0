import type { DataStateName } from '../../protocol';
import type { SessionService } from '../session/services';

/** The data server of one control connection. */
export interface DataService extends SessionService {
  readonly state: DataStateName;
}
