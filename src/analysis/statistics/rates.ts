import { interfaceOf } from '../../protocol';
import type { MessageIndex } from '../../session/messageIndex';
import { relativeSeconds } from '../../session/messageTimes';
import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';
import { dataFlow } from './dataSides';
import type { Series } from './model';
import { rowsOfJob } from './scope';
import { relativeTime } from './times';

/** A stretch of time in seconds since the capture's first message. */
export interface TimeRange {
  from: number;
  to: number;
}

const MAX_BUCKETS = 1000;
const LEAST_WIDTH = 1e-6;

/**
 * Traffic of the control connections over a stretch of time: bytes a second to the servers, bytes of file history and of all
 * else to the DMA, and messages a second. One walk over the index.
 */
export function controlRates(
  { index }: AnalysisSource,
  job: Job | undefined,
  range: TimeRange,
  buckets: number,
): Series[] {
  const count = Math.max(1, Math.min(MAX_BUCKETS, Math.floor(buckets)));
  const width = Math.max(LEAST_WIDTH, (range.to - range.from) / count);
  const empty = (): number[] => new Array<number>(count).fill(0);
  const [toServer, history, toDma, messages] = [empty(), empty(), empty(), empty()];
  const test = rowsOfJob(index, job);
  for (let row = 0; row < index.count; row++) {
    if (!test(row)) continue;
    const at = relativeSeconds(index, row);
    if (at < range.from || at > range.to) continue;
    const bucket = Math.min(count - 1, Math.floor((at - range.from) / width));
    valuesFor(index, row, toServer, history, toDma)[bucket] += index.length(row) / width;
    messages[bucket] += 1 / width;
  }
  const made = (id: string, name: string, unit: Series['unit'], source: string, values: number[]): Series => {
    return { id, name, unit, source, from: range.from, width, values };
  };
  return [
    made('to-server', 'DMA to servers', 'B/s', 'Header and body bytes of requests.', toServer),
    made('to-dma', 'Servers to DMA', 'B/s', 'Header and body bytes of replies and posts but file history.', toDma),
    made('history', 'File history', 'B/s', 'Header and body bytes of file-history posts.', history),
    made('messages', 'Messages', '1/s', 'All messages of control connections.', messages),
  ];
}

function valuesFor(index: MessageIndex, row: number, toServer: number[], history: number[], toDma: number[]): number[] {
  if (!index.fromServer(row)) return toServer;
  return interfaceOf(index.code(row)) === 'fh' ? history : toDma;
}

/** The backup stream over time where the capture holds the packets of a job's data connection. */
export function dataRate(source: AnalysisSource, job: Job): Series | undefined {
  const data = dataFlow(source, job);
  if (data === undefined) return undefined;
  const { from, width } = data.flow.rate;
  return {
    id: `data-${job.id}`,
    name: `Data connection of job ${job.id + 1}`,
    unit: 'B/s',
    source: `Payload of the data connection from the ${data.sender}, repetitions left out.`,
    from: relativeTime(source.index, from),
    width,
    values: data.stream.map((bytes) => bytes / width),
  };
}
