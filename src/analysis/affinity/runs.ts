import type { Job } from '../jobs/model';
import type { ControlConnection, Step } from './inventory';
import type { Systems, Thing } from './systems';
import { isWithin } from './usedItems';

/** What a job did, as far as its steps tell: from which connection, which volume, which drive. */
export interface Run {
  job: Job;
  /** Place of the connection with the data server, or of the first one that lists something. */
  place: number;
  volume: Thing | undefined;
  drive: Thing | undefined;
  /** Row of the start, else of the PREPARE. */
  row: number;
}

export function findRuns(systems: Systems, jobs: readonly Job[]): Run[] {
  return jobs.map((job) => runOf(systems, job)).filter((run) => run !== undefined);
}

function runOf(systems: Systems, job: Job): Run | undefined {
  const { connections } = systems.inventory;
  const steps = job.spans.flatMap(({ connection, fromRow, toRow }) =>
    connection < connections.length
      ? connections[connection].steps
          .filter(({ row }) => row >= fromRow && row <= toRow)
          .map((step) => ({ connection, step }))
      : [],
  );
  const start = steps.find(({ step }) => step.kind === 'start' && step.row === job.startRow);
  const named = start ?? steps.find(({ step }) => step.kind === 'prepare');
  const opened = steps.filter(({ step }) => step.kind === 'open' && !step.changer && step.error === 0).at(-1);
  const listing = job.spans.map(({ connection }) => connection).find((each) => lists(connections.at(each)));
  const place = named?.connection ?? listing ?? job.spans.at(0)?.connection;
  if (place === undefined || place >= connections.length) return undefined;
  const volume = named && volumeOf(systems, place, pathOf(named.step));
  const drive = opened && driveOf(systems, opened.connection, opened.step);
  return { job, place, volume, drive, row: named?.step.row ?? job.firstRow };
}

function lists(connection: ControlConnection | undefined): boolean {
  return connection !== undefined && connection.listings.some(({ items }) => items.length > 0);
}

function pathOf(step: Step): string | undefined {
  return step.kind === 'start' || step.kind === 'prepare' ? step.path : undefined;
}

/** The volume that a path lies in: the one with the longest name that begins it. */
function volumeOf({ systems, things }: Systems, place: number, path: string | undefined): Thing | undefined {
  if (path === undefined) return undefined;
  const system = systems.find(({ connections }) => connections.includes(place));
  let best: Thing | undefined;
  for (const thing of things) {
    if (thing.kind !== 'volumes' || thing.system !== system?.id) continue;
    const { name } = thing;
    if (isWithin(path, name) && name.length > (best?.name.length ?? 0)) best = thing;
  }
  return best;
}

function driveOf({ systems, things }: Systems, place: number, step: Step): Thing | undefined {
  if (step.kind !== 'open') return undefined;
  const system = systems.find(({ connections }) => connections.includes(place));
  return things.find(
    ({ kind, name, otherNames, system: owner }) =>
      kind === 'tapes' && owner === system?.id && (name === step.device || otherNames.includes(step.device)),
  );
}
