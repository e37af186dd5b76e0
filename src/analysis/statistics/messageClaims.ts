import { describeCdb, interfaceOf, isAnswered } from '../../protocol';
import { bodyOf } from '../connections';
import { partsOfConnections } from '../grouped';
import type { Job } from '../jobs/model';
import { Code } from './codes';
import type { CauseId } from './model';
import { PauseLookup, type MoverPause } from './pauses';
import type { Claim } from './sweep';
import { relativeTime, shortName, type JobTime } from './times';

/** Within a pause of the mover, what data connection and windows show is a consequence of it. */
const PAUSE_RANK = 105;
const reactions = new Set<number>([
  Code.NOTIFY_DATA_HALTED,
  Code.NOTIFY_MOVER_HALTED,
  Code.NOTIFY_MOVER_PAUSED,
  Code.NOTIFY_DATA_READ,
]);
const answering: Readonly<Record<string, CauseId>> = {
  data: 'answering-data',
  tape: 'answering-tape',
  mover: 'answering-tape',
  scsi: 'answering-changer',
};

/** What the messages of a job tell about its time: waiting for answers, for the DMA, for connections. */
export function messageClaims(time: JobTime, pauses: readonly MoverPause[]): Claim[] {
  const claims = [
    ...answers(time),
    ...turnsOfTheDma(time),
    ...reactionsOf(time),
    ...greetings(time),
    ...finishing(time),
  ];
  const lookup = new PauseLookup(pauses);
  return claims.flatMap((claim) => [
    claim,
    ...lookup.between(claim.from, claim.to).flatMap((pause) => inPause(claim, pause)),
  ]);
}

function answers({ source, job, rows, at, to }: JobTime): Claim[] {
  const { index } = source;
  const claims: Claim[] = [];
  for (const row of rows) {
    if (index.kind(row) !== 'request' || !isAnswered(index.code(row))) continue;
    const reply = index.pair(row);
    const what = requestName(source, row);
    if (reply < 0) claims.push({ from: at(row), to, cause: 'unanswered', what, rows: [row] });
    else {
      const cause = answering[interfaceOf(index.code(row))] ?? byConnection(job, index.connection(row));
      claims.push({ from: at(row), to: at(reply), cause, what, rows: [row, reply] });
    }
  }
  return claims;
}

/** Whose answers to questions and logins are. */
function byConnection({ dataConnection, tapeConnection, changerConnection }: Job, connection: number): CauseId {
  if (connection === dataConnection) return 'answering-data';
  if (connection === tapeConnection) return 'answering-tape';
  return connection === changerConnection ? 'answering-changer' : 'answering-other';
}

/** A request by name; a SCSI command by its own. */
function requestName(source: JobTime['source'], row: number): string {
  const name = shortName(source.index, row);
  if (source.index.code(row) !== Code.SCSI_EXECUTE_CDB) return name;
  const { cdb } = bodyOf(source, row);
  const command = cdb instanceof Uint8Array ? describeCdb(cdb) : undefined;
  return command === undefined ? name : `${name} ${command.replace(/ [^A-Z].*$/, '')}`;
}

/** Stretches in which no request is outstanding, up to the next request. */
function turnsOfTheDma({ source, rows, at }: JobTime): Claim[] {
  const { index } = source;
  const claims: Claim[] = [];
  let outstanding = 0;
  let last = -1;
  for (const row of rows) {
    const kind = index.kind(row);
    if (kind === 'reply' && index.pair(row) >= 0) {
      outstanding = Math.max(0, outstanding - 1);
      last = row;
    } else if (kind === 'post' && index.code(row) === Code.NOTIFY_CONNECTION_STATUS) {
      if (last < 0) last = row;
    } else if (kind === 'request') {
      if (outstanding === 0 && last >= 0) {
        const what = `before ${shortName(index, row)}`;
        claims.push({ from: at(last), to: at(row), cause: 'dma-between', what, rows: [last, row] });
      }
      outstanding += index.pair(row) >= 0 ? 1 : 0;
    }
  }
  return claims;
}

