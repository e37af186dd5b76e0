import { classPurpose, type BodyValue, type Value } from '../../../protocol';
import { quoted, type FindingContext } from '../context';
import type { RuleGroup } from '../group';
import type { Rule } from '../model';

const EXTENSIONS = 'NDMPv4 draft, extensions (section 2.4); CONFIG_GET_EXT_LIST and CONFIG_SET_EXT_LIST';
const CAB =
  'NetApp Cluster Aware Backup extension, class 0x2052 (no public specification; ONTAP documentation of its messages)';

const order: Rule = {
  id: 'extension-negotiation',
  name: 'Extensions negotiated out of order',
  severity: 'warning',
  doc: 'A DMA asks for the list of extensions, then selects all that it wants at once, each class once, and before it uses any. Anything after the first successful selection is answered EXT_DANDN_ILLEGAL.',
  specification: EXTENSIONS,
};
const notSelected: Rule = {
  id: 'cab-not-selected',
  name: 'CAB used without having been selected',
  severity: 'error',
  doc: 'CAB_DATA_CONN_PREPARE belongs to extension class 0x2052, which no accepted CONFIG_SET_EXT_LIST on this connection selects. The server has to answer NOT_SUPPORTED. Select class 0x2052 first; ONTAP offers it to SVM-scoped sessions only.',
  specification: CAB,
};
const noPrepare: Rule = {
  id: 'cab-no-prepare',
  name: 'Data connection without CAB prepare',
  severity: 'warning',
  doc: 'The DMA selected CAB, but did not name the volume by CAB_DATA_CONN_PREPARE before it made the data connection. The server cannot put the data connection on the node that owns the volume, or refuses it.',
  specification: CAB,
};
const addressType: Rule = {
  id: 'cab-address-type',
  name: 'Address type differs from CAB prepare',
  severity: 'error',
  doc: 'ONTAP refuses DATA_LISTEN and DATA_CONNECT (data connection prepare precondition error) when their address type is another than the one named in CAB_DATA_CONN_PREPARE. Use the same one in both.',
  specification: CAB,
};
const fileSystem: Rule = {
  id: 'cab-filesystem',
  name: 'Volume differs from CAB prepare',
  severity: 'warning',
  doc: 'The FILESYSTEM of the start request is another than the one that CAB_DATA_CONN_PREPARE named. The data connection was made on the node of the other volume.',
  specification: CAB,
};
const early: Rule = {
  id: 'cab-lists-too-early',
  name: 'Volumes or devices listed before CAB was selected',
  severity: 'note',
  doc: 'The server tells affinity only to a DMA that has selected CAB. Lists of file systems and devices asked for earlier cannot hold it, so that local and three-way cannot be told apart by them; ask again after CONFIG_SET_EXT_LIST.',
  specification: CAB,
};

const GET_FS_INFO = 0x105;
const GET_TAPE_INFO = 0x106;
const SET_EXT_LIST = 0x109;
const GET_EXT_LIST = 0x10a;
const CAB_CLASS = 0x2052;
const PREPARE = 0x20520001;
const DATA_LISTEN = 0x409;
const DATA_CONNECT = 0x40a;
const STARTS = [0x401, 0x402, 0x40b];
const LISTS = [GET_FS_INFO, GET_TAPE_INFO];
const ADDRESS_NAMES: Readonly<Record<number, string>> = {
  0: 'LOCAL',
  1: 'TCP',
  2: 'FC',
  3: 'IPC',
  0x20510004: 'TCP_IPV6',
};

/** What one connection has negotiated and prepared. */
interface Negotiation {
  getRow: number;
  setRow: number;
  /** Classes that the accepted SET names; empty as long as there is none. */
  selected: Set<number>;
  /** Whether the beginning of the connection is in the capture. */
  known: boolean;
  prepareRow: number;
  prepare: BodyValue | undefined;
  listed: Map<number, number>;
}

/** Extension negotiation and Cluster Aware Backup (its order as far as it is known). */
export const cabGroup: RuleGroup = {
  title: 'Extensions and Cluster Aware Backup',
  rules: [order, notSelected, noPrepare, addressType, fileSystem, early],
  find(context) {
    context.rows.forEach((rows, connection) => {
      const { started } = context.index.connections[connection];
      const negotiation: Negotiation = {
        getRow: -1,
        setRow: -1,
        selected: new Set(),
        known: started === 'seen' && context.isWhole(connection),
        prepareRow: -1,
        prepare: undefined,
        listed: new Map(),
      };
      for (const row of rows) {
        if (context.index.kind(row) === 'request') follow(context, row, negotiation);
      }
      tooEarly(context, negotiation);
    });
  },
};

function follow(context: FindingContext, row: number, negotiation: Negotiation): void {
  const { index } = context;
  const code = index.code(row);
  if (code === GET_EXT_LIST || code === SET_EXT_LIST) negotiate(context, row, negotiation);
  else if (code === PREPARE) prepare(context, row, negotiation);
  else if (code === DATA_LISTEN || code === DATA_CONNECT) connect(context, row, negotiation);
  else if (STARTS.includes(code)) start(context, row, negotiation);
  else if (LISTS.includes(code) && context.answer(row) === 0) negotiation.listed.set(code, row);
}

