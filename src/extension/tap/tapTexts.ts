import type { ConnectionStatus, TapStatus } from '../../tap/status';
import { escapeText } from '../../protocol';
import { counted } from '../counts';
import type { NodeText } from '../sidebar/sessionNodes';
import type { KnownTap, Recording } from './tapBook';

/** Bytes for people: '3.2 MB'. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Both ways together. */
export function rateText({ rate }: TapStatus): string {
  return `${sizeText(rate.toClient + rate.toTarget)}/s`;
}

/** Of loopback the port alone: the side bar is narrow. */
function shortAddress(address: string): string {
  return address.replace(/^(127\.\d+\.\d+\.\d+|\[::1\])(?=:)/, '');
}

export const openConnections = ({ connections }: TapStatus): ConnectionStatus[] =>
  connections.filter(({ closed }) => closed === undefined);

export function tapNode({ file, status, recordings }: KnownTap): NodeText {
  const label = escapeText(`${shortAddress(file.listen[0] ?? '?')} → ${file.target}`);
  const bytes = recordings.reduce((sum, each) => sum + each.bytes, 0);
  const begun = `Started ${clockText(Date.parse(file.started))}.`;
  if (!status) {
    const why = file.stopped ? escapeText(file.stopped.why) : 'it ended without a word';
    const at = file.stopped ? clockText(Date.parse(file.stopped.at)) : '';
    return {
      label,
      description: file.stopped ? `stopped ${at}` : 'died',
      tooltip: `${begun}\nStopped ${at}: ${why}.\n${counted(recordings.length, 'recording')}, ${sizeText(bytes)}.`,
      icon: file.stopped ? 'circle-outline' : 'error',
    };
  }
  const open = openConnections(status);
  const warnings = status.warnings.map(escapeText);
  return {
    label,
    description: `${rateText(status)}, ${counted(open.length, 'connection')}${warnings.length > 0 ? ', warnings' : ''}`,
    tooltip: [
      `Listening on ${file.listen.map(escapeText).join(', ')}, leading on to ${escapeText(file.target)}.`,
      begun,
      status.refused > 0 ? `${counted(status.refused, 'client')} not let in, or not led on.` : '',
      status.rewriting ? 'Addresses of data connections are rewritten, so that they pass the tap.' : '',
      ...warnings,
    ]
      .filter(Boolean)
      .join('\n'),
    icon: warnings.length > 0 ? 'warning' : 'radio-tower',
    color: warnings.length > 0 ? 'list.warningForeground' : 'charts.green',
  };
}

export function tapConnectionNode(connection: ConnectionStatus): NodeText {
  const { id, kind, client, target, bytes, messages, version, closed, end, lastMessage, tls } = connection;
  const total = sizeText(bytes.toClient + bytes.toTarget);
  const count = messages.toClient + messages.toTarget;
  const last = lastMessage ? escapeText(lastMessage.name).replace('NDMP_', '') : '';
  const facts = kind === 'control' ? [counted(count, 'message'), last] : [total];
  const secured = [tls.client && `TLS to the client: ${tls.client}`, tls.target && `TLS to the server: ${tls.target}`];
  return {
    label: `${id}: ${escapeText(client)}`,
    description: [closed === undefined ? kind : (end ?? 'closed'), ...facts].filter(Boolean).join(', '),
    tooltip: [
      `Connection ${id}, ${kind}${version === undefined ? '' : `, NDMPv${version}`}: ${escapeText(client)} → ${escapeText(target)}`,
      `${sizeText(bytes.toTarget)} to the server, ${sizeText(bytes.toClient)} to the client`,
      `${messages.toTarget} messages to the server, ${messages.toClient} to the client`,
      ...secured.filter((text) => text !== undefined).map(escapeText),
      tls.passedThrough ? 'TLS passes through unopened.' : '',
      closed === undefined ? '' : `Ended: ${end ?? 'closed'}.`,
    ]
      .filter(Boolean)
      .join('\n'),
    icon: closed !== undefined ? 'debug-disconnect' : kind === 'data' ? 'arrow-swap' : 'plug',
  };
}

export function faultNode({ id, text, hits }: TapStatus['faults'][number]): NodeText {
  return {
    label: escapeText(text).replace(/^NDMP_/, ''),
    description: hits === 0 ? 'not yet' : counted(hits, 'hit'),
    tooltip: `Fault ${id}: ${escapeText(text)}\n${counted(hits, 'message')} struck so far.`,
    icon: 'zap',
    ...(hits > 0 ? { color: 'charts.purple' } : {}),
  };
}

/** @param number of the file among those of its tap, from 1; undefined: there is only this one */
export function recordingNode({ path, bytes }: Recording, number: number | undefined, isWritten: boolean): NodeText {
  return {
    label: number === undefined ? 'Recording' : `Recording ${number}`,
    description: isWritten ? `${sizeText(bytes)}, live` : sizeText(bytes),
    tooltip: escapeText(path),
    icon: isWritten ? 'record' : 'file-binary',
    ...(isWritten ? { color: 'charts.red' } : {}),
  };
}

function clockText(milliseconds: number): string {
  return Number.isNaN(milliseconds) ? '' : new Date(milliseconds).toLocaleString();
}
