import type { TextKnowledge } from './model';
import { ontapDump } from './ontapDump';
import { ontapSmtape } from './ontapSmtape';
import { otherServers } from './otherServers';

export type * from './model';
export { errorKnowledge } from './errors';
export { reasonKnowledge } from './reasons';
export { senseKnowledge } from './sense';

/** Log texts of all vendors; a new vendor is a file and a line here. */
export const textKnowledge: readonly TextKnowledge[] = [...ontapDump, ...ontapSmtape, ...otherServers];
