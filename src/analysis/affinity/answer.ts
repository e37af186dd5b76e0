import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';
import { relativeSeconds } from '../../session/messageTimes';
import { cabEffects } from './cabEffect';
import { connectionViews } from './connectionViews';
import { everyPair, WayCache } from './everyPair';
import type { Inventory } from './inventory';
import { fitLif } from './lifFit';
import { LIF_ROWS, lifRowId, TAPE_REACH, VOLUME_REACH } from '../../protocol';
import { findMoves, moveText } from './moves';
import { findNodes, nodeOfLif, type NodeGroup } from './nodes';
import { openQuestions } from './openQuestions';
import { findRuns, type Run } from './runs';
import { quoted, shown } from './say';
import { describeSteps } from './stepTexts';
import { Supposing } from './supposition';
import { sortSystems, type System, type Systems, type Thing } from './systems';
import { nodeView, pairNames, type Looking } from './thingViews';
import { judgePair, type Standpoint } from './verdict';
import type { AffinityAnswer, AffinityAsk, LifRowView, MoveView, PairView, WhatIfView } from './view';

/** Everything the affinity view shows, for one question. Pure: the same inventory and question give the same answer. */
export function answerAffinity(
  inventory: Inventory,
  jobs: readonly Job[],
  source: AnalysisSource | undefined,
  ask: AffinityAsk,
): AffinityAnswer {
  const systems = sortSystems(inventory, ask.settings);
  const timeText = (row: number) =>
    source === undefined || row < 0 ? 'then' : `${relativeSeconds(source.index, row).toFixed(1)} s`;
  return new Answering(systems, findRuns(systems, jobs), jobs, timeText, ask).answer();
}

const NO_TABLES: WhatIfView = {
  title: 'not applicable',
  way: undefined,
  reasons: ["This is judged by NetApp's tables, which are not applied here."],
  summary: '',
};

class Answering {
  private readonly run: Run | undefined;
  private readonly place: number;
  private readonly row: number;
  private readonly nodes: NodeGroup[];
  private readonly volume: Thing | undefined;
  private readonly drive: Thing | undefined;

  constructor(
    private readonly systems: Systems,
    private readonly runs: readonly Run[],
    jobs: readonly Job[],
    private readonly timeText: (row: number) => string,
    private readonly ask: AffinityAsk,
  ) {
    const { connections } = systems.inventory;
    this.run = runs.find(({ job }) => job.id === ask.job);
    const chosen = ask.connection !== undefined && ask.connection < connections.length ? ask.connection : undefined;
    const listing = connections.findIndex(({ listings }) => listings.some(({ items }) => items.length > 0));
    this.place = chosen ?? this.run?.place ?? Math.max(listing, connections.length > 0 ? 0 : -1);
    this.row = jobs.find(({ id }) => id === ask.job)?.lastRow ?? Number.MAX_SAFE_INTEGER;
    this.nodes = findNodes(systems, this.row);
    this.volume = this.choose('volumes', ask.volume, this.run?.volume);
    this.drive = this.choose('tapes', ask.drive, this.run?.drive);
  }

  answer(): AffinityAnswer {
    const { systems, place } = this;
    const { inventory, settings } = systems;
    const connection = inventory.connections.at(place);
    const system = place < 0 ? undefined : systems.systems.find(({ connections }) => connections.includes(place));
    const shared = {
      comments: inventory.comments.slice(0, 10).map((comment) => shown(comment, 600)),
      connections: connectionViews(systems),
      control: place,
      asOf: this.asOf(),
      moves: this.moves(),
      open: openQuestions(systems, system, place),
      settings,
      pairNames: pairNames(systems),
      svms: svmsOf(systems),
      volumes: this.count('volumes'),
      drives: this.count('tapes'),
    };
    if (connection === undefined || system === undefined || place < 0)
      return {
        ...shared,
        ontap: false,
        nodes: [],
        pair: undefined,
        everyPair: { drives: [], rows: [], dropped: 0 },
        lifRows: [],
        cab: { state: 'unknown', why: 'There is no control connection.', rows: [], effects: [] },
        steps: [],
        whatIf: undefined,
      };
    const supposing = this.supposing(system);
    const looking = this.looking(supposing);
    const { state, why, rows } = systems.cab[place];
    return {
      ...shared,
      ontap: system.ontap,
      nodes: this.nodes.map((node) => nodeView(node, this.lifsOf(node), looking)),
      pair: this.pair(looking.standpoint),
      everyPair: everyPair(looking.standpoint, this.nodes),
      lifRows: this.hasTables(system) ? this.lifRows(system, supposing) : [],
      cab: { state, why, rows, effects: cabEffects(systems, system, place, this.nodes) },
      steps: describeSteps(connection, systems.cab[place]),
      whatIf:
        this.isSupposing && !this.hasTables(system)
          ? NO_TABLES
          : supposing?.view(this.volume, this.drive, system.things),
    };
  }

