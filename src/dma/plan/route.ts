import type { DriveState } from '../media/model';
import type { Source } from '../job/model';
import { dataAddresses } from './addresses';
import type { Decision, PlanInputs } from './model';
import { dataEnd, familiesOf, linkBetween, listenersOf, moverEnd, ownEnd, TYPE_OF, type Route } from './network';
import { fileSystemOf, isOneServer } from './servers';
import type { DriveLoads } from './spread';
import { joiningOf, type Joining } from './way';

/** A way for the data of a source, with the drives that it can be gone with. */
export interface Choice {
  route: Route;
  drives: readonly DriveState[];
  decisions: Decision[];
}

type Outcome = Choice | { refusals: string[] };

/** Chooses the way of a source's data: the shortest that job and servers allow. */
export function routeOf(inputs: PlanInputs, source: Source, drives: readonly DriveState[], loads: DriveLoads): Outcome {
  const { topology } = inputs.job;
  switch (topology) {
    case 'local':
      return local(inputs, source, drives);
    case 'three-way':
      return threeWay(inputs, drives, 'The job asks for it.');
    case 'indirect':
      return indirect(inputs, drives, 'The job asks for it.');
    case 'auto':
      return shortest(inputs, source, drives, loads);
  }
}

function shortest(inputs: PlanInputs, source: Source, drives: readonly DriveState[], loads: DriveLoads): Outcome {
  const direct = local(inputs, source, drives);
  if ('route' in direct) {
    const idle = loads.insteadOf(direct.drives);
    const around = idle && threeWay(inputs, idle.drives, idle.why);
    return around && 'route' in around ? around : direct;
  }
  const [whyNotLocal] = direct.refusals;
  if (inputs.definitions.tape.thisMachine !== undefined) return indirect(inputs, drives, whyNotLocal);
  const across = threeWay(inputs, drives, whyNotLocal);
  if ('route' in across) return across;
  const around = indirect(inputs, drives, `${whyNotLocal} ${across.refusals.join(' ')}`);
  return 'route' in around ? around : { refusals: [...direct.refusals, ...across.refusals, ...around.refusals] };
}

function local(inputs: PlanInputs, source: Source, drives: readonly DriveState[]): Outcome {
  const { data, tape } = inputs;
  if (!isOneServer(inputs)) return { refusals: [`The drives are at ${tape.server}, the data at ${data.server}.`] };
  const volume = fileSystemOf(data, source.path);
  const joined = drives.map((drive): { drive: DriveState; joining: Joining } => ({
    drive,
    joining: joiningOf(data, volume, drive),
  }));
  // what nobody can tell, the user may know: a job that says local is believed
  const believed = inputs.job.topology === 'local' ? ['local', 'unknown'] : ['local'];
  const near = joined.filter(({ joining }) => believed.includes(joining.way));
  if (near.length === 0) return { refusals: [joined[0]?.joining.why ?? `${tape.server} has no drive for it.`] };
  return {
    route: { path: 'local', through: undefined, listener: 'mover', addressType: 'LOCAL', relay: undefined },
    drives: near.map(({ drive }) => drive),
    decisions: [
      { about: 'topology', choice: 'local', why: whyLocal(near[0].joining) },
      { about: 'data connection', choice: 'LOCAL', why: 'The data stay inside the server.' },
    ],
  };
}

function whyLocal({ way, why }: Joining): string {
  return way === 'local' ? why : `The job asks for it. ${why}`;
}

function threeWay(inputs: PlanInputs, drives: readonly DriveState[], why: string): Outcome {
  const link = linkBetween(endOfData(inputs), endOfMover(inputs), {
    listeners: listenersOf(inputs),
    families: familiesOf(inputs),
  });
  if ('refusals' in link) return link;
  const addressType = TYPE_OF[link.family];
  return {
    route: { path: 'three-way', through: undefined, listener: link.listener, addressType, relay: undefined },
    drives,
    decisions: [
      { about: 'topology', choice: 'three-way', why },
      { about: 'data connection', choice: `${addressType}, the ${nameOf(link.listener)} listens`, why: link.why },
    ],
  };
}

/** Through this machine: to a drive of its own, or passed on to the tape server's mover. */
function indirect(inputs: PlanInputs, drives: readonly DriveState[], why: string): Outcome {
  const families = familiesOf(inputs);
  const own = ownEnd(inputs);
  const isOwnDrive = inputs.definitions.tape.thisMachine !== undefined;
  const dataListens = inputs.job.listen === 'data' && !isOwnDrive;
  const toUs = linkBetween(endOfData(inputs), own, { listeners: [dataListens ? 'data' : 'mover'], families });
  if ('refusals' in toUs) return toUs;
  const addressType = TYPE_OF[toUs.family];
  if (isOwnDrive)
    return {
      route: { path: 'indirect', through: 'own-drive', listener: 'this-machine', addressType, relay: undefined },
      drives,
      decisions: [
        { about: 'topology', choice: 'indirect, to a drive of this machine', why },
        { about: 'data connection', choice: `${addressType}, this machine listens`, why: toUs.why },
      ],
    };
  const onward = linkBetween(own, endOfMover(inputs), { listeners: ['mover', 'data'], families: [4, 6] });
  if ('refusals' in onward) return onward;
  const mover = onward.listener === 'mover' ? 'listens' : 'connects';
  const moverAddressType = TYPE_OF[onward.family];
  return {
    route: {
      path: 'indirect',
      through: 'relay',
      listener: 'this-machine',
      addressType,
      relay: { data: dataListens ? 'listens' : 'connects', mover, moverAddressType },
    },
    drives,
    decisions: [
      { about: 'topology', choice: 'indirect, passed on by this machine', why },
      { about: 'data connection', choice: `${addressType} with the data server`, why: toUs.why },
      { about: 'tape connection', choice: `${moverAddressType}, the mover ${mover}`, why: onward.why },
    ],
  };
}

function endOfData(inputs: PlanInputs) {
  return dataEnd(inputs, dataAddresses(inputs.data, inputs.definitions.data, inputs.resolved));
}

function endOfMover(inputs: PlanInputs) {
  return moverEnd(inputs, dataAddresses(inputs.tape, inputs.definitions.tape, inputs.resolved));
}

function nameOf(listener: 'mover' | 'data'): string {
  return listener === 'mover' ? 'mover' : 'data server';
}
