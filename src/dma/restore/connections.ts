import { dataAddresses } from '../plan/addresses';
import { between, type Party } from '../plan/connections';
import type { PlannedConnection } from '../plan/model';
import type { ServerDefinition } from '../servers/model';
import type { RestoreInputs, RestorePlan } from './model';

const THIS_MACHINE = 'this machine';

/** Whether a recovery that the mover leaves waiting may begin again in whole records, of which this machine passes on what is wanted. */
export function mayGoThroughHere({
  path,
  moverReads,
  request,
}: Pick<RestorePlan, 'path' | 'moverReads' | 'request'>): boolean {
  return path === 'three-way' && request.topology === 'auto' && moverReads !== 'any';
}

/** Every connection that a restore opens: what a firewall has to let through. */
export function plannedConnections(
  plan: Pick<RestorePlan, 'path' | 'listener' | 'server' | 'tapeServer' | 'changer' | 'moverReads' | 'request'>,
  { definitions, data, tape, ownAddresses, resolved }: RestoreInputs,
): PlannedConnection[] {
  const here: Party = { name: THIS_MACHINE, addresses: ownAddresses };
  const dataEnd: Party = { name: plan.server, addresses: dataAddresses(data, definitions.data, resolved) };
  const tapeEnd: Party = { name: plan.tapeServer, addresses: dataAddresses(tape, definitions.tape, resolved) };
  const control = (definition: ServerDefinition, to: string, why: string): PlannedConnection => ({
    purpose: 'control',
    from: THIS_MACHINE,
    to,
    addresses: [definition.host, ...definition.addresses],
    fromAddresses: ownAddresses,
    port: definition.port,
    why,
  });
  const isLocal = plan.path === 'local';
  const list = [control(definitions.data, plan.server, isLocal ? 'data server, tape and mover' : 'data server')];
  if (!isLocal) list.push(control(definitions.tape, plan.tapeServer, 'tape and mover'));
  const robot = definitions.changer ?? definitions.tape;
  if (plan.changer !== undefined) list.push(control(robot, robot.name, `the changer ${plan.changer}`));
  if (plan.path === 'three-way')
    list.push(
      plan.listener === 'mover'
        ? between(dataEnd, tapeEnd, 'the backup stream; the mover chooses the port')
        : between(tapeEnd, dataEnd, 'the backup stream; the data server chooses the port'),
    );
  if (plan.path === 'indirect' || mayGoThroughHere(plan)) {
    const why =
      plan.path === 'indirect'
        ? 'the backup stream through this machine; whoever listens chooses the port'
        : 'only if the mover turns out to send nothing but whole records: then the stream goes through this machine';
    list.push(between(tapeEnd, here, why), between(dataEnd, here, why));
  }
  return list;
}
