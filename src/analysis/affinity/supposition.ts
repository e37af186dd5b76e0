import { fitLif } from './lifFit';
import { aLif, type LifType, type Way } from '../../protocol';
import type { NodeGroup } from './nodes';
import { listed, quoted } from './say';
import type { System, Systems, Thing } from './systems';
import type { WhatIf, WhatIfView } from './view';
import { refusal, seesDrive, seesVolume, suppose, type Place, type Scenario, type Supposition } from './whatIf';

/** The scenarios that a what-if stands for: several where the capture leaves LIF type or CAB open. */
export class Supposing {
  readonly scenarios: Scenario[];
  private readonly places = new Map<number, Place>();

  constructor(
    private readonly systems: Systems,
    system: System,
    place: number,
    nodes: readonly NodeGroup[],
    private readonly ask: WhatIf,
    volume: Thing | undefined,
    lifNode: string | undefined,
  ) {
    const { settings, cab, inventory } = systems;
    const { state } = cab[place];
    const { address } = inventory.connections[place];
    const lifs: readonly LifType[] = ask.lif === undefined ? fitLif(systems, system, place).possible : [ask.lif];
    const states = ask.cab !== undefined ? [ask.cab] : state === 'unknown' ? [true, false] : [state === 'on'];
    const settled = Object.hasOwn(settings.lifs, address) ? settings.lifs[address] : {};
    this.scenarios = lifs.flatMap((lif) =>
      states.map((on): Scenario => ({
        lif,
        cab: on,
        role: ask.role ?? settings.role,
        lifNode: ask.lifNode ?? lifNode,
        svm: ask.svm ?? settled.svm,
      })),
    );
    for (const { key, things } of nodes)
      for (const thing of things) this.places.set(thing.id, { node: key, svm: thing.svm });
    if (volume !== undefined && ask.volumeNode !== undefined)
      this.places.set(volume.id, { node: ask.volumeNode, svm: volume.svm });
  }

  /** Key of the node on which the volume is supposed to be. */
  get volumeNode(): string | undefined {
    return this.ask.volumeNode;
  }

  /** How the pair would go, where all scenarios agree. */
  way(volume: Thing, drive: Thing): Supposition {
    const all = this.scenarios.map((scenario) => suppose(scenario, this.placeOf(volume), this.placeOf(drive)));
    const ways = [...new Set(all.map(({ way }) => way))];
    const lifRows = all.flatMap((each) => each.lifRows);
    const wayRows = [...new Set(all.flatMap((each) => each.wayRows))];
    if (ways.length === 1)
      return { way: ways[0], reasons: [...new Set(all.flatMap(({ reasons }) => reasons))], lifRows, wayRows };
    const parts = ways.map((way) => `${way} if the LIF is ${listed(this.scenariosOf(all, way), 'or')}`);
    return { way: 'unknown', reasons: [`It depends: ${parts.join('; ')}.`], lifRows, wayRows };
  }

  view(volume: Thing | undefined, drive: Thing | undefined, things: readonly Thing[]): WhatIfView {
    const pair = volume && drive && this.way(volume, drive);
    const refusals = this.scenarios.map(refusal).filter((each) => each !== undefined);
    const refused = refusals.length === this.scenarios.length ? refusals : [];
    return {
      title: this.title(volume),
      way: pair?.way,
      reasons: pair?.reasons ?? refused,
      summary: refused.length > 0 ? 'The login would be refused.' : this.summary(things),
    };
  }

  private title(volume: Thing | undefined): string {
    const { lif, cab, role, lifNode, svm, volumeNode } = this.ask;
    const parts = [
      lif && aLif(lif),
      cab !== undefined && `CAB ${cab ? 'on' : 'off'}`,
      role && (role === 'svm' ? 'a user of an SVM' : 'a user of the cluster'),
      lifNode !== undefined && 'the LIF on the chosen node',
      svm && `a LIF of ${quoted(svm)}`,
      volumeNode !== undefined && volume !== undefined && `${quoted(volume.name)} on the chosen node`,
    ];
    return parts.filter((part) => typeof part === 'string').join(', ');
  }

  private summary(things: readonly Thing[]): string {
    const count = (kind: Thing['kind'], seen: string) =>
      things.filter((thing) => thing.kind === kind && this.sight(thing) === seen).length;
    const text = (kind: Thing['kind'], what: string) => {
      const total = things.filter((thing) => thing.kind === kind).length;
      const [yes, depends] = [count(kind, 'yes'), count(kind, 'depends')];
      return `${yes} of ${total} ${what}${depends > 0 ? ` (and ${depends} perhaps)` : ''}`;
    };
    return `Available: ${text('volumes', 'volumes')}, ${text('tapes', 'drives')}.`;
  }

  private sight(thing: Thing): string {
    const sees = thing.kind === 'volumes' ? seesVolume : seesDrive;
    const seen = new Set(this.scenarios.map((scenario) => sees(scenario, this.placeOf(thing)).seen));
    return seen.size === 1 ? [...seen][0] : 'depends';
  }

  private placeOf(thing: Thing): Place {
    return this.places.get(thing.id) ?? { node: undefined, svm: thing.svm };
  }

  private scenariosOf(all: readonly Supposition[], way: Way): string[] {
    return this.scenarios
      .filter((_, i) => all[i].way === way)
      .map(({ lif, cab }) => `${lif} ${cab ? 'with' : 'without'} CAB`);
  }
}
