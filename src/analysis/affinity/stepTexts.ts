import { addressTypeName, hexText } from '../../protocol';
import { CAB_CLASS, type CabState } from './cabState';
import type { ControlConnection, ExtensionClass, Join, Prepare, SetExtensions, Step } from './inventory';
import { errorText, listed, quoted, shown } from './say';
import type { Reason } from './verdict';

/** A step on the way to a data connection, judged. Plain data. */
export interface StepView {
  mark: Reason['mark'];
  text: string;
  /** What else is to be said of it: bytes nobody can explain, log messages. */
  notes: { text: string; rows: number[] }[];
  rows: number[];
}

const PRECONDITION = 26;
const MAX_CLASSES = 12;

/** The steps of a connection in sentences, each judged by what came before. */
export function describeSteps(connection: ControlConnection, cab: CabState): StepView[] {
  const views: StepView[] = [];
  let prepared: Prepare | undefined;
  let selected = false;
  for (const step of connection.steps) {
    const view = describeStep(step, { prepared, cab });
    if (view !== undefined) views.push(view);
    if (step.kind === 'prepare' && step.error === 0) prepared = step;
    if (step.kind === 'set-extensions') {
      if (selected && view !== undefined)
        view.notes.push({ text: 'A second selection on one connection is not legal.', rows: [] });
      selected ||= step.error === 0;
    }
  }
  return views;
}

interface Before {
  prepared: Prepare | undefined;
  cab: CabState;
}

function describeStep(step: Step, before: Before): StepView | undefined {
  const rows = step.replyRow < 0 ? [step.row] : [step.row, step.replyRow];
  switch (step.kind) {
    case 'get-extensions':
      return { ...marked(step), rows, text: offerText(step.classes, step.error), notes: [] };
    case 'set-extensions':
      return { ...marked(step), rows, text: selectionText(step), notes: formNotes(step) };
    case 'prepare':
      return { ...marked(step), rows, text: prepareText(step), notes: prepareNotes(step, before) };
    case 'join':
      return { ...marked(step), rows, text: joinText(step), notes: joinNotes(step, before) };
    case 'open':
      return {
        ...marked(step),
        rows,
        text: `${step.changer ? 'SCSI_OPEN' : 'TAPE_OPEN'} ${quoted(step.device)}: ${errorText(step.error)}`,
        notes: [],
      };
    case 'start':
      return {
        ...marked(step),
        rows,
        text: `Start of ${step.operation}${step.path === undefined ? '' : ` of ${quoted(step.path)}`}: ${errorText(step.error)}`,
        notes: startNotes(step.path, before),
      };
  }
}

function marked({ error }: Step): Pick<StepView, 'mark'> {
  return { mark: error === undefined ? 'unknown' : error === 0 ? 'for' : 'against' };
}

function offerText(classes: readonly ExtensionClass[], error: number | undefined): string {
  if (error !== 0) return `GET_EXT_LIST: ${errorText(error)}`;
  const cab = classes.some(({ id }) => id === CAB_CLASS);
  const list = classesText(classes);
  return `GET_EXT_LIST offers ${list === '' ? 'nothing' : list}${cab ? '' : '; no CAB (class 0x2052)'}`;
}

function selectionText({ classes, form, error }: SetExtensions): string {
  const list = classesText(classes) || 'nothing';
  return `SET_EXT_LIST selects ${form === 'unreadable' ? 'what cannot be read' : list}: ${errorText(error)}`;
}

function formNotes({ form }: SetExtensions): StepView['notes'] {
  return form === 'B'
    ? [
        {
          text: 'Non-conforming encoding, laid out as the reply to GET_EXT_LIST; a strict server reads it as no selection or refuses it.',
          rows: [],
        },
      ]
    : [];
}

function classesText(classes: readonly ExtensionClass[]): string {
  const texts = classes
    .slice(0, MAX_CLASSES)
    .map(({ id, versions }) => `0x${id.toString(16)} v${versions.slice(0, 4).join('/')}`);
  return listed(classes.length > MAX_CLASSES ? [...texts, `${classes.length - MAX_CLASSES} more`] : texts);
}

function prepareText({ path, addrType, error }: Prepare): string {
  const volume = path === undefined ? 'no FILESYSTEM' : quoted(path);
  return `CAB_DATA_CONN_PREPARE, ${volume}, ${addressTypeName(addrType)} (inferred): ${errorText(error)}`;
}

function prepareNotes({ rest, restLength, replyRow }: Prepare, { cab }: Before): StepView['notes'] {
  const notes: StepView['notes'] = [];
  if (cab.state === 'off') notes.push({ text: `PREPARE without CAB: ${cab.why}`, rows: cab.rows });
  if (restLength > 0) {
    const more = restLength > rest.length ? ' …' : '';
    const text = `${restLength} bytes after the error of the reply, not publicly documented: ${hexText(rest)}${more}`;
    notes.push({ text, rows: [replyRow] });
  }
  return notes;
}

function joinText({ what, addrType, address, error }: Join): string {
  return `${what} ${addressTypeName(addrType)}${address === undefined ? '' : ` ${address}`}: ${errorText(error)}`;
}

/** NetApp documents that the types of PREPARE and of DATA_LISTEN or DATA_CONNECT must be the same; of the mover nothing. */
function joinNotes(join: Join, { prepared, cab }: Before): StepView['notes'] {
  const notes: StepView['notes'] = [];
  if (join.what.startsWith('DATA')) {
    if (prepared !== undefined && prepared.addrType === join.addrType)
      notes.push({ text: 'Same type as prepared.', rows: [prepared.row] });
    else if (prepared !== undefined)
      notes.push({
        text: `${addressTypeName(prepared.addrType)} was prepared (inferred), and the types have to be the same.${join.error === PRECONDITION ? ' That is what the error means.' : ''}`,
        rows: [prepared.row],
      });
    else if (cab.state === 'on')
      notes.push({
        text: 'No CAB_DATA_CONN_PREPARE before it; what ONTAP does then is not publicly documented.',
        rows: [],
      });
  }
  for (const { row, text } of join.logs) notes.push({ text: `The server logs: ${shown(text, 200)}`, rows: [row] });
  return notes;
}

function startNotes(path: string | undefined, { prepared }: Before): StepView['notes'] {
  if (prepared?.path === undefined || path === undefined || prepared.path === path) return [];
  return [{ text: `Another volume than the prepared ${quoted(prepared.path)}.`, rows: [prepared.row] }];
}
