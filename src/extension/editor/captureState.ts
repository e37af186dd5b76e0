import { endpointText } from '../../analysis/messageView';
import { tlsText, unreadTls } from '../../analysis/tlsText';
import { escapeText } from '../../protocol';
import type { Connection } from '../../session/messageIndex';
import type { CaptureStart, CaptureState, ConnectionState, DamageState, Progress } from '../messages';
import type { CaptureModel, ConnectionFigures } from './captureModel';

const DAMAGE_SHOWN = 50;
const ENCRYPTED_SHOWN = 3;

/** What the view knows about a file that is still being opened, or could not be. */
export function emptyState(fileName: string, bytes: number, progress: Progress, error?: string): CaptureState {
  return {
    fileName,
    format: '',
    bytes,
    packets: 0,
    progress,
    error,
    duration: 0,
    counts: { messages: 0, requests: 0, replies: 0, posts: 0, fileHistory: 0, errors: 0, problems: 0 },
    connections: [],
    damage: [],
    damageTotal: 0,
    comments: [],
    encrypted: [],
  };
}

/** What the view knows about an open capture. */
export function captureState(model: CaptureModel, fileName: string, progress: Progress, error?: string): CaptureState {
  const { index } = model;
  const { info } = model.session;
  return {
    fileName,
    format: info.gzip ? `${info.format}, gzip` : info.format,
    bytes: info.bytes,
    packets: info.packets,
    progress,
    error,
    start: captureStart(model),
    duration: model.duration,
    // problems can be noted for a message after it was counted
    counts: { ...model.counts, problems: Math.max(model.counts.problems, index.problemNotes.all.size) },
    connections: index.connections.map((connection) => connectionState(model, connection)),
    damage: index.damage.slice(0, DAMAGE_SHOWN).map((_, i) => damageState(model, i)),
    damageTotal: index.damage.length + index.damageDropped,
    comments: info.comments.map(escapeText),
    encrypted: unreadTls(info.tls).slice(0, ENCRYPTED_SHOWN).map(tlsText),
  };
}

/** The moment that times in the view count from. */
export function captureStart(model: CaptureModel): CaptureStart | undefined {
  const { index } = model;
  if (index.count === 0) return undefined;
  const shift = BigInt(Math.round(model.origin * 1e9));
  const nanos = BigInt(index.startSeconds) * 1_000_000_000n + BigInt(index.startNanos) + shift;
  return { seconds: Number(nanos / 1_000_000_000n), nanos: Number(nanos % 1_000_000_000n), digits: index.digits(0) };
}

/** What is known of a connection. */
export function connectionState(model: CaptureModel, connection: Connection): ConnectionState {
  const figures = model.connections[connection.id];
  const { names } = model.session.info;
  const name = (address: string) => {
    const text = names.get(address);
    return text === undefined ? undefined : escapeText(text);
  };
  return {
    id: connection.id,
    client: endpointText(connection.client),
    server: endpointText(connection.server),
    clientName: name(connection.client.address),
    serverName: name(connection.server.address),
    version: model.index.userVersion(connection.id) ?? connection.version,
    versionSource: model.index.userVersion(connection.id) === undefined ? connection.versionSource : 'user',
    messages: connection.messages,
    role: figures ? roleText(figures) : undefined,
    errors: figures?.errors ?? 0,
    from: figures ? figures.from - model.origin : 0,
    to: figures ? figures.to - model.origin : 0,
    started: connection.started,
    ended: connection.ended,
    lostBytes: connection.lostBytes,
  };
}

/** What the server at the other end serves, as far as it was asked to. */
function roleText({ interfaces }: ConnectionFigures): string | undefined {
  const roles: string[] = [];
  if (interfaces.has('data')) roles.push('data');
  if (interfaces.has('tape') || interfaces.has('mover')) roles.push('tape');
  if (interfaces.has('scsi')) roles.push('changer');
  return roles.length > 0 ? `${roles.join(' and ')} server`.replace('changer server', 'changer') : undefined;
}

function damageState(model: CaptureModel, i: number): DamageState {
  const { damage } = model.damage.at(i);
  const row = model.damage.row(i);
  return {
    kind: damage.kind,
    text: escapeText(damage.text),
    frame: damage.frame,
    connection: damage.connection,
    n: row === undefined ? undefined : row + 1,
  };
}
