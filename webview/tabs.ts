import { explainTab } from './views/explain/explainView';
import { historyTab } from './views/history/historyView';
import { sequenceTab } from './views/sequence';
import { statisticsTab } from './views/statistics/statisticsView';
import type { TabDescription } from './views/view';

/** The tabs beside the timeline, in the order in which the strip shows them. */
export const tabs: readonly TabDescription[] = [sequenceTab, historyTab, statisticsTab, explainTab];
