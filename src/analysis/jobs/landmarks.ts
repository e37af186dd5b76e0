import { isPostCode } from '../../protocol';
import type { MessageIndex } from '../../session/messageIndex';
import { Code, SETUP, STARTS } from './requests';

/** The rows of one connection that tell what was done on it. Lists hold rows in the order of the capture. */
export interface Landmarks {
  connection: number;
  firstRow: number;
  lastRow: number;
  /** DATA_START_* requests. */
  starts: number[];
  /** NOTIFY_DATA_HALTED and NOTIFY_MOVER_HALTED. */
  dataHalted: number[];
  moverHalted: number[];
  /** The last good replies that tell a state, between one landmark and the next. */
  dataStates: number[];
  moverStates: number[];
  /** Good replies of *_LISTEN, and *_CONNECT requests. */
  dataListens: number[];
  dataConnects: number[];
  moverListens: number[];
  moverConnects: number[];
  /** DATA_STOP and MOVER_STOP requests. */
  stops: number[];
  /** Good replies of DATA_GET_ENV. */
  environments: number[];
  /** Requests that begin to prepare a job. */
  setups: number[];
  tapeOpens: number[];
  scsiOpens: number[];
  /** SCSI_EXECUTE_CDB requests. */
  commands: number[];
  /** First file history post and first NOTIFY_DATA_READ, -1 when there is none. */
  fileHistory: number;
  dataRead: number;
  /** Exchanges of the data, the tape or mover, and the SCSI interface. */
  requests: { data: number; tape: number; scsi: number };
}

/** One walk over the index; no body is read. */
export function findLandmarks(index: MessageIndex): Landmarks[] {
  const all = index.connections.map(({ id }) => newLandmarks(id));
  for (let row = 0; row < index.count; row++) {
    const marks = all[index.connection(row)];
    if (marks === undefined) continue;
    if (marks.firstRow < 0) marks.firstRow = row;
    marks.lastRow = row;
    take(index, row, marks);
  }
  return all;
}

function newLandmarks(connection: number): Landmarks {
  return {
    connection,
    firstRow: -1,
    lastRow: -1,
    starts: [],
    dataHalted: [],
    moverHalted: [],
    dataStates: [],
    moverStates: [],
    dataListens: [],
    dataConnects: [],
    moverListens: [],
    moverConnects: [],
    stops: [],
    environments: [],
    setups: [],
    tapeOpens: [],
    scsiOpens: [],
    commands: [],
    fileHistory: -1,
    dataRead: -1,
    requests: { data: 0, tape: 0, scsi: 0 },
  };
}

function take(index: MessageIndex, row: number, marks: Landmarks): void {
  const code = index.code(row);
  const kind = index.kind(row);
  const used = interfaces[code >>> 8];
  // a reply whose request the capture lacks stands for it
  if (used !== undefined && (kind === 'request' || (kind === 'reply' && index.pair(row) < 0))) marks.requests[used]++;
  switch (kind) {
    case 'request':
      return takeRequest(code, row, marks);
    case 'reply':
      if (index.headerError(row) === 0 && index.bodyError(row) <= 0) takeReply(code, row, marks);
      return;
    case 'post':
      return takePost(code, row, marks);
  }
}

const requestLists: Readonly<
  Record<number, 'dataConnects' | 'moverConnects' | 'stops' | 'tapeOpens' | 'scsiOpens' | 'commands'>
> = {
  [Code.DATA_CONNECT]: 'dataConnects',
  [Code.MOVER_CONNECT]: 'moverConnects',
  [Code.DATA_STOP]: 'stops',
  [Code.MOVER_STOP]: 'stops',
  [Code.TAPE_OPEN]: 'tapeOpens',
  [Code.SCSI_OPEN]: 'scsiOpens',
  [Code.SCSI_EXECUTE_CDB]: 'commands',
};

const interfaces: Readonly<Record<number, keyof Landmarks['requests']>> = {
  2: 'scsi',
  3: 'tape',
  4: 'data',
  10: 'tape',
};

function takeRequest(code: number, row: number, marks: Landmarks): void {
  if (STARTS.has(code)) marks.starts.push(row);
  if (SETUP.has(code)) marks.setups.push(row);
  const list = requestLists[code];
  if (list !== undefined) marks[list].push(row);
}

const replyLists: Readonly<Record<number, 'dataListens' | 'moverListens' | 'environments'>> = {
  [Code.DATA_LISTEN]: 'dataListens',
  [Code.MOVER_LISTEN]: 'moverListens',
  [Code.DATA_GET_ENV]: 'environments',
};

function takeReply(code: number, row: number, marks: Landmarks): void {
  const list = replyLists[code];
  if (list !== undefined) marks[list].push(row);
  else if (code === Code.DATA_GET_STATE) takeState(marks.dataStates, row, marks.setups, marks.dataHalted);
  else if (code === Code.MOVER_GET_STATE) takeState(marks.moverStates, row, marks.setups, marks.moverHalted);
}

/** Of many polls only the last before each setup and halt is kept: it tells most. */
function takeState(states: number[], row: number, ...dividers: (readonly number[])[]): void {
  const last = states.at(-1);
  const divided = last === undefined || dividers.some((rows) => (rows.at(-1) ?? -1) > last);
  if (divided) states.push(row);
  else states[states.length - 1] = row;
}

function takePost(code: number, row: number, marks: Landmarks): void {
  if (code === Code.DATA_HALTED) marks.dataHalted.push(row);
  else if (code === Code.MOVER_HALTED) marks.moverHalted.push(row);
  else if (code === Code.DATA_READ && marks.dataRead < 0) marks.dataRead = row;
  else if (code >= Code.FH_FIRST && code <= Code.FH_LAST && isPostCode(code) && marks.fileHistory < 0)
    marks.fileHistory = row;
}
