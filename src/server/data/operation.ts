import type { FileResult, RecoverName } from '../archive/model';
import { STREAM_BYTES_VARIABLE } from '../archive/paxKeys';
import type { DataEnd } from '../dataConnection/model';
import { refuse } from '../failure';
import type { ServerSession } from '../session/session';
import type { EnvironmentPair, ServedPath } from '../system';
import type { BackupTypeName } from './backupTypes';
import { BackupTask } from './backupTask';
import type { DataEngine } from './engine/engine';
import { backupEnvironment, historyStyle, isYes, variable } from './environment';
import { placed, wantedName, type WantedName } from './names';
import { checkDirectory, rootOf } from './places';
import { RecoverTask } from './recoverTask';
import { DataOperation, type DataOperationValue, type RecoverRequest } from './service';
import type { DataTask, TaskContext } from './task';

/** A start request that was found to be in order. */
export interface Operation {
  kind: DataOperationValue;
  type: BackupTypeName;
  /** For messages, such as "Backup of /vol1". */
  title: string;
  /** What the server adds to the environment at the start. */
  added: EnvironmentPair[];
  /** Throws a RequestFailure when it cannot be done with this peer or not now. */
  begin(context: TaskContext): DataTask;
}

const MoverMode = { READ: 0, WRITE: 1 } as const;
/** What an empty list asks for, by the name that LOG_FILE gives it. */
const EVERYTHING: WantedName = { original: '/', path: '', destination: '', node: undefined, position: undefined };

/** Throws ILLEGAL_ARGS for what no backup can be made of, and whatever the view objects. */
export async function prepareBackup(
  session: ServerSession,
  engine: DataEngine,
  { type, environment }: { type: BackupTypeName; environment: EnvironmentPair[] },
): Promise<Operation> {
  const { view, version } = session;
  const known = backupEnvironment(environment, type);
  const root = rootOf(environment, view, 'backup');
  if (!root) return refuse('ILLEGAL_ARGS', 'FILESYSTEM is missing: it names the directory to back up');
  await checkDirectory(root);
  view.checkStart?.(root, environment);
  const order = {
    treeRoot: root.tree.directory,
    inside: root.inside,
    type,
    environment: known,
    history: historyStyle(environment, type),
    version,
    dumpRecords: view.dumpRecords(root.tree),
    now: session.now(),
  };
  return {
    kind: DataOperation.BACKUP,
    type,
    title: `Backup of ${nameOf(root)}`,
    added: [{ name: 'PATHNAME_SEPARATOR', value: '/' }],
    begin: (context) => {
      checkMover(session, context.end, MoverMode.READ);
      return new BackupTask(context, engine.backup(order));
    },
  };
}

/** Throws ILLEGAL_ARGS for a list that the version forbids or that leads out of the trees, and whatever the view objects. */
export function prepareRecover(session: ServerSession, engine: DataEngine, request: RecoverRequest): Operation {
  const { view, version } = session;
  const { type, environment, list, historyOnly } = request;
  const root = rootOf(environment, view, 'recover');
  // The draft wants at least one entry; DMAs in use send an empty list for everything.
  const listed = list.length > 0 ? list.map((entry) => wantedName(entry, version)) : [EVERYTHING];
  // fh_info counts only where the DMA asks for direct access (NDMPv4 draft, section 3.5): else the stream is read as it comes
  const isDirect = isYes(environment, 'DIRECT');
  const wanted = isDirect ? listed : listed.map((name) => ({ ...name, position: undefined }));
  const names = historyOnly ? wanted.map(unplaced) : destinations(session, wanted, root, environment);
  const history = historyOnly ? historyStyle(environment, type) : 'none';
  const order = {
    type,
    operation: historyOnly ? ('recover-history' as const) : ('recover' as const),
    environment,
    names,
    history: historyOnly && history === 'none' ? historyStyle([{ name: 'HIST', value: 'y' }], type) : history,
    version,
  };
  const saveSets = new Map(list.map((entry) => [entry.name, entry.ssid]));
  return {
    kind: historyOnly ? DataOperation.RECOVER_FILEHIST : DataOperation.RECOVER,
    type,
    title: `${historyOnly ? 'Recovery of file history' : 'Recovery'}${root ? ` to ${nameOf(root)}` : ''}`,
    added: [],
    begin: (context) => {
      checkMover(session, context.end, MoverMode.WRITE);
      const fileDone = (result: FileResult): void => context.log.file(result, saveSets.get(result.name));
      return new RecoverTask(context, engine.recover(order), fileDone, isDirect ? undefined : streamBytes(environment));
    },
  };
}

function destinations(
  { view }: ServerSession,
  wanted: readonly WantedName[],
  root: ServedPath | undefined,
  environment: readonly EnvironmentPair[],
): RecoverName[] {
  const { names, places } = placed(wanted, view, root);
  for (const place of new Map(places.map((each) => [each.tree, each])).values()) {
    if (place.tree.readOnly) refuse('PERMISSION', 'nothing may be recovered into this tree');
    view.checkStart?.(place, environment);
  }
  return names;
}

/** What the backup said of its length, in a variable that the DMA sends back. */
function streamBytes(environment: readonly EnvironmentPair[]): number | undefined {
  const bytes = Number(variable(environment, STREAM_BYTES_VARIABLE) ?? NaN);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined;
}

function unplaced({ original, path, node, position }: WantedName): RecoverName {
  return { original, path, targetRoot: '', target: '', node, position };
}

/** A mover in this server that goes the other way round would wait for the data server as that waits for it. */
function checkMover({ services }: ServerSession, end: DataEnd, needed: number): void {
  if (end.address.kind !== 'local') return;
  const { mode } = services.mover.facts();
  if (mode !== undefined && mode !== needed)
    refuse('ILLEGAL_STATE', `the mover of this connection is not in mode ${needed === 0 ? 'READ' : 'WRITE'}`);
}

function nameOf({ tree, inside }: ServedPath): string {
  return inside === '' ? tree.name : `${tree.name.replace(/\/$/, '')}/${inside}`;
}