  private choose(kind: Thing['kind'], asked: number | undefined, ofRun: Thing | undefined): Thing | undefined {
    const { things } = this.systems;
    const found = asked === undefined ? undefined : things.at(asked);
    if (found?.kind === kind && found.id === asked) return found;
    if (ofRun !== undefined) return ofRun;
    const here = (thing: Thing) => thing.sightings.some(({ connection }) => connection === this.place);
    const all = things.filter((thing) => thing.kind === kind);
    return all.find(here) ?? all.at(0);
  }

  private count(kind: Thing['kind']): number {
    return this.systems.things.filter((thing) => thing.kind === kind).length;
  }

  private asOf(): string {
    if (this.ask.job === undefined) return 'as of the end of the capture';
    return `as of job ${this.ask.job + 1}`;
  }

  private looking(supposing: Supposing | undefined): Looking {
    const standpoint: Standpoint = { systems: this.systems, place: this.place, row: this.row };
    const { volume, drive, timeText } = this;
    return {
      standpoint,
      ways: new WayCache(standpoint),
      volume,
      drive,
      supposing,
      find: this.ask.find ?? '',
      timeText,
    };
  }

  /** Whether something is to be supposed. */
  private get isSupposing(): boolean {
    return Object.values(this.ask.whatIf ?? {}).some((value) => value !== undefined);
  }

  /** NetApp's tables are of ONTAP in SVM-scoped mode, and of nothing else. */
  private hasTables({ ontap }: System): boolean {
    return ontap && this.systems.settings.scope !== 'node';
  }

  private supposing(system: System): Supposing | undefined {
    const { whatIf } = this.ask;
    if (whatIf === undefined || !this.isSupposing || !this.hasTables(system)) return undefined;
    const lifNode = nodeOfLif(this.systems, system, this.place);
    return new Supposing(this.systems, system, this.place, this.nodes, whatIf, this.volume, lifNode);
  }

  private pair(standpoint: Standpoint): PairView | undefined {
    const { volume, drive } = this;
    if (volume === undefined || drive === undefined) return undefined;
    const runs = this.runs.filter((run) => run.volume === volume && run.drive === drive);
    return {
      volume: { id: volume.id, name: shown(volume.name) },
      drive: { id: drive.id, name: shown(drive.name) },
      verdict: judgePair(standpoint, volume, drive),
      runs: runs.slice(0, 50).map(({ job, row }) => ({
        job: job.id,
        title: job.title,
        topology: job.topology,
        outcome: job.outcome,
        row,
      })),
    };
  }

  private lifRows(system: System, supposing: Supposing | undefined): LifRowView[] {
    const { type, possible } = fitLif(this.systems, system, this.place);
    const { state } = this.systems.cab[this.place];
    const supposed = new Set(supposing?.scenarios.map(({ lif, cab }) => lifRowId(lif, cab)));
    return LIF_ROWS.map(({ id, lif, cab, volumes, tapes, types }) => {
      const fits = possible.includes(lif) && (state === 'unknown' || (state === 'on') === cab);
      const holds = fits && type !== undefined && state !== 'unknown';
      return {
        id,
        lif,
        cab,
        volumes: VOLUME_REACH[volumes],
        tapes: TAPE_REACH[tapes],
        types: types.join(', '),
        applies: holds ? 'holds' : fits ? 'possible' : 'no',
        supposed: supposed.has(id),
      };
    });
  }

  private lifsOf({ system, key }: NodeGroup): number[] {
    if (key === undefined) return system.key === undefined ? system.connections : [];
    return system.connections.filter((place) => nodeOfLif(this.systems, system, place) === key);
  }

  private moves(): MoveView[] {
    const titles = new Map(this.nodes.map(({ system, key, title }) => [`${system.id} ${key}`, title]));
    const titleOf = (thing: Thing, key: string | undefined) => titles.get(`${thing.system} ${key}`) ?? 'another node';
    return findMoves(this.systems).map((move) => ({
      thing: move.thing.id,
      name: quoted(move.thing.name),
      from: titleOf(move.thing, move.before.node),
      to: titleOf(move.thing, move.after.node),
      text: moveText(move, this.systems.cab[move.after.connection].state !== 'off'),
      beforeRow: move.before.row,
      afterRow: move.after.row,
    }));
  }
}

const MAX_SVMS = 200;

/** SVMs by the paths of volumes, as far as their names can be shown as they are: they are handed back in settings. */
function svmsOf({ things, systems }: Systems): string[] {
  const svms = new Set<string>();
  for (const { svm, system } of things)
    if (svm !== undefined && systems[system].ontap && shown(svm) === svm && svms.size < MAX_SVMS) svms.add(svm);
  return [...svms];
}
