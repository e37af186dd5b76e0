import { clip, escapeText } from '../../protocol';
import type { SetRecord } from '../catalog/model';
import { drivesInOrder } from './drives';
import { recoverEnvironment } from './environment';
import type { ChosenEntry, FileResult, RestoreInputs, RestorePlan, Selection, SetRestore } from './model';
import { collision, everything, namesOf, renameProblems } from './names';
import { brokenChain } from './moment';
import { baseName, normalPath } from './paths';
import { plannedConnections } from './connections';
import { quirksOf, readsOthers } from './quirks';
import { failureLine } from './results';
import { stretchesOf } from './stretches';
import { fileSystemOf } from '../plan/servers';
import type { ServerReport } from '../query/model';
import { wayOf } from './way';

const LOST = 'no backup of the chain has its data';

/**
 * What a restore does, in which order, and why; nothing is touched. What stands in its way is in `refusals`, each with
 * what to do about it.
 */
export function planRestore(inputs: RestoreInputs): RestorePlan {
  const { request, selections } = inputs;
  const draft = new Draft(inputs);
  const targets = draft.targets();
  const steps = selections.flatMap((selection, index) => draft.stepsOf(selection, targets[index]));
  const barcodes = [...new Set(steps.flatMap(({ stretches }) => stretches.map(({ part }) => part.barcode)))];
  const affinity = fileSystemOf(inputs.data, targets[0] ?? '/')?.affinity;
  const drives = drivesInOrder(inputs.drives, request.tape.drives, barcodes, affinity);
  if (drives.length === 0) draft.refusals.push(noDrive(inputs));
  if (steps.length === 0 && draft.refusals.length === 0) draft.refusals.push(draft.nothing());
  const isDirect = steps.some(({ direct }) => direct);
  const way = wayOf(inputs, drives.at(0), targets[0] ?? '/', isDirect);
  const away = barcodes.filter((barcode) => !inputs.present.has(barcode));
  if (away.length > 0)
    draft.warnings.push(`Not in the library now: ${away.map(escapeText).join(', ')}. They will be asked for.`);
  const plan: Omit<RestorePlan, 'connections'> = {
    request,
    server: inputs.data.server,
    tapeServer: inputs.tape.server,
    changer: inputs.changer,
    drives,
    path: way.path,
    through: way.through,
    listener: way.listener,
    addressType: way.addressType,
    prepare: way.prepare,
    moverReads: quirksOf(inputs.tape).moverReads,
    aligned: way.path === 'indirect' && quirksOf(inputs.tape).moverReads !== 'any',
    extensions: way.extensions,
    steps,
    targets,
    inPlace: request.to === undefined,
    barcodes,
    decisions: [...way.decisions, ...draft.decisions(drives)],
    leftOut: draft.leftOut,
    warnings: draft.warnings,
    refusals: [...draft.refusals, ...way.refusals],
  };
  return { ...plan, connections: plannedConnections(plan, inputs) };
}

/** Gathers what is wrong while the steps are made. */
class Draft {
  readonly warnings: string[] = [];
  readonly refusals: string[] = [];
  readonly leftOut: FileResult[] = [];

  constructor(private readonly inputs: RestoreInputs) {
    this.refusals.push(...renameProblems(inputs.request.renames));
  }

  /** Directory for each source: that of the backup, the wanted one, or one below it where there are several. */
  targets(): string[] {
    const { request, selections } = this.inputs;
    const paths = selections.map(({ chain }) => chain.at(-1)?.path ?? '/');
    const { to } = request;
    if (to === undefined) return paths;
    if (paths.length === 1) return [to];
    const below = paths.map((path) => `${to.replace(/\/+$/, '')}/${baseName(normalPath(path)) || 'root'}`);
    if (new Set(below).size < below.length)
      this.refusals.push(
        'Sources of the same name would be mixed in one directory. Restore them one at a time, with --path.',
      );
    return below;
  }

  stepsOf(selection: Selection, target: string): SetRestore[] {
    this.warnings.push(...selection.warnings);
    this.leftOut.push(...selection.lost.map((path): FileResult => ({ path, state: 'failed', why: LOST })));
    for (const missing of selection.missing)
      this.refusals.push(
        `${clip(escapeText(missing), 300)} is not in the backup. "ndmp restore --list" shows what is.`,
      );
    const broken = brokenChain(selection.chain);
    const last = selection.chain.at(-1);
    if (broken !== undefined || last === undefined) {
      this.refusals.push(`The chain of backups is broken: ${broken}. Choose an earlier date, or a full backup.`);
      return [];
    }
    return selection.chain.flatMap((set) => this.stepOf(set, selection, target) ?? []);
  }