function negotiate(context: FindingContext, row: number, negotiation: Negotiation): void {
  const { index } = context;
  const error = context.answer(row);
  const code = index.code(row);
  const reply = index.pair(row);
  const answered =
    error === undefined
      ? ''
      : error === 0
        ? ' The server took it.'
        : ` The server answered ${context.errorText(reply)}.`;
  const report = (text: string, related: number): void => {
    context.explained.add(row);
    context.add(order, { row }, text + answered, [related, reply]);
  };
  if (negotiation.setRow >= 0)
    report(
      `${context.name(row)} was sent after the selection was made (message ${negotiation.setRow + 1}); it is final.`,
      negotiation.setRow,
    );
  else if (code === SET_EXT_LIST && negotiation.getRow < 0 && negotiation.known)
    report('CONFIG_SET_EXT_LIST was sent without CONFIG_GET_EXT_LIST before it.', -1);
  if (code === GET_EXT_LIST) {
    if (error === 0) negotiation.getRow = row;
    return;
  }
  const classes = classesOf(context.body(row));
  const twice = classes.find((each, at) => classes.indexOf(each) !== at);
  if (twice !== undefined) report(`CONFIG_SET_EXT_LIST names class 0x${twice.toString(16)} more than once.`, -1);
  if (error !== 0) return;
  if (negotiation.setRow < 0) negotiation.setRow = row;
  for (const each of classes) negotiation.selected.add(each);
}

/** Classes of a selection, in either of the layouts in use. */
function classesOf(body: BodyValue): number[] {
  const list: Value | undefined = body.selected ?? body.class_list;
  if (!Array.isArray(list)) return [];
  return list.flatMap((each) =>
    typeof each === 'object' &&
    !Array.isArray(each) &&
    !(each instanceof Uint8Array) &&
    typeof each.class_id === 'number'
      ? [each.class_id]
      : [],
  );
}

function prepare(context: FindingContext, row: number, negotiation: Negotiation): void {
  const reply = context.index.pair(row);
  if (negotiation.known && !negotiation.selected.has(CAB_CLASS)) {
    const answered = reply < 0 ? '' : ` The server answered ${context.errorText(reply)}.`;
    context.explained.add(row);
    const purpose = classPurpose(CAB_CLASS);
    const text = `CAB_DATA_CONN_PREPARE was sent, but class 0x2052${purpose ? ` (${purpose})` : ''} has not been selected.${answered}`;
    context.add(notSelected, { row }, text, [negotiation.setRow, reply]);
  }
  if (context.answer(row) !== 0) return;
  negotiation.prepareRow = row;
  negotiation.prepare = context.body(row);
}

function connect(context: FindingContext, row: number, negotiation: Negotiation): void {
  const { prepare: prepared, prepareRow } = negotiation;
  const body = context.body(row);
  const reply = context.index.pair(row);
  const answered = reply < 0 ? '' : ` The server answered ${context.errorText(reply)}.`;
  const name = context.name(row);
  if (prepared === undefined) {
    if (!negotiation.selected.has(CAB_CLASS)) return;
    context.explained.add(row);
    context.add(
      noPrepare,
      { row },
      `${name} was sent without CAB_DATA_CONN_PREPARE, though CAB is selected.${answered}`,
      [negotiation.setRow, reply],
    );
    return;
  }
  const { addr } = body;
  const fields = typeof addr === 'object' && !Array.isArray(addr) && !(addr instanceof Uint8Array) ? addr : {};
  const type = body.addr_type ?? fields.type;
  if (typeof type !== 'number' || typeof prepared.addr_type !== 'number' || type === prepared.addr_type) return;
  context.explained.add(row);
  const text = `${name} uses address type ${addressName(type)}, CAB_DATA_CONN_PREPARE (message ${prepareRow + 1}) named ${addressName(prepared.addr_type)}.${answered}`;
  context.add(addressType, { row }, text, [prepareRow, reply]);
}

function start(context: FindingContext, row: number, negotiation: Negotiation): void {
  const { prepare: prepared, prepareRow } = negotiation;
  if (prepared === undefined) return;
  // each data connection is prepared anew
  negotiation.prepare = undefined;
  const named = variable(prepared, 'FILESYSTEM');
  const used = variable(context.body(row), 'FILESYSTEM');
  if (named === undefined || used === undefined || trimmed(named) === trimmed(used)) return;
  const text = `FILESYSTEM is ${quoted(used)} here, but ${quoted(named)} in CAB_DATA_CONN_PREPARE (message ${prepareRow + 1}).`;
  context.add(fileSystem, { row }, text, [prepareRow]);
}

function tooEarly(context: FindingContext, { listed, setRow, selected }: Negotiation): void {
  if (!selected.has(CAB_CLASS)) return;
  const rows = [...listed.values()].filter((row) => row < setRow).sort((a, b) => a - b);
  if (rows.length === 0) return;
  const names = rows.map((row) => context.name(row)).join(' and ');
  context.add(
    early,
    { row: rows[0] },
    `${names} came before CAB was selected and not again after it, so that the answer cannot hold affinity.`,
    [...rows, setRow],
  );
}

function variable(body: BodyValue, name: string): string | undefined {
  const { env } = body;
  if (!Array.isArray(env)) return undefined;
  for (const each of env) {
    if (typeof each !== 'object' || Array.isArray(each) || each instanceof Uint8Array) continue;
    if (each.name === name && typeof each.value === 'string') return each.value;
  }
  return undefined;
}

/** A path as volumes are compared: without slashes at its end. */
function trimmed(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}

function addressName(type: number): string {
  return ADDRESS_NAMES[type] ?? `0x${type.toString(16)}`;
}
