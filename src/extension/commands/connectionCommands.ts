import * as vscode from 'vscode';
import type { NdmpVersion } from '../../protocol';
import { endpointText } from '../../analysis/messageView';
import { UserError } from '../editor/userError';
import type { ConnectionItem } from '../sidebar/sessionsTree';
import type { Workbench } from '../workbench';
import type { CommandImplementations } from '.';
import { pickOne } from './prompt';
import { activePanel, connectionOf, openModel, sessionItem } from './target';

type Names = 'setVersion' | 'filterToConnection' | 'showConnection' | 'copyAddress';
type Connection = Omit<ConnectionItem, 'kind'>;

/** Commands about one connection of a capture. */
export function connectionCommands(workbench: Workbench): Pick<CommandImplementations, Names> {
  const choose = async (argument: unknown): Promise<Connection | undefined> =>
    connectionOf(workbench, argument) ?? pickConnection(workbench);
  return {
    async setVersion(argument) {
      const chosen = await choose(argument);
      if (!chosen) return;
      const version = await pickVersion(chosen);
      if (version) chosen.document.store.setVersion(chosen.connection, version.version);
    },

    async filterToConnection(argument) {
      const chosen = await choose(argument);
      if (!chosen) return;
      const panel = workbench.panelOf(chosen.document);
      panel?.reveal();
      panel?.post({ type: 'applyFilter', toggles: { connections: [chosen.connection] } });
    },

    showConnection(argument) {
      const item = sessionItem(argument);
      const panel = item && workbench.panelOf(item.document);
      panel?.reveal();
      if (item?.kind !== 'connection') return;
      const row = item.document.store.model?.index.connections[item.connection].firstRow ?? -1;
      if (row >= 0) panel?.post({ type: 'select', n: row + 1 });
    },

    async copyAddress(argument) {
      const chosen = await choose(argument);
      const connection = chosen?.document.store.model?.index.connections[chosen.connection];
      if (!connection) return;
      await vscode.env.clipboard.writeText(`${endpointText(connection.client)} ${endpointText(connection.server)}`);
    },
  };
}

async function pickConnection(workbench: Workbench): Promise<Connection | undefined> {
  const panel = activePanel(workbench);
  const { connections } = openModel(panel).index;
  if (connections.length === 0) throw new UserError('This capture has no NDMP connection.');
  const items = connections.map(({ id, client, server, version, messages }) => ({
    label: `${endpointText(client)} → ${endpointText(server)}`,
    description: `v${version}, ${messages} messages`,
    id,
  }));
  const picked = items.length === 1 ? items[0] : await pickOne(items, { title: 'Connection' });
  return picked && { document: panel.document, connection: picked.id };
}

async function pickVersion({ document, connection }: Connection) {
  const now = document.store.model?.index.connections[connection];
  const versions: NdmpVersion[] = [4, 3, 2];
  const items: (vscode.QuickPickItem & { version: NdmpVersion | undefined })[] = [
    {
      label: 'As the capture says',
      description: 'by CONNECT_OPEN, else by what the server announced',
      version: undefined,
    },
    ...versions.map((version) => ({
      label: `NDMP version ${version}`,
      description: now?.version === version ? 'now' : undefined,
      version,
    })),
  ];
  return pickOne(items, {
    title: `Version of Connection ${connection + 1}`,
    placeHolder: 'Read this connection as…',
  });
}
