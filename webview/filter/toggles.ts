import type { TimeMode } from '../../src/extension/messages';
import type { Actions } from '../actions';
import { dropdown, setOptions, setPressed, toggle, type DropdownElement } from '../controls';
import { element, setAttributes, setText, show } from '../dom';
import { countText } from '../format';
import type { ViewState } from '../state';
import { directionText } from '../table/connectionText';

const MOST_CONNECTIONS = 200;

interface Chip {
  root: HTMLElement;
  count: HTMLElement;
}

/** The quick switches beside the filter. */
export class Toggles {
  readonly root = element('div', { class: 'chips', role: 'toolbar', 'aria-label': 'Quick filters' });
  private readonly errors: Chip;
  private readonly posts: Chip;
  private readonly fileHistory: Chip;
  private readonly exchanges: Chip;
  private readonly connection: DropdownElement;
  private readonly time: DropdownElement;
  private connectionKeys = '';

  constructor(
    private readonly state: ViewState,
    private readonly actions: Actions,
  ) {
    const toggles = () => state.filter.value.toggles;
    this.errors = this.chip('Errors', 'Only messages with an error', () =>
      actions.setToggles({ errorsOnly: !toggles().errorsOnly }),
    );
    this.posts = this.chip('Posts', "The server's own messages: notify, log, file history", () =>
      actions.setToggles({ posts: !toggles().posts }),
    );
    this.fileHistory = this.chip('File history', 'File history messages', () =>
      actions.setToggles({ fileHistory: !toggles().fileHistory }),
    );
    this.exchanges = this.chip('Exchanges', 'A request and its reply in one row', () =>
      actions.setToggles({ exchanges: !toggles().exchanges }),
    );
    this.connection = dropdown('Connection', [['all', 'All connections']]);
    this.connection.addEventListener('change', () => this.onConnection());
    this.time = dropdown('Time', [
      ['relative', 'Time: relative'],
      ['absolute', 'Time: clock'],
      ['delta', 'Time: since row above'],
    ]);
    this.time.addEventListener('change', () => actions.setTimeMode(this.time.value as TimeMode));
    this.root.append(
      ...[this.errors, this.posts, this.fileHistory, this.exchanges].map(({ root }) => root),
      this.connection,
      this.time,
    );
    state.capture.follow(() => this.update());
    state.filter.onChange(() => this.update());
    state.layout.follow(({ timeMode }) => queueMicrotask(() => (this.time.value = timeMode)));
  }

  private chip(label: string, title: string, run: () => void): Chip {
    const count = element('strong', { class: 'chip-count' });
    return { root: toggle({ class: 'chip', title }, run, label, count), count };
  }

  private update(): void {
    const { counts } = this.state.capture.value;
    const { toggles } = this.state.filter.value;
    const set = ({ root, count }: Chip, on: boolean, value?: number, disabled = false): void => {
      setPressed(root, on);
      setAttributes(root, { disabled });
      setText(count, value === undefined ? '' : countText(value));
      show(count, value !== undefined);
    };
    set(this.errors, toggles.errorsOnly, counts.errors);
    this.errors.root.classList.toggle('has-errors', counts.errors > 0);
    set(this.posts, toggles.posts, counts.posts);
    set(this.fileHistory, toggles.fileHistory && toggles.posts, counts.fileHistory, !toggles.posts);
    set(this.exchanges, toggles.exchanges);
    this.updateConnections();
  }

  private updateConnections(): void {
    const { connections } = this.state.capture.value;
    const chosen = this.state.filter.value.toggles.connections;
    show(this.connection, connections.length > 1 || chosen !== undefined);
    const listed = connections.slice(0, MOST_CONNECTIONS);
    const options: [string, string][] = [['all', 'All connections']];
    for (const connection of listed) {
      options.push([String(connection.id), `${connection.id + 1}: ${directionText(connection, 'dma>server')}`]);
    }
    const other = chosen && (chosen.length !== 1 || chosen[0] >= MOST_CONNECTIONS);
    if (other) options.push(['some', chosen.length === 1 ? `Connection ${chosen[0] + 1}` : 'Some connections']);
    const keys = JSON.stringify(options);
    if (keys !== this.connectionKeys) {
      this.connectionKeys = keys;
      setOptions(this.connection, options);
    }
    queueMicrotask(() => (this.connection.value = !chosen ? 'all' : other ? 'some' : String(chosen[0])));
  }

  private onConnection(): void {
    const { value } = this.connection;
    if (value === 'some') return;
    const connections = value === 'all' ? undefined : [Number(value)];
    const before = this.state.filter.value.toggles.connections;
    if (JSON.stringify(before) !== JSON.stringify(connections)) this.actions.setToggles({ connections });
  }
}
