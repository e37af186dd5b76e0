import type { ServerDefinition } from '../servers/model';
import { dataAddresses } from './addresses';
import type { PlanInputs, PlannedConnection, SourcePlan } from './model';
import { isOneServer } from './servers';

const HERE = 'this machine';

/** Every connection that a run opens: what a firewall has to let through, and all that is allowed. */
export function connectionsOf(inputs: PlanInputs, sources: readonly SourcePlan[]): PlannedConnection[] {
  const all = [...controlConnections(inputs), ...sources.flatMap((each) => dataConnections(inputs, each))];
  const seen = new Set<string>();
  return all.filter((each) => {
    const key = JSON.stringify([each.purpose, each.from, each.to, each.addresses]);
    return !seen.has(key) && seen.add(key);
  });
}

function controlConnections(inputs: PlanInputs): PlannedConnection[] {
  const { data, tape, changer } = inputs.definitions;
  const to = ({ name, host, addresses, port, thisMachine }: ServerDefinition, why: string): PlannedConnection => {
    const isHere = thisMachine !== undefined;
    return {
      purpose: 'control',
      from: HERE,
      to: name,
      addresses: isHere ? ['127.0.0.1'] : [host, ...addresses],
      fromAddresses: isHere ? ['127.0.0.1'] : inputs.ownAddresses,
      port: isHere ? undefined : port,
      why,
    };
  };
  const robot = changer && changer.name !== data.name ? [to(changer, 'Requests to the changer.')] : [];
  if (isOneServer(inputs)) return [to(data, 'Requests to the data server and to its drives.'), ...robot];
  const toTape = changer ? 'Requests to drive and mover.' : 'Requests to drive, mover and changer.';
  return [to(data, 'Requests to the data server.'), to(tape, toTape), ...robot];
}

/** Nothing for a LOCAL one, which stays inside the server. */
function dataConnections(inputs: PlanInputs, plan: SourcePlan): PlannedConnection[] {
  const { definitions, resolved } = inputs;
  const server = (side: 'data' | 'tape') => ({
    name: definitions[side].name,
    addresses: dataAddresses(inputs[side], definitions[side], resolved),
  });
  const here = { name: HERE, addresses: ['127.0.0.1', '::1', ...inputs.ownAddresses] };
  const [data, tape] = [server('data'), server('tape')];
  switch (plan.path) {
    case 'local':
      return [];
    case 'three-way':
      return plan.listener === 'mover'
        ? [between(data, tape, 'The stream, from the data server to the listening mover.')]
        : [between(tape, data, 'The stream: the mover fetches it from the listening data server.')];
    case 'indirect': {
      if (plan.through === 'own-drive') return [between(data, here, 'The stream, to the drive of this machine.')];
      const first =
        plan.relay?.data === 'listens'
          ? between(here, data, 'The stream, fetched by this machine.')
          : between(data, here, 'The stream, to this machine.');
      const second =
        plan.relay?.mover === 'listens'
          ? between(here, tape, 'The stream, passed on to the mover.')
          : between(tape, here, 'The stream: the mover fetches it from this machine.');
      return [first, second];
    }
  }
}

/** An end of a data connection: its name for people, and the numeric addresses that it may have. */
export interface Party {
  name: string;
  addresses: readonly string[];
}

/** A data connection that `from` opens to a port that `to` chooses. */
export function between(from: Party, to: Party, why: string): PlannedConnection {
  return {
    purpose: 'data',
    from: from.name,
    to: to.name,
    addresses: to.addresses,
    fromAddresses: from.addresses,
    port: undefined,
    why,
  };
}
