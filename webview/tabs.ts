import { explainTab } from './views/explain/explainView';
import { sequenceTab } from './views/sequence';
import type { TabDescription } from './views/view';

/** The tabs beside the timeline, in the order in which the strip shows them. */
export const tabs: readonly TabDescription[] = [sequenceTab, explainTab];