  private stepOf(set: SetRecord, selection: Selection, target: string): SetRestore | undefined {
    const { request, parts, present, data, tape } = this.inputs;
    const { chosen, recursive } = selection;
    const own = chosen?.filter((entry) => entry.set === set.id);
    if (own?.length === 0) return undefined;
    const list = own
      ? namesOf(own, target, request.renames)
      : { names: [everything(target)], directories: new Set<string>(), leftOut: [] };
    const clash = collision(list.names);
    if (clash !== undefined) this.refusals.push(`${clash}. Rename one of them.`);
    this.leftOut.push(...list.leftOut);
    if (list.names.length === 0) return undefined;
    const found = stretchesOf(parts.get(set.id) ?? [], set.bytes, (barcode) => present.has(barcode));
    if (found.stretches === undefined) {
      this.refusals.push(`Set ${set.id} cannot be read: ${found.problem}. A copy of it or an earlier date may help.`);
      return undefined;
    }
    if (!data.backupTypes.some(({ name }) => name === set.type) && data.backupTypes.length > 0)
      this.refusals.push(
        `${data.server} cannot read backups of the type ${clip(escapeText(set.type), 50)}. Restore to a server that can.`,
      );
    const whyNot = whyNotDirect(this.inputs, set, own);
    const direct = whyNot === undefined;
    return {
      set,
      names: list.names.map((name) =>
        name.original === '' && quirksOf(data).slashBehindRoot ? { ...name, target: `${name.target}/` } : name,
      ),
      directories: list.directories,
      direct,
      environment: recoverEnvironment({
        saved: set.environment,
        type: set.type,
        target,
        direct,
        recursive,
        whole: own === undefined,
        more: request.environment,
      }),
      stretches: found.stretches,
      target,
      listBytes: quirksOf(data).listBytes,
      why: reason(set, selection, own, whyNot, tape.server),
    };
  }

  /** Why there is nothing to do. */
  nothing(): string {
    const [first] = this.leftOut;
    return first
      ? `Nothing of what is wanted can be restored. First: ${failureLine(first)}.`
      : 'Nothing of what is wanted is in the backup. "ndmp catalog files" shows what there is.';
  }

  decisions(drives: RestorePlan['drives']): RestorePlan['decisions'] {
    const [first] = drives;
    if (!first) return [];
    const { device, loaded } = first;
    const why = loaded === undefined ? 'It is empty.' : `It holds ${escapeText(loaded)}.`;
    return [{ about: 'drive', choice: device, why }];
  }
}

/** Why a set is read from its beginning; undefined: only the pieces are read that are wanted. */
function whyNotDirect(
  { request, data, tape }: RestoreInputs,
  set: SetRecord,
  own: readonly ChosenEntry[] | undefined,
): string | undefined {
  if (own === undefined) return 'everything is wanted';
  if (!request.direct) return 'asked for';
  if (!recoversDirectly(data, set.type)) return `${data.server} has no direct access for ${set.type}`;
  if (own.some(({ entry }) => entry.position === undefined)) return 'the backup told no positions';
  if (request.topology === 'three-way' && readsOthers(data, tape))
    return `the mover of ${tape.server} sends whole records only`;
  return undefined;
}

/** As the server tells; v2 tells what a type can not do. One that tells nothing is asked, and may refuse. */
function recoversDirectly({ version, backupTypes }: ServerReport, type: string): boolean {
  const attributes = backupTypes.find(({ name }) => name === type)?.attributes ?? [];
  if (version === 2) return !attributes.includes('NO_RECOVER_FHINFO');
  return attributes.length === 0 || attributes.includes('RECOVER_DIRECT');
}

function reason(
  set: SetRecord,
  { chain, chosen }: Selection,
  own: readonly ChosenEntry[] | undefined,
  whyNot: string | undefined,
  tapeServer: string,
): string {
  const kind = set.base === undefined ? 'the full backup' : `the increment of level ${set.level}`;
  const what = chosen === undefined ? 'everything of it' : `${own?.length} names whose newest data it has`;
  const place = chain.length > 1 ? `, ${chain.indexOf(set) + 1} of ${chain.length} in the chain` : '';
  const how = whyNot === undefined ? 'by direct access' : `read from its beginning (${whyNot})`;
  return `${kind}${place}: ${what}, ${how}, from ${tapeServer}`;
}

function noDrive({ tape, request, drives }: RestoreInputs): string {
  const reasons = drives.flatMap(({ device, unusable }) => (unusable === undefined ? [] : [`${device}: ${unusable}`]));
  const why = reasons.length > 0 ? ` (${reasons.join('; ')})` : '';
  const wish = request.tape.drives.length > 0 ? ` of those asked for (${request.tape.drives.join(', ')})` : '';
  return `${tape.server} has no drive${wish} that can be used now${why}. Free one, or name another with --drive.`;
}
