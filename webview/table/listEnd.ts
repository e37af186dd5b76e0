import type { VirtualList } from '../layout/virtualList';
import type { ViewState } from '../state';

/**
 * Whether a list whose capture is still being written shows its end: until the user scrolls back or selects a message that is
 * not the last one, and again when he scrolls to the end. How many rows came since stands in `state.behind`.
 */
export class ListEnd {
  private pinned = true;
  /** Rows there were when the list was left to stand still. */
  private known = 0;

  constructor(
    private readonly list: VirtualList,
    private readonly state: ViewState,
  ) {
    let wasLive = state.isLive;
    state.capture.onChange(() => {
      if (wasLive !== state.isLive) this.grown();
      wasLive = state.isLive;
    });
  }

  follow(): void {
    this.pin(true);
    this.list.revealEnd();
  }

  scrolled(): void {
    if (this.state.isLive) this.pin(this.list.isAtEnd);
  }

  /** A message was selected: in the list (then at `index`), or elsewhere. */
  selected(index: number, inList: boolean): void {
    if (this.state.isLive) this.pin(inList && index === this.list.count - 1);
  }

  /** There are other or more rows. */
  grown(): void {
    const { state, list } = this;
    if (state.isLive && this.pinned) list.revealEnd();
    this.tell();
  }

  private pin(pinned: boolean): void {
    if (this.pinned && !pinned) this.known = this.list.count;
    this.pinned = pinned;
    this.tell();
  }

  private tell(): void {
    const isBehind = this.state.isLive && !this.pinned;
    // another filter may have made the list shorter
    this.known = Math.min(this.known, this.list.count);
    this.state.behind.value = isBehind ? this.list.count - this.known : undefined;
  }
}