/** From notify posts to the request that follows; what a NOTIFY_DATA_READ asks for is a MOVER_READ. */
function reactionsOf({ source, rows, at }: JobTime): Claim[] {
  const { index } = source;
  const claims: Claim[] = [];
  let open: number[] = [];
  for (const row of rows) {
    const kind = index.kind(row);
    if (kind === 'post' && reactions.has(index.code(row))) open.push(row);
    else if (kind === 'request' && open.length > 0) {
      const code = index.code(row);
      const answered = (post: number): boolean =>
        index.code(post) !== Code.NOTIFY_DATA_READ || code === Code.MOVER_READ || code === Code.MOVER_CLOSE;
      for (const post of open.filter(answered)) {
        const what = `after ${shortName(index, post)}`;
        claims.push({ from: at(post), to: at(row), cause: 'dma-reaction', what, rows: [post, row] });
      }
      open = open.filter((post) => !answered(post)).slice(-16);
    }
  }
  return claims;
}

/** From a control connection's first packet to the server's greeting. */
function greetings({ source, job, rows, at }: JobTime): Claim[] {
  const { index, info } = source;
  const claims: Claim[] = [];
  for (const row of rows) {
    if (index.kind(row) !== 'post' || index.code(row) !== Code.NOTIFY_CONNECTION_STATUS) continue;
    const connection = index.connection(row);
    if (index.connections[connection].firstRow !== row) continue;
    const flow = partsOfConnections(info.flows).get(connection)?.[0];
    if (flow === undefined || !job.spans.some((span) => span.connection === connection)) continue;
    const from = relativeTime(index, flow.from);
    claims.push({ from, to: at(row), cause: 'connecting', what: `connection ${connection + 1}`, rows: [row] });
  }
  return claims;
}

/** One side has halted, the other has not yet. */
function finishing({ source, job, rows, at, transfer }: JobTime): Claim[] {
  const { index } = source;
  if (transfer === undefined || transfer.endRow < 0) return [];
  const moverHalted = rows.find(
    (row) => row > job.startRow && index.kind(row) === 'post' && index.code(row) === Code.NOTIFY_MOVER_HALTED,
  );
  const { endRow } = transfer;
  // in a recovery the mover halts when the DMA closes it: that is no work of the mover
  if (moverHalted === undefined || (moverHalted > endRow && job.operation !== 'backup')) return [];
  const [cause, from, to]: [CauseId, number, number] =
    moverHalted < endRow ? ['data-finishing', moverHalted, endRow] : ['mover-finishing', endRow, moverHalted];
  const what = cause === 'data-finishing' ? 'after NOTIFY_MOVER_HALTED' : 'after NOTIFY_DATA_HALTED';
  return [{ from: at(from), to: at(to), cause, what, rows: [from, to] }];
}

/** The part of a claim that lies in a pause of the mover: there it counts before what the data connection shows. */
function inPause(claim: Claim, pause: MoverPause): Claim[] {
  const from = Math.max(claim.from, pause.from);
  const to = Math.min(claim.to, pause.to);
  if (!(to > from) || claim.cause === 'connecting' || claim.cause === 'unanswered') return [];
  const rank = PAUSE_RANK + (order[claim.cause] ?? 0);
  const what = pause.tapeChanged ? changePart(claim) : claim.what;
  return [{ ...claim, from, to, what, rank, cause: pause.tapeChanged ? 'media-change' : claim.cause }];
}

const order: Readonly<Partial<Record<CauseId, number>>> = {
  'dma-between': 0,
  'dma-reaction': 1,
  'mover-finishing': 1,
  'data-finishing': 1,
  'answering-other': 2,
  'answering-data': 2,
  'answering-tape': 3,
  'answering-changer': 4,
};

function changePart({ cause, what }: Claim): string {
  switch (cause) {
    case 'dma-between':
      return `the DMA, ${what}`;
    case 'dma-reaction':
      return `the DMA’s reaction, ${what}`;
    default:
      return `answering ${what}`;
  }
}
