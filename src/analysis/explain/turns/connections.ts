import { relativeSeconds } from '../../../session/messageTimes';
import { relativeTime } from '../../statistics/times';
import { counted } from '../../statistics/words';
import { sideName } from '../steps';
import type { WrongTurn } from '../model';
import { nameAt, turn, type TurnContext } from './context';

const CONNECT_CLOSE = 0x902;
const how = { fin: 'closed', rst: 'reset', open: 'open' } as const;

/** Requests that nobody answered, and connections that ended while the job still ran. */
export function brokenConnections(context: TurnContext): WrongTurn[] {
  return [...unanswered(context), ...endedEarly(context)];
}

function unanswered(context: TurnContext): WrongTurn[] {
  const { rows, analysis, job } = context;
  const { index } = analysis.source;
  const lastOfServer = new Map<number, number>();
  for (const row of rows) if (index.fromServer(row)) lastOfServer.set(index.connection(row), row);
  return rows
    .filter((row) => index.kind(row) === 'request' && index.pair(row) < 0 && index.code(row) !== CONNECT_CLOSE)
    .slice(0, 100)
    .map((row) => {
      const connection = index.connections[index.connection(row)];
      const lost = connection.lostBytes > 0;
      const why = lost
        ? `; ${counted(connection.lostBytes, 'byte')} of this connection are not in the capture, so it may have been`
        : connection.ended === 'open'
          ? '; the capture ends with the connection open'
          : `; the connection was ${how[connection.ended]}`;
      const side = sideName(job, index.connection(row), index.code(row));
      const text = `${nameAt(context, row)} to the ${side} was not answered${why}.`;
      // the answer may have come after the capture's end
      const cut = connection.ended === 'open' && (lastOfServer.get(connection.id) ?? -1) < row;
      return turn(context, 'no answer', lost || cut ? 'oddity' : 'failure', [row], text);
    });
}

/** A data operation whose end nobody told, on connections that were taken down. */
function endedEarly(context: TurnContext): WrongTurn[] {
  const { job, analysis } = context;
  const { index } = analysis.source;
  if (job.operation === 'session' || job.startRow < 0 || job.endRow >= 0 || job.outcome !== 'not seen') return [];
  const ends = job.spans
    .map(({ connection, toRow }) => ({ connection, last: toRow }))
    .filter(({ connection, last }) => last >= 0 && index.connections[connection].ended !== 'open')
    .sort((a, b) => b.last - a.last);
  if (ends.length === 0) return lostStream(context);
  const named = ends.map(({ connection, last }) => {
    const { ended } = index.connections[connection];
    return `to the ${sideName(job, connection)} (${how[ended]} after message ${last + 1})`;
  });
  const which = ends.length === 1 ? 'The control connection' : 'The control connections';
  const text = `${which} ${named.join(' and ')} ended while the operation ran: no end of it was told.`;
  const shown = [...ends.map(({ last }) => last), job.startRow];
  return [...lostStream(context), turn(context, 'connection', 'failure', shown, text)];
}

/** The data connection ended before either side told an end; its packets show it. */
function lostStream(context: TurnContext): WrongTurn[] {
  const { job, analysis, rows } = context;
  const { index, info } = analysis.source;
  const flow = job.link?.flow === undefined ? undefined : info.flows[job.link.flow];
  if (flow === undefined || flow.ended === 'open') return [];
  const at = relativeTime(index, flow.to);
  const before = rows.findLast((row) => relativeSeconds(index, row) <= at) ?? job.startRow;
  const text = `The data connection was ${how[flow.ended]} with its last bytes at ${at.toFixed(3)} s, before data server or mover told an end.`;
  return [turn(context, 'connection', 'failure', [before], text)];
}
