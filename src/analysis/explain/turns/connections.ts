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
      return turn(context, 'no answer', lost ? 'oddity' : 'failure', [row], text);
    });
}

/** A data operation whose end nobody told, on a connection that was taken down. */
function endedEarly(context: TurnContext): WrongTurn[] {
  const { job, analysis, rows } = context;
  const { index } = analysis.source;
  if (job.operation === 'session' || job.startRow < 0 || job.endRow >= 0 || job.outcome !== 'not seen') return [];
  const turns: WrongTurn[] = [];
  for (const { connection } of job.spans) {
    const { ended } = index.connections[connection];
    const last = rows.findLast((row) => index.connection(row) === connection);
    if (ended === 'open' || last === undefined) continue;
    const side = sideName(job, connection);
    const text = `The control connection to the ${side} was ${how[ended]} after message ${last + 1}, while the operation ran: no end of it was told.`;
    turns.push(turn(context, 'connection', 'failure', [last, job.startRow], text));
  }
  return turns;
}
