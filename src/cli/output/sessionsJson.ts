import { describeConnections, type ConnectionFacts } from '../../analysis/connections';
import { findJobs, type Job } from '../../analysis/jobs';
import { endpointText } from '../../analysis/messageView';
import { jsonText, type JsonObject } from '../../protocol';
import type { CaptureSession } from '../../session/capture';
import type { TlsConnection } from '../../session/tlsList';
import { nanosBetween, timeText } from '../../session/messageTimes';

/** A capture's connections as flat objects: the lines of `sessions --format jsonl` and the rows of tsv. */
export function connectionRows(session: CaptureSession): JsonObject[] {
  return describeConnections(session).map((facts) => connectionJson(session, facts));
}

function connectionJson({ index }: CaptureSession, facts: ConnectionFacts): JsonObject {
  const { connection, authentication, firstRow, lastRow } = facts;
  const [toServer, toClient] = connection.bytes;
  return {
    connection: connection.id + 1,
    client: endpointText(connection.client),
    server: endpointText(connection.server),
    roles: [...facts.roles],
    version: connection.version,
    versionSource: connection.versionSource,
    announcedVersion: connection.announced ?? null,
    auth: authentication?.kind ?? null,
    user: authentication === undefined ? null : jsonText(authentication.user),
    authResult: authentication?.result ?? null,
    host: facts.hostName === undefined ? null : jsonText(facts.hostName),
    product: facts.product === undefined ? null : jsonText(facts.product),
    messages: connection.messages,
    requests: facts.requests,
    replies: facts.replies,
    posts: facts.posts,
    errors: facts.errors,
    problems: facts.problems,
    unanswered: facts.unanswered,
    bytesToServer: toServer,
    bytesToClient: toClient,
    lostBytes: connection.lostBytes,
    skippedBytes: connection.skippedBytes,
    started: connection.started,
    ended: connection.ended,
    firstFrame: connection.firstFrame,
    firstMessage: firstRow < 0 ? null : firstRow + 1,
    firstTime: firstRow < 0 ? null : timeText(index, firstRow),
    lastTime: lastRow < 0 ? null : timeText(index, lastRow),
    seconds: facts.seconds,
  };
}

/** Everything about a capture in one object: `sessions --format json`. */
export function captureJson(name: string, session: CaptureSession): JsonObject {
  const { info, index } = session;
  return {
    file: name,
    format: info.format,
    gzip: info.gzip,
    bytes: info.bytes,
    packets: info.packets,
    messages: index.count,
    comments: info.comments.map(jsonText),
    tlsConnections: info.tlsConnections,
    tls: info.tls.map(tlsJson),
    connections: connectionRows(session),
    jobs: findJobs(session).map((job) => jobJson(session, job)),
    damage: index.damage.map(({ kind, frame, bytes, connection, text }) => ({
      kind,
      frame,
      bytes,
      connection: connection === undefined ? null : connection + 1,
      text,
    })),
  };
}

function tlsJson({
  client,
  server,
  connection,
  version,
  suite,
  clientRandom,
  state,
  firstFrame,
}: TlsConnection): JsonObject {
  return {
    client: endpointText(client),
    server: endpointText(server),
    connection: connection === undefined ? null : connection + 1,
    version: version ?? null,
    suite: suite ?? null,
    clientRandom: clientRandom ?? null,
    state,
    firstFrame,
  };
}

function jobJson({ index }: CaptureSession, job: Job): JsonObject {
  const { startRow, endRow, link } = job;
  const number = (id: number) => (id < 0 ? null : id + 1);
  return {
    job: job.id + 1,
    title: job.title,
    operation: job.operation,
    type: job.type,
    path: job.path,
    level: job.level === '' ? null : job.level,
    topology: job.topology,
    topologyWhy: job.topologyWhy.text,
    connections: job.spans.map(({ connection, fromRow, toRow }) => ({
      connection: connection + 1,
      firstMessage: fromRow + 1,
      lastMessage: toRow + 1,
    })),
    dataConnection: number(job.dataConnection),
    tapeConnection: number(job.tapeConnection),
    changerConnection: number(job.changerConnection),
    parties: job.parties.map(({ dma, roles, name, address }) => ({
      dma,
      roles: [...roles],
      name: name ?? null,
      address,
    })),
    link: link
      ? {
          kind: link.kind,
          address: link.address ?? null,
          listener: link.listener,
          bytes: link.bytes ?? null,
          bytesFrom: link.bytesFrom ?? null,
        }
      : null,
    firstMessage: job.firstRow + 1,
    lastMessage: job.lastRow + 1,
    startMessage: number(startRow),
    startTime: startRow < 0 ? null : timeText(index, startRow),
    endMessage: number(endRow),
    seconds: startRow < 0 || endRow < 0 ? null : nanosBetween(index, startRow, endRow) / 1e9,
    outcome: job.outcome,
    outcomeWhy: job.outcomeWhy.text,
    outcomeMessages: job.outcomeWhy.rows.map((row) => row + 1),
    startSeen: job.startSeen,
    endSeen: job.endSeen,
  };
}
