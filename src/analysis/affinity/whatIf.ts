import {
  aLif,
  DATA_CARRIER,
  lifRow,
  lifRowId,
  mayLogIn,
  wayRow,
  type LifRow,
  type LifType,
  type Relation,
  type UserRole,
  type Way,
} from '../../protocol';

/** Another way to connect, to be judged by NetApp's tables alone. Plain data. */
export interface Scenario {
  lif: LifType;
  cab: boolean;
  role?: UserRole;
  /** Key of the node that hosts the LIF; undefined: not told. */
  lifNode?: string;
  /** SVM that owns the LIF, for a data LIF; undefined: not told. */
  svm?: string;
}

/** Where something is: key of its node (undefined: no affinity given), and of which SVM it is. */
export interface Place {
  node: string | undefined;
  svm: string | undefined;
}

/** Whether a control connection of the scenario sees something, and why. */
export interface Sight {
  seen: 'yes' | 'no' | 'depends';
  why: string;
}

export interface Supposition {
  way: Way;
  reasons: string[];
  lifRows: string[];
  wayRows: string[];
}

/** Whether the user of the scenario may log in at its LIF at all. */
export function refusal({ role, lif }: Scenario): string | undefined {
  if (role === undefined || mayLogIn(role, lif)) return undefined;
  return role === 'svm'
    ? `A user of an SVM may log in at that SVM's data LIF only, not at ${aLif(lif)}.`
    : 'A user of the cluster may log in at node-management, cluster-management and intercluster LIFs, not at a data LIF.';
}

/** Whether a volume is among those that the scenario's LIF shows. */
export function seesVolume(scenario: Scenario, volume: Place): Sight {
  const refused = refusal(scenario);
  if (refused !== undefined) return { seen: 'no', why: refused };
  switch (lifRow(scenario.lif, scenario.cab).volumes) {
    case 'cluster':
      return { seen: 'yes', why: 'All volumes in the cluster are available.' };
    case 'svm':
      return ofSvm(scenario, volume);
    case 'node':
      return onNode(scenario, volume, 'volume');
    case 'svm-node': {
      const svm = ofSvm(scenario, volume);
      return svm.seen === 'no' ? svm : worse(svm, onNode(scenario, volume, 'volume'));
    }
  }
}

/** Whether a drive is among those that the scenario's LIF shows. */
export function seesDrive(scenario: Scenario, drive: Place): Sight {
  const refused = refusal(scenario);
  if (refused !== undefined) return { seen: 'no', why: refused };
  switch (lifRow(scenario.lif, scenario.cab).tapes) {
    case 'cluster':
      return { seen: 'yes', why: 'All tape devices in the cluster are available.' };
    case 'none':
      return { seen: 'no', why: `No tape devices are available at ${lifName(scenario)}.` };
    case 'node':
      return onNode(scenario, drive, 'tape device');
  }
}

/** Local, three-way or impossible under the scenario, by NetApp's tables. */
export function suppose(scenario: Scenario, volume: Place, drive: Place): Supposition {
  const sight = seesVolume(scenario, volume);
  if (sight.seen === 'no') return supposed(scenario, 'impossible', [sight.why]);
  const seen = withVolume(scenario, volume, drive);
  if (sight.seen === 'yes') return { ...seen, reasons: [sight.why, ...seen.reasons] };
  return { ...seen, way: 'unknown', reasons: [sight.why, `If the volume is available: ${seen.way}.`, ...seen.reasons] };
}

function supposed({ lif, cab }: Scenario, way: Way, reasons: string[], wayRows: string[] = []): Supposition {
  return { way, reasons, lifRows: [lifRowId(lif, cab)], wayRows };
}

/** The same for a volume that is available. */
function withVolume(scenario: Scenario, volume: Place, drive: Place): Supposition {
  const tape = seesDrive(scenario, drive);
  if (tape.seen === 'depends') return supposed(scenario, 'unknown', [tape.why]);
  if (tape.seen === 'no') {
    const elsewhere = 'The drive has to be opened over another control connection.';
    return supposed(scenario, 'three-way', [tape.why, elsewhere, ...networkOf(lifRow(scenario.lif, scenario.cab))]);
  }
  const row = wayRow(scenario.lif, scenario.cab, relation(scenario, volume, drive));
  const carrier = row.way === 'three-way' ? [DATA_CARRIER[scenario.cab ? 'cab' : 'none']] : [];
  return supposed(scenario, row.way, [tape.why, row.text, ...carrier], [row.id]);
}

/** Nodes are told apart by affinity alone; without CAB both being visible is what counts. */
function relation({ cab }: Scenario, volume: Place, drive: Place): Relation {
  if (!cab || volume.node === undefined || drive.node === undefined) return 'missing';
  return volume.node === drive.node ? 'equal' : 'different';
}

function ofSvm({ svm }: Scenario, volume: Place): Sight {
  if (svm === undefined || volume.svm === undefined)
    return {
      seen: 'depends',
      why: "Only volumes of the LIF's SVM are available, and which SVM owns the LIF is not told.",
    };
  return svm === volume.svm
    ? { seen: 'yes', why: "The volume belongs to the LIF's SVM (inferred from its path)." }
    : { seen: 'no', why: 'The volume belongs to another SVM than the LIF (inferred from its path).' };
}

function onNode({ lifNode }: Scenario, { node }: Place, what: string): Sight {
  if (node === undefined)
    return { seen: 'depends', why: `Without an affinity nothing tells on which node the ${what} is.` };
  if (lifNode === undefined)
    return {
      seen: 'depends',
      why: `The ${what} is available only if its node hosts the LIF, and which node does is not told.`,
    };
  return node === lifNode
    ? { seen: 'yes', why: `The ${what} is on the node that hosts the LIF.` }
    : { seen: 'no', why: `The ${what} is on another node than the one that hosts the LIF.` };
}

function worse(a: Sight, b: Sight): Sight {
  if (a.seen === 'no' || b.seen === 'yes') return a;
  return b;
}

function networkOf({ types, cab }: LifRow): string[] {
  const network = types.filter((type) => type !== 'LOCAL').join(' or ');
  return [`The data goes over ${network}. ${DATA_CARRIER[cab ? 'cab' : 'none']}`];
}

function lifName({ lif, cab }: Scenario): string {
  return `${aLif(lif)}${cab || lif === 'data' ? '' : ' without CAB'}`;
}
