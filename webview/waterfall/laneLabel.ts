import type { CaptureState, ConnectionState, NdmpVersion } from '../../src/extension/messages';
import type { Actions } from '../actions';
import type { Bus } from '../bus';
import { element, setAttributes, setText } from '../dom';
import { plural } from '../format';
import { openMenu, type MenuEntry } from '../layout/menu';
import { endpointsText, serverText } from '../table/connectionText';

/** The name of a lane: a button whose menu acts on the connection. */
export class LaneLabel {
  readonly root = element('div', { class: 'lane-label', role: 'listitem' });
  private readonly number = element('span', { class: 'lane-number' });
  private readonly name = element('span', { class: 'lane-name' });
  private readonly note = element('span', { class: 'lane-note' });
  private readonly button = element('button', { class: 'lane-button', 'aria-haspopup': 'menu' });
  private connection: ConnectionState | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly actions: Actions,
  ) {
    this.button.append(element('span', { class: 'lane-line' }, this.number, this.name), this.note);
    this.root.append(this.button);
    this.button.addEventListener('click', () => this.openMenu());
  }

  update(connection: ConnectionState | undefined, capture: CaptureState): void {
    this.connection = connection;
    if (!connection) return;
    setText(this.number, capture.connections.length > 1 ? String(connection.id + 1) : '');
    setText(this.name, `DMA → ${serverText(connection)}`);
    setText(this.note, noteText(connection));
    setAttributes(this.button, {
      title: [endpointsText(connection), versionText(connection), plural(connection.messages, 'message')].join('\n'),
      'aria-label': `Connection ${connection.id + 1}: ${endpointsText(connection)}, ${noteText(connection)}`,
    });
  }

  private openMenu(): void {
    const { connection } = this;
    if (!connection) return;
    const { left, bottom } = this.button.getBoundingClientRect();
    const only: MenuEntry = {
      label: 'Only This Connection',
      run: () => this.actions.setToggles({ connections: [connection.id] }),
    };
    const all: MenuEntry = { label: 'All Connections', run: () => this.actions.setToggles({ connections: undefined }) };
    const zoom: MenuEntry = {
      label: 'Zoom to This Connection',
      run: () => this.actions.zoomTo({ from: connection.from, to: Math.max(connection.to, connection.from + 1e-4) }),
    };
    const version = (label: string, value: NdmpVersion | undefined): MenuEntry => ({
      label,
      run: () => this.bus.tell({ type: 'setVersion', connection: connection.id, version: value }),
    });
    openMenu(left, bottom, `Connection ${connection.id + 1}`, [
      only,
      all,
      zoom,
      '-',
      version('Read as NDMP v2', 2),
      version('Read as NDMP v3', 3),
      version('Read as NDMP v4', 4),
      { ...version('Version as the Capture Says', undefined), disabled: connection.versionSource !== 'user' },
    ]);
  }
}

function noteText(connection: ConnectionState): string {
  const version = `v${connection.version}${connection.versionSource === 'guess' ? '?' : ''}`;
  const parts = [version, connection.role ?? plural(connection.messages, 'message')];
  if (connection.errors > 0) parts.push(plural(connection.errors, 'error'));
  return parts.join(' · ');
}

function versionText({ version, versionSource, started, lostBytes }: ConnectionState): string {
  const sources = {
    open: 'as agreed in CONNECT_OPEN',
    announced: 'as the server announced',
    guess: 'guessed: its start is not in the capture',
    user: 'set by hand',
  };
  const parts = [`NDMP v${version}, ${sources[versionSource]}`];
  if (started === 'missing') parts.push('begins in the middle');
  if (lostBytes > 0) parts.push(`${plural(lostBytes, 'byte')} lost`);
  return parts.join('; ');
}
