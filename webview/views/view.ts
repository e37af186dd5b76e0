import type { TabId, TabTarget } from '../../src/extension/messages';
import type { Actions } from '../actions';
import type { Bus } from '../bus';
import type { Signal } from '../signal';
import type { ViewState } from '../state';
import type { Theme } from '../theme';

export type { TabId, TabTarget };

/** What every tab is made with. */
export interface TabServices {
  bus: Bus;
  state: ViewState;
  actions: Actions;
  /** As `followTheme` gives it: read again whenever VS Code changes it. */
  theme: Signal<Theme>;
  /** Brings a tab to the front, and in it what the target names. */
  open(tab: TabId, target?: TabTarget): void;
}

/** A tab's content. It is made when its tab is first opened, and costs nothing while another one is in front. */
export interface TabView {
  readonly root: HTMLElement;
  /** The tab is in front now, or is asked for another target while it is. */
  show(target?: TabTarget): void;
  hide(): void;
  /** The analysis changed: ask again, at once when shown, else when next shown. */
  reload(): void;
}

/** A tab as the strip lists it. */
export interface TabDescription {
  id: TabId;
  title: string;
  /** Name of an icon of `icons.ts`. */
  icon?: string;
  make(services: TabServices): TabView;
}
