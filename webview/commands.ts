import type { ViewCommand } from '../src/extension/messages';
import type { Actions } from './actions';
import type { ViewState } from './state';

/** Commands that a part of the view carries out itself. */
export type PartCommands = Record<
  'focusFilter' | 'clearFilter' | 'saveFilter' | 'focusTable' | 'focusDetail' | 'focusOverview' | 'copyValue',
  () => void
>;

/** Every command of the palette and every key, by name. */
export function viewCommands(actions: Actions, state: ViewState, parts: PartCommands): Record<ViewCommand, () => void> {
  const toggles = () => state.filter.value.toggles;
  return {
    ...parts,
    jumpToPair: () => actions.jumpToPair(),
    nextError: () => void actions.find('error', true),
    previousError: () => void actions.find('error', false),
    nextProblem: () => void actions.find('problem', true),
    previousProblem: () => void actions.find('problem', false),
    resetZoom: () => actions.zoomTo(undefined),
    zoomToSelection: () => actions.zoomToSelection(),
    toggleErrors: () => actions.setToggles({ errorsOnly: !toggles().errorsOnly }),
    togglePosts: () => actions.setToggles({ posts: !toggles().posts }),
    toggleFileHistory: () => actions.setToggles({ fileHistory: !toggles().fileHistory }),
    toggleExchanges: () => actions.setToggles({ exchanges: !toggles().exchanges }),
    cycleTimeMode: () => actions.cycleTimeMode(),
    copyJson: () => void actions.copy({ as: 'json' }),
    copyHex: () => void actions.copy({ as: 'hex' }),
    copyFilter: () => void actions.copy({ as: 'filter' }),
    copyRow: () => void actions.copy({ as: 'row' }),
  };
}
