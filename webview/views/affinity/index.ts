import type { TabDescription } from '../view';
import { AffinityView } from './affinityView';

export const affinityTab: TabDescription = {
  id: 'affinity',
  title: 'Affinity',
  icon: 'affinity',
  make: (services) => new AffinityView(services),
};
