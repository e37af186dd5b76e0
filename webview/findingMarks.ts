import type { Bus } from './bus';
import { debounce } from './dom';
import type { ViewState } from './state';

/** Keeps `state.marks`: asks for them once the view is there, and again when rules are switched or the analysis changed. */
export class FindingMarks {
  private readonly again = debounce(100, () => this.load());
  private loaded = false;

  constructor(
    private readonly bus: Bus,
    private readonly state: ViewState,
  ) {
    const changed = (): void => {
      if (this.loaded) this.again();
    };
    bus.on('analysisChanged', changed);
    state.disabledHere.onChange(changed);
    state.findingSettings.onChange(changed);
  }

  load(): void {
    this.loaded = true;
    const { state } = this;
    const ask = { disabled: state.disabledRules, minimum: state.findingSettings.value.minimumSeverity };
    this.bus.askNewest('marks', ask).then(
      (answer) => {
        if (!answer) return;
        state.marks.value = new Map(answer.marks.map((mark) => [mark.n, mark]));
        state.findingCounts.value = answer.counts;
      },
      () => {
        state.marks.value = new Map();
      },
    );
  }
}
