import type { StepView } from './stepTexts';
import type { AffinitySettings } from './settings';
import type { LifType, UserRole, Way } from '../../protocol';
import type { Reason, Verdict } from './verdict';

/**
 * The affinity view's question and answer, plain data. Rows are rows of the index (message number minus one). Every text
 * is escaped and of bounded length; `key`s are raw and only meant to be handed back.
 */
export interface AffinityAsk {
  settings: AffinitySettings;
  /** The state as of this job; absent: as of the end. */
  job?: number;
  /** Place of the control connection to look from; absent: the job's data connection. */
  connection?: number;
  /** Ids of a volume and a drive; absent: those of the job, else the first. */
  volume?: number;
  drive?: number;
  /** Only items whose name has this text in it. */
  find?: string;
  whatIf?: WhatIf;
}

/** What is to be supposed; what is absent stays as it is. */
export interface WhatIf {
  lif?: LifType;
  cab?: boolean;
  role?: UserRole;
  /** Key of the node that hosts the LIF. */
  lifNode?: string;
  svm?: string;
  /** The volume of the pair on the node of this key. */
  volumeNode?: string;
}

export interface ConnectionView {
  place: number;
  /** `192.0.2.50:10000` and the LIF's address alone. */
  endpoint: string;
  address: string;
  addressName: string | undefined;
  system: number;
  /** Type as the user set it, and what is possible by the tables. */
  type: LifType | undefined;
  possible: LifType[];
  evidence: Reason[];
  host: { text: string; row: number } | undefined;
  product: { text: string; row: number } | undefined;
  user: { text: string; row: number } | undefined;
  cab: 'on' | 'off' | 'unknown';
  /** Types of data connection that the server offers. */
  types: { text: string; row: number } | undefined;
  firstRow: number;
  /** Numbers of its volumes, drives and changers; undefined: not asked, or refused. */
  counts: { volumes?: number; tapes?: number; changers?: number };
  /** Node that hosts the LIF, where the user or the tables say. */
  node: string | undefined;
}

export interface ThingView {
  id: number;
  kind: 'volumes' | 'tapes' | 'changers';
  name: string;
  otherNames: string[];
  detail: string;
  /** Affinity pairs and whatever else the item carries, one text each. */
  pairs: string[];
  row: number;
  /** Whether the control connection's own list shows it; `used`: no list has it, the DMA used it. */
  listed: 'yes' | 'no' | 'not asked' | 'used';
  /** Towards the other half of the chosen pair; absent for changers. */
  way: Way | undefined;
  supposed: Way | undefined;
  /** Where it was, or will be, in other listings. */
  moved: string | undefined;
}

/** An item shown where it is not now. */
export interface GhostView {
  thing: number;
  kind: ThingView['kind'];
  name: string;
  text: string;
  row: number;
}

export interface NodeView {
  /** Undefined: items without affinity. */
  key: string | undefined;
  system: number;
  title: string;
  /** Whether the title is a name that messages give, and which. */
  named: Reason | undefined;
  affinity: string | undefined;
  /** Places of the connections whose LIF is on this node. */
  lifs: number[];
  things: ThingView[];
  ghosts: GhostView[];
  /** Items beyond those given, for each kind. */
  more: { volumes: number; tapes: number; changers: number };
}

export interface LifRowView {
  id: string;
  lif: LifType;
  cab: boolean;
  volumes: string;
  tapes: string;
  types: string;
  /** `holds`: this row; `possible`: one of several that fit; `supposed`: the row of the what-if. */
  applies: 'holds' | 'possible' | 'no';
  supposed: boolean;
}

export interface RunView {
  job: number;
  title: string;
  topology: string;
  outcome: string;
  row: number;
}

export interface PairView {
  volume: { id: number; name: string };
  drive: { id: number; name: string };
  verdict: Verdict;
  /** What jobs of the capture did with this pair. */
  runs: RunView[];
}

/** Volumes, or drives, of one node that the rules treat alike. */
export interface PairClassView {
  /** Title of the node. */
  node: string;
  /** Whether the control connection's own lists have them. */
  listed: boolean;
  count: number;
  /** The first of them. */
  names: string[];
}

/** Every pair: a row for each class of volumes, a column for each class of drives. */
export interface PairMatrix {
  drives: PairClassView[];
  rows: { volumes: PairClassView; ways: Way[] }[];
  /** Classes beyond those given. */
  dropped: number;
}

export interface MoveView {
  thing: number;
  name: string;
  from: string;
  to: string;
  text: string;
  beforeRow: number;
  afterRow: number;
}

/** What CAB changes, or would change, at a type of LIF. */
export interface CabEffect {
  lif: LifType;
  changes: string[];
  /** Volumes and drives that are there only with CAB, node by node, in sentences. */
  details: string[];
}

export interface WhatIfView {
  title: string;
  /** Of the pair. */
  way: Way | undefined;
  reasons: string[];
  /** How many volumes and drives would be available. */
  summary: string;
}

export interface AffinityAnswer {
  comments: string[];
  /** Whether the tables of NetApp's LIF types hold for the system looked at. */
  ontap: boolean;
  connections: ConnectionView[];
  /** Place in `connections` of the one looked from; -1: there is none. */
  control: number;
  asOf: string;
  nodes: NodeView[];
  pair: PairView | undefined;
  everyPair: PairMatrix;
  volumes: number;
  drives: number;
  lifRows: LifRowView[];
  cab: { state: 'on' | 'off' | 'unknown'; why: string; rows: number[]; effects: CabEffect[] };
  steps: StepView[];
  moves: MoveView[];
  whatIf: WhatIfView | undefined;
  /** What the capture does not tell, in sentences. */
  open: string[];
  settings: AffinitySettings;
  /** Names of all pairs that items carry: keys that the user may name. */
  pairNames: string[];
  /** SVMs as the paths of volumes have them. */
  svms: string[];
}
