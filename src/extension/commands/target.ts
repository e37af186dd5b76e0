import { UserError } from '../editor/userError';
import type { CaptureModel } from '../editor/captureModel';
import type { CapturePanel } from '../editor/panel';
import type { ConnectionItem, SessionItem } from '../sidebar/sessionsTree';
import type { Workbench } from '../workbench';

/** The capture editor that commands act on. */
export function activePanel(workbench: Workbench): CapturePanel {
  const panel = workbench.activePanel;
  if (!panel) throw new UserError('No capture is open. Open one with "NDMP: Open Capture…".');
  return panel;
}

export function openModel(panel: CapturePanel): CaptureModel {
  const { model, error } = panel.document.store;
  if (!model) throw new UserError(error ?? `${panel.document.fileName} is still being opened.`);
  return model;
}

/** An item of the side bar's tree, when the command was run from there. */
export function sessionItem(argument: unknown): SessionItem | undefined {
  const item = argument as Partial<SessionItem> | undefined;
  const kinds: unknown[] = ['capture', 'connection', 'job', 'findings'] satisfies SessionItem['kind'][];
  return kinds.includes(item?.kind) ? (item as SessionItem) : undefined;
}

/** The connection a command is about: of the tree, or of the selected message. */
export function connectionOf(workbench: Workbench, argument: unknown): Omit<ConnectionItem, 'kind'> | undefined {
  const item = sessionItem(argument);
  if (item) return item.kind === 'connection' ? item : undefined;
  const { document, view } = activePanel(workbench);
  const { index } = openModel(activePanel(workbench));
  const row = view.selected;
  return row === undefined || row >= index.count ? undefined : { document, connection: index.connection(row) };
}
