import { escapeText } from '../../protocol';
import type { SessionView } from './sessions';
import type { LabStatus } from './status';
import { textTable, wordLines } from './textTable';

/** The status for people. */
export function statusLines(status: LabStatus): string[] {
  const { nodes, lifs, volumes, drives, library, outside } = status;
  const held = library.filter(({ barcode, kind }) => barcode !== undefined && kind !== 'drive');
  const scope = status.scope === 'svm' ? 'SVM-scoped' : 'node-scoped';
  return [
    `${status.cluster} (simulated, ${scope} NDMP) in ${status.folder}, ${status.sessions} control connections`,
    '',
    ...textTable([['node', 'state', 'affinity'], ...nodes.map((each) => [each.name, upText(each.up), each.affinity])]),
    '',
    ...textTable([
      ['LIF', 'type', 'SVM', 'on node', 'address'],
      ...lifs.map((each) => [
        each.name,
        each.type,
        each.svm,
        each.up ? each.node : `${each.node} (down)`,
        each.addresses.join(' '),
      ]),
    ]),
    '',
    ...textTable([
      ['volume', 'on node', 'directory'],
      ...volumes.map((each) => [each.path, `${each.node ?? 'none'}${each.moving ? ' (moving)' : ''}`, each.directory]),
    ]),
    '',
    ...textTable([
      ['drive', 'on node', 'cartridge'],
      ...drives.map((each) => [each.device, each.up ? each.node : `${each.node} (down)`, each.barcode ?? 'empty']),
    ]),
    '',
    ...wordLines('cartridges:', held.length === 0 ? ['none'] : held.map((each) => `${each.barcode}@${each.element}`)),
    ...(outside.length > 0 ? wordLines('outside of the library:', outside) : []),
    `debug log: ${status.debugLog ?? 'off'}`,
  ];
}

/** The control connections for people; what clients sent is escaped. */
export function sessionLines(sessions: readonly SessionView[]): string[] {
  if (sessions.length === 0) return ['No control connections.'];
  const head = ['session', 'LIF', 'client', 'user', 'CAB', 'prepared', 'data', 'mover', 'tape'];
  return textTable([
    head,
    ...sessions.map((each) =>
      [
        String(each.id),
        each.lif,
        each.client,
        each.user || '(no login)',
        each.cab ? 'yes' : 'no',
        each.prepared || '-',
        each.data,
        each.mover,
        each.tape || '-',
      ].map((cell) => escapeText(cell)),
    ),
  ]);
}

function upText(up: boolean): string {
  return up ? 'up' : 'down';
}
