import { affinityTab } from './views/affinity';
import { diffTab } from './views/diff';
import { explainTab } from './views/explain/explainView';
import { historyTab } from './views/history/historyView';
import { findingsTab } from './views/findings/findingsView';
import { sequenceTab } from './views/sequence';
import { statisticsTab } from './views/statistics/statisticsView';
import type { TabDescription } from './views/view';

/** The tabs beside the timeline, in the order in which the strip shows them. */
export const tabs: readonly TabDescription[] = [
  sequenceTab,
  affinityTab,
  findingsTab,
  historyTab,
  statisticsTab,
  explainTab,
  diffTab,
];
