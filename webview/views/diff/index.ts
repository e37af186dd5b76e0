import type { TabDescription } from '../view';
import { DiffView } from './diffView';

export const diffTab: TabDescription = {
  id: 'diff',
  title: 'Diff',
  icon: 'diff',
  make: (services) => new DiffView(services),
};
