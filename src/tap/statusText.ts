import { escapeText } from '../protocol';
import type { ConnectionStatus, TapStatus } from './status';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** What a status says, for people. */
export function statusLines(status: TapStatus): string[] {
  const { recording, rate } = status;
  const open = status.connections.filter(({ closed }) => closed === undefined).length;
  return [
    `tap ${status.listen.join(', ')} → ${status.target}, since ${new Date(status.since).toISOString()}`,
    recording === undefined
      ? 'recording nothing'
      : `recording ${recording.hasFailed ? 'is OVER:' : 'to'} ${escapeText(recording.path)} (${bytesText(recording.bytes)})`,
    `rate ${bytesText(rate.toTarget)}/s to the target, ${bytesText(rate.toClient)}/s to clients`,
    `${open} open, ${status.connections.length - open + status.forgotten} closed, ${status.refused} refused`,
    ...status.connections.map(connectionLine),
    ...status.faults.map(({ id, text, hits }) => `fault ${id}: ${text} (${hits} hits)`),
    ...status.warnings.map((text) => `warning: ${escapeText(text)}`),
  ];
}

/** A connection in a line. */
export function connectionLine(connection: ConnectionStatus): string {
  const { id, kind, client, target, bytes, messages, version, end, lastMessage, tls } = connection;
  const parts = [
    `${client} → ${target}`,
    tls.passedThrough
      ? 'TLS, unopened'
      : kind === 'control'
        ? `NDMP${version === undefined ? '' : ` v${version}`}`
        : kind,
    `${bytesText(bytes.toTarget)} →, ${bytesText(bytes.toClient)} ←`,
    ...(kind === 'control' ? [`${messages.toTarget} + ${messages.toClient} messages`] : []),
    ...(lastMessage === undefined ? [] : [`last ${lastMessage.name}`]),
    ...(end === undefined ? [] : [end]),
  ];
  return `connection ${id}: ${parts.join(', ')}`;
}

/** '512 B', '12.3 MB'. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
