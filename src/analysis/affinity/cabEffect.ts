import { fitLif } from './lifFit';
import { cabChanges, type LifType } from '../../protocol';
import type { NodeGroup } from './nodes';
import { listed, quoted } from './say';
import type { System, Systems, Thing } from './systems';
import type { CabEffect } from './view';
import { seesDrive, seesVolume, type Place, type Scenario } from './whatIf';

const MAX_NAMES = 6;
const MAX_NODES = 8;

/** What CAB made visible at a connection's LIF, or would make visible: once for each type that the LIF may have. */
export function cabEffects(systems: Systems, system: System, place: number, nodes: readonly NodeGroup[]): CabEffect[] {
  if (!system.ontap || systems.settings.scope === 'node') return [];
  const { state } = systems.cab[place];
  const own = nodes.filter((node) => node.system === system);
  return fitLif(systems, system, place).possible.map((lif) => ({
    lif,
    changes: cabChanges(lif),
    details: state === 'on' ? own.slice(0, MAX_NODES).flatMap((node) => withoutCab(lif, node, own)) : [],
  }));
}

/** What of a node would be there without CAB, were the LIF on this node. */
function withoutCab(lif: LifType, host: NodeGroup, nodes: readonly NodeGroup[]): string[] {
  if (host.key === undefined || cabChanges(lif).length === 0) return [];
  const scenario: Scenario = { lif, cab: false, lifNode: host.key };
  const things = nodes.flatMap((node) =>
    node.things.map((thing) => ({ thing, at: { node: node.key, svm: thing.svm } })),
  );
  const of = (kind: Thing['kind'], sees: (scenario: Scenario, at: Place) => { seen: string }) =>
    things.filter(({ thing, at }) => thing.kind === kind && sees(scenario, at).seen !== 'no').map(({ thing }) => thing);
  const volumes = of('volumes', seesVolume);
  const drives = of('tapes', seesDrive);
  const svm = lif === 'data' ? " (those of the LIF's SVM)" : '';
  return [
    `Without CAB, were the LIF on ${host.title}: ${names(volumes, 'no volumes')}${svm}; ${names(drives, 'no tape devices')}.`,
  ];
}

function names(things: readonly Thing[], none: string): string {
  if (things.length === 0) return none;
  const some = things.slice(0, MAX_NAMES).map(({ name }) => quoted(name));
  return listed(things.length > MAX_NAMES ? [...some, `${things.length - MAX_NAMES} more`] : some);
}
