import type { TabDescription } from '../view';
import { SequenceView } from './sequenceView';

export const sequenceTab: TabDescription = {
  id: 'sequence',
  title: 'Sequence',
  icon: 'sequence',
  make: (services) => new SequenceView(services),
};
