import { nanosBetween } from '../../session/messageTimes';
import type { AnalysisSource } from '../analysis';
import { ofSpans } from '../grouped';
import type { Evidence, Job } from '../jobs/model';
import { causes } from './causes';
import { dataFlow, type DataFlow } from './dataSides';
import { flowClaims } from './flowClaims';
import { messageClaims } from './messageClaims';
import type { CauseId, SharePart, Stretch, TimeBreakdown, TimeShare, Who } from './model';
import { moverPauses, type MoverPause } from './pauses';
import { progressClaims } from './progress';
import type { JobRows } from './scope';
import { sweep, type Claim } from './sweep';
import { jobTime, type JobTime } from './times';
import { bytesText, counted } from './words';

const MAX_STRETCHES = 2000;
const MAX_PAUSES = 20;
const MAX_PARTS = 8;
const running: ReadonlySet<CauseId> = new Set<CauseId>(['moving', 'progress']);

/**
 * Where a job's time went: every moment from its first packet or message to its last belongs to one cause, by what the
 * messages, the packets of the data connection and the TCP windows show. What they do not show is counted as not told.
 */
export function timeBreakdown(source: AnalysisSource, job: Job, rows?: JobRows): TimeBreakdown {
  const time = jobTime(source, job, rows);
  const data = dataFlow(source, job);
  const pauses = moverPauses(time);
  const claims = [
    ...messageClaims(time, pauses),
    ...pauses.map(pauseClaim),
    ...flowClaims(time, data),
    ...(data === undefined ? progressClaims(time) : []),
    ...transferClaim(time),
  ];
  const stretches = sweep(claims, time.from, time.to, 'untold');
  const seconds = time.to - time.from;
  const shares = sharesOf(stretches, seconds);
  return {
    from: time.from,
    to: time.to,
    seconds,
    shares,
    byWho: whoSums(shares),
    pauses: standOut(stretches, seconds),
    stretches: longest(stretches, MAX_STRETCHES),
    limits: limitsOf(time, data),
  };
}

/** Whatever nobody else claims of a pause is time in which the mover waited for the DMA. */
function pauseClaim({ from, to, fromRow, toRow, reason, tapeChanged }: MoverPause): Claim {
  const cause = tapeChanged ? 'media-change' : 'dma-between';
  const what = tapeChanged ? `the DMA, mover paused (${reason})` : `mover paused (${reason})`;
  return { from, to, cause, what, rows: toRow < 0 ? [fromRow] : [fromRow, toRow], rank: 104 };
}

function transferClaim({ transfer }: JobTime): Claim[] {
  if (transfer === undefined) return [];
  const rows = [transfer.startRow, transfer.endRow].filter((row) => row >= 0);
  return [{ from: transfer.from, to: transfer.to, cause: 'untold', what: '', rows }];
}

function sharesOf(stretches: readonly Stretch[], whole: number): TimeShare[] {
  const byCause = new Map<CauseId, Map<string, SharePart>>();
  for (const stretch of stretches) {
    const parts = byCause.get(stretch.cause) ?? new Map<string, SharePart>();
    byCause.set(stretch.cause, parts);
    const seconds = stretch.to - stretch.from;
    const part = parts.get(stretch.what);
    if (part === undefined) parts.set(stretch.what, { what: stretch.what, seconds, count: 1, longest: stretch });
    else {
      part.seconds += seconds;
      part.count++;
      if (seconds > part.longest.to - part.longest.from) part.longest = stretch;
    }
  }
  const shares = [...byCause].map(([cause, parts]): TimeShare => {
    const all = [...parts.values()].sort((a, b) => b.seconds - a.seconds);
    const seconds = all.reduce((sum, part) => sum + part.seconds, 0);
    const { who, label, evidence } = causes[cause];
    const share = whole > 0 ? seconds / whole : 0;
    return { cause, who, label, seconds, share, evidence, parts: all.slice(0, MAX_PARTS) };
  });
  return shares.sort((a, b) => b.seconds - a.seconds);
}

function whoSums(shares: readonly TimeShare[]): TimeBreakdown['byWho'] {
  const sums = new Map<Who, { who: Who; seconds: number; share: number }>();
  for (const { who, seconds, share } of shares) {
    const sum = sums.get(who) ?? { who, seconds: 0, share: 0 };
    sums.set(who, { who, seconds: sum.seconds + seconds, share: sum.share + share });
  }
  return [...sums.values()].sort((a, b) => b.seconds - a.seconds);
}

/** Waiting that takes a second, or a twentieth of the job. */
function standOut(stretches: readonly Stretch[], whole: number): Stretch[] {
  const least = Math.min(1, whole / 20);
  return longest(
    stretches.filter(({ cause, from, to }) => !running.has(cause) && to - from >= least),
    MAX_PAUSES,
  );
}

/** The longest ones, in the order of time. */
function longest(stretches: readonly Stretch[], most: number): Stretch[] {
  if (stretches.length <= most) return [...stretches];
  const kept = [...stretches].sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, most);
  return kept.sort((a, b) => a.from - b.from);
}

function limitsOf(time: JobTime, data: DataFlow | undefined): Evidence[] {
  const { source, job, rows } = time;
  const limits: Evidence[] = [];
  const back = rows.findIndex((row, i) => i > 0 && nanosBetween(source.index, rows[i - 1], row) < 0);
  if (back > 0)
    limits.push({ text: 'The capture’s clock went back here: times around it mean nothing.', rows: [rows[back]] });
  if (time.transfer !== undefined && data === undefined)
    limits.push({
      text:
        job.link?.kind === 'local' || job.topology === 'local'
          ? 'Data server and mover are in one server: what passes between them is in no capture, so reading and writing cannot be told apart.'
          : 'The packets of the data connection are not in the capture: reading, network and writing cannot be told apart.',
      rows: [],
    });
  if (data !== undefined && data.repeated > 0)
    limits.push({
      text: `${bytesText(data.repeated)} of the stream were sent again: packets were lost on the data connection, and where it stood still the capture does not tell the sender from the network.`,
      rows: [],
    });
  const again = ofSpans(source.info.flows, job.spans).filter(({ repeated }) => repeated[0] + repeated[1] > 0);
  if (again.length > 0)
    limits.push({
      text: `Bytes of ${counted(again.length, 'control connection')} were sent again: packets were lost. Waits for it of at least 0.1 s are counted to the network, shorter ones to whose turn it was.`,
      rows: [],
    });
  const lost = job.spans.filter(({ connection }) => (source.index.connections[connection]?.lostBytes ?? 0) > 0);
  if (lost.length > 0)
    limits.push({
      text: `Bytes of ${counted(lost.length, 'control connection')} are not in the capture: requests may look unanswered that were not.`,
      rows: lost.map(({ fromRow }) => fromRow),
    });
  return limits;
}
