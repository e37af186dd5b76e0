import type { Severity } from '../../analysis/findings/model';
import type { Job, Outcome } from '../../analysis/jobs/model';
import type { CapturePhase, CaptureState, ConnectionState } from '../messages';
import { counted } from '../counts';

/** What the tree shows of a capture or connection; pure, so that it can be tested without VS Code. */
export interface NodeText {
  label: string;
  description: string;
  tooltip: string;
  icon: string;
  /** A theme colour for the icon. */
  color?: string;
}

const PHASES: Readonly<Record<CapturePhase, string>> = {
  opening: ', opening',
  unpacking: ', unpacking',
  indexing: ', indexing',
  following: ', live',
  done: '',
  cancelled: ', cancelled',
  failed: '',
};

const ICONS: Readonly<Record<CapturePhase, string>> = {
  opening: 'loading~spin',
  unpacking: 'loading~spin',
  indexing: 'loading~spin',
  following: 'pulse',
  done: 'file-binary',
  cancelled: 'file-binary',
  failed: 'error',
};

export function captureNode(state: CaptureState): NodeText {
  const { phase } = state.progress;
  const messages = counted(state.progress.rows || state.counts.messages, 'message');
  const tooltip = [
    state.fileName,
    [state.format, counted(state.packets, 'packet')].filter(Boolean).join(', '),
    state.error ?? damageLine(state),
  ];
  const failed = phase === 'failed';
  return {
    label: state.fileName,
    description: failed ? 'cannot be read' : `${messages}${PHASES[phase]}`,
    tooltip: tooltip.filter(Boolean).join('\n'),
    icon: ICONS[phase],
    ...(phase === 'following' ? { color: 'charts.green' } : {}),
  };
}

function damageLine({ damage, damageTotal }: CaptureState): string {
  if (damageTotal === 0) return '';
  return damageTotal === 1 ? damage[0].text : `${damageTotal} damaged places; the first: ${damage[0].text}`;
}

export function connectionNode(connection: ConnectionState): NodeText {
  const { client, server, clientName, serverName, version, messages, errors, ended } = connection;
  // short, as the side bar is narrow: whole addresses are in the tooltip
  const label = `${connection.id + 1}: ${clientName ?? 'DMA'} → ${serverName ?? withoutUsualPort(server)}`;
  // most important first: the side bar cuts off what does not fit
  const facts = [connection.role?.replace(/ server$/, '')];
  if (errors > 0) facts.push(counted(errors, 'error'));
  if (ended === 'rst') facts.push('reset');
  facts.push(`v${version}`, counted(messages, 'message'));
  return {
    label,
    description: facts.filter(Boolean).join(' · '),
    tooltip: [
      `Connection ${connection.id + 1}: ${client} → ${server}${connection.role ? ` (${connection.role})` : ''}`,
      versionLine(connection),
      `${counted(messages, 'message')}, ${counted(errors, 'error')}`,
      connection.started === 'missing' ? 'Its beginning is not in the capture.' : '',
      endLine(ended),
      connection.lostBytes > 0 ? `${counted(connection.lostBytes, 'byte')} of it are not in the capture.` : '',
    ]
      .filter(Boolean)
      .join('\n'),
    icon: ended === 'rst' ? 'debug-disconnect' : 'plug',
    color: errors > 0 ? 'list.errorForeground' : undefined,
  };
}

/** The address, without the port that is NDMP's own. */
const withoutUsualPort = (endpoint: string) => endpoint.replace(/:10000$/, '');

function versionLine({ version, versionSource }: ConnectionState): string {
  const source = {
    open: 'as both sides agreed',
    announced: 'as the server announced',
    guess: 'a guess, since the beginning is missing',
    user: 'set by hand',
  }[versionSource];
  return `NDMP version ${version}, ${source}`;
}

function endLine(ended: ConnectionState['ended']): string {
  if (ended === 'fin') return 'Closed.';
  return ended === 'rst' ? 'Ended by a TCP reset.' : 'Still open where the capture ends.';
}

const outcomeIcons: Record<Outcome, Pick<NodeText, 'icon' | 'color'>> = {
  successful: { icon: 'pass', color: 'testing.iconPassed' },
  aborted: { icon: 'circle-slash', color: 'list.warningForeground' },
  failed: { icon: 'error', color: 'list.errorForeground' },
  refused: { icon: 'error', color: 'list.errorForeground' },
  'not seen': { icon: 'question' },
};

/** A job; its texts are escaped already. */
export function jobNode(job: Job): NodeText {
  const { id, title, topology, outcome, topologyWhy, outcomeWhy } = job;
  const way = topology === 'none' || topology === 'unknown' ? '' : topology;
  return {
    label: `Job ${id + 1}: ${title}`,
    // the title mostly says which way the data goes
    description: [title.toLowerCase().includes(way) ? '' : way, outcome].filter(Boolean).join(' · '),
    tooltip: [title, `Result: ${outcome}. ${outcomeWhy.text}`, topologyWhy.text].filter(Boolean).join('\n'),
    ...outcomeIcons[outcome],
  };
}

/** How many findings there are of each severity; undefined where there is nothing to tell. */
export function findingsNode(totals: Record<Severity, number>): NodeText | undefined {
  const { error, warning, note } = totals;
  const all = [
    error > 0 ? counted(error, 'error') : '',
    warning > 0 ? counted(warning, 'warning') : '',
    note > 0 ? counted(note, 'note') : '',
  ].filter(Boolean);
  if (all.length === 0) return undefined;
  return {
    label: 'Findings',
    description: all.join(' · '),
    tooltip: `What is noteworthy in this capture: ${all.join(', ')}.`,
    icon: error > 0 ? 'error' : warning > 0 ? 'warning' : 'info',
    color: error > 0 ? 'list.errorForeground' : warning > 0 ? 'list.warningForeground' : undefined,
  };
}
