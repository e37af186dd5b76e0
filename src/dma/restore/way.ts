import type { DriveState } from '../media/model';
import { familyOf } from '../plan/addresses';
import type { Decision, Path } from '../plan/model';
import { Extension, fileSystemOf, offers, offersType } from '../plan/servers';
import type { ServerReport } from '../query/model';
import type { RestoreInputs } from './model';
import { readsOthers } from './quirks';

/** How the stream gets from the tape to the data server. */
export interface Way {
  path: Path;
  through: 'relay' | undefined;
  listener: 'mover' | 'data' | 'this-machine';
  addressType: 'LOCAL' | 'TCP' | 'TCP_IPV6';
  prepare: boolean;
  extensions: { class: number; version: number }[];
  decisions: Decision[];
  refusals: string[];
}

/**
 * Chooses local, three-way or indirect for a recovery from this drive to this directory, and says why.
 * @param isDirect pieces of the stream are read, which need not begin and end where records do
 */
export function wayOf(inputs: RestoreInputs, drive: DriveState | undefined, target: string, isDirect: boolean): Way {
  const { request, data, tape } = inputs;
  const decisions: Decision[] = [];
  const refusals: string[] = [];
  const local = whyNotLocal(data, tape, drive, target);
  const path = pathFor(request.topology, local, decisions, refusals, inputs, isDirect);
  const addressType = typeFor(inputs, path, decisions, refusals);
  const listener = listenerFor(inputs, path, decisions, refusals);
  const classes = classesFor(data, addressType);
  const prepare = classes.some((each) => each.class === Extension.CAB.class);
  if (prepare)
    decisions.push({
      about: 'CAB',
      choice: 'the data server is told the volume first',
      why: `${data.server} offers Cluster Aware Backup: the data connection then comes from the node of the volume.`,
    });
  return {
    path,
    through: path === 'indirect' ? 'relay' : undefined,
    listener,
    addressType,
    prepare,
    extensions: classes,
    decisions,
    refusals,
  };
}

/** Undefined: it can be local. */
function whyNotLocal(
  data: ServerReport,
  tape: ServerReport,
  drive: DriveState | undefined,
  target: string,
): string | undefined {
  if (data.server !== tape.server) return `${data.server} and ${tape.server} are two servers`;
  if (!offersType(data, 'LOCAL')) return `${data.server} makes no LOCAL data connections at this address`;
  const [volume, own] = [fileSystemOf(data, target)?.affinity, drive?.affinity];
  if (volume !== undefined && own !== undefined && volume !== own)
    return `the volume is at node ${volume} and the drive ${drive?.device} at node ${own}`;
  return undefined;
}

function pathFor(
  wish: RestoreInputs['request']['topology'],
  whyNot: string | undefined,
  decisions: Decision[],
  refusals: string[],
  { data, tape }: RestoreInputs,
  isDirect: boolean,
): Path {
  const decided = (choice: Path, why: string): Path => {
    decisions.push({ about: 'topology', choice, why });
    return choice;
  };
  if (wish === 'local' && whyNot !== undefined) {
    refusals.push(`A local restore is not possible: ${whyNot}. Ask for three-way, or leave the choice open (auto).`);
    return decided('local', 'Asked for.');
  }
  if (wish !== 'auto') return decided(wish, 'Asked for.');
  if (whyNot === undefined) return decided('local', `${data.server} has both the volume and the drive.`);
  if (isDirect && readsOthers(data, tape))
    return decided(
      'indirect',
      `${capital(whyNot)}, and the mover of ${tape.server} sends whole records only: this machine leaves out what ${data.server} does not want of them.`,
    );
  const both = hasNetwork(data) && hasNetwork(tape);
  if (!both) return decided('indirect', `${whyNot}, and not both servers make TCP data connections that meet.`);
  return decided('three-way', `${capital(whyNot)}.`);
}

function typeFor(
  { request, data, tape }: RestoreInputs,
  path: Path,
  decisions: Decision[],
  refusals: string[],
): Way['addressType'] {
  if (path === 'local') return 'LOCAL';
  const v6 = (report: ServerReport): boolean => report.version === 4 && offersType(report, 'TCP_IPV6');
  const v4 = (report: ServerReport): boolean => offersType(report, 'TCP') || !v6(report);
  const canV6 = v6(data) && v6(tape);
  // as the control connection of the side that is connected to: that way it can be reached
  const isReachedByV6 = familyOf((request.listen === 'data' ? data : tape).address) === 6;
  const prefersV6 = canV6 && (isReachedByV6 || !(v4(data) && v4(tape)));
  const wantsV6 = request.family === 6 || (request.family === 'auto' && prefersV6);
  if (wantsV6 && !canV6)
    refusals.push(`Data connections over IPv6 need both servers to offer TCP_IPV6 in v4; use the family 4 or auto.`);
  const choice = wantsV6 ? 'TCP_IPV6' : 'TCP';
  decisions.push({
    about: 'address type',
    choice,
    why:
      request.family === 'auto'
        ? 'Both servers can do it, and it leads there as the control connection does.'
        : 'Asked for.',
  });
  return choice;
}

function listenerFor(
  { request, data, tape }: RestoreInputs,
  path: Path,
  decisions: Decision[],
  refusals: string[],
): Way['listener'] {
  if (path === 'indirect') return 'this-machine';
  const old = [data, tape].find(({ version }) => version === 2);
  if (request.listen === 'data' && (path === 'local' || old !== undefined))
    refusals.push(
      path === 'local'
        ? 'In a local restore the mover listens. Leave out the wish that the data server does.'
        : `${old?.server} speaks v2, in which only the mover listens. Leave out the wish that the data server does.`,
    );
  const choice = request.listen === 'data' ? 'data' : 'mover';
  const why = request.listen === 'auto' ? 'Every version and every server can do that.' : 'Asked for.';
  if (path !== 'local') decisions.push({ about: 'listening side', choice, why });
  return choice;
}

/** What is selected at the data server: CAB where it is offered, IPv6 addresses where they are used. */
function classesFor(data: ServerReport, addressType: Way['addressType']): Way['extensions'] {
  const wanted = addressType === 'TCP_IPV6' ? [Extension.CAE, Extension.CAB] : [Extension.CAB];
  return wanted.filter((each) => offers(data, each));
}

function hasNetwork(report: ServerReport): boolean {
  return offersType(report, 'TCP') || offersType(report, 'TCP_IPV6');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
