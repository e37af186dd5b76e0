import type { MoverFacts, MoverStateName } from '../../protocol';
import type { SessionService } from '../session/services';

/** The mover of one control connection. */
export interface MoverService extends SessionService {
  readonly state: MoverStateName;
  /** What the shared table of conditions asks. */
  facts(): MoverFacts;
}
