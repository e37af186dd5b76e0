import { HEADER_LENGTH, clip, interfaceOf } from '../../protocol';
import { knownPayload } from '../../session/recordReader';
import type { AnalysisSource } from '../analysis';
import { bodyOf } from '../connections';
import { durationText } from '../statistics/words';
import { counted, grouped } from '../summary/fields';
import { Code } from './messageClass';
import type { FoldKind } from './model';
import { resultOf, secondsBetween, shortName, wordsOf, type Words } from './texts';

/** Messages of a fold whose bodies are read to tell about it; of larger ones only counts and sizes are told. */
const MAX_READ = 400;
const MAX_NAMES = 3;
const MAX_LISTED = 4;
const MAX_FACTS = 200;
/** An entry of file history takes no fewer bytes than this. */
const SMALLEST_ENTRY = 8;

type FoldWords = Pick<Words, 'facts' | 'result' | 'outcome'>;

/** The words of a fold: what its messages are, how many, and what they say together. */
export function foldWords(source: AnalysisSource, fold: FoldKind, rows: Int32Array): Words {
  const told = tellers[fold](source, rows);
  return {
    ...told,
    interface: interfaceOf(source.index.code(rows[0])),
    name: namesOf(source, rows),
    facts: clip(told.facts, MAX_FACTS),
    latency: undefined,
  };
}

/** `FH_ADD_DIR, FH_ADD_NODE × 12`, `DATA_GET_STATE × 3, TAPE_GET_STATE`. */
function namesOf(source: AnalysisSource, rows: Int32Array): string {
  const counts = new Map<string, number>();
  const names = new Map<number, string>();
  for (const row of rows) {
    const code = source.index.code(row);
    const name = names.get(code) ?? shortName(source, row);
    names.set(code, name);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const list = [...counts];
  const shown = list.slice(0, MAX_NAMES);
  const more = list.length > shown.length ? `, ${list.length - shown.length} more` : '';
  const [[, first]] = shown;
  if (list.length === shown.length && shown.every(([, count]) => count === first)) {
    return `${shown.map(([name]) => name).join(', ')}${times(first)}`;
  }
  return shown.map(([name, count]) => `${name}${times(count)}`).join(', ') + more;
}

function times(count: number): string {
  return count === 1 ? '' : ` × ${grouped(count)}`;
}

const tellers: Readonly<Record<FoldKind, (source: AnalysisSource, rows: Int32Array) => FoldWords>> = {
  history,
  log,
  polls,
  reads,
  repeats,
};

function history(source: AnalysisSource, rows: Int32Array): FoldWords {
  if (rows.length > MAX_READ) {
    let bytes = 0;
    for (const row of rows) bytes += source.index.length(row);
    return { facts: `${grouped(bytes)} bytes of file history`, result: '', outcome: 'ok' };
  }
  let entries = 0;
  let nodes = 0;
  for (const row of rows) {
    const isNode = source.index.code(row) === 0x705 || source.index.code(row) === 0x702;
    const count = elementCount(source, row);
    if (isNode) nodes += count;
    else entries += count;
  }
  const parts = [entries > 0 && counted(entries, 'entry', 'entries'), nodes > 0 && counted(nodes, 'node')];
  return { facts: parts.filter(Boolean).join(', '), result: '', outcome: 'ok' };
}

/** Every file history body is one array: its count, as far as the bytes that follow can hold it. */
function elementCount(source: AnalysisSource, row: number): number {
  const payload = knownPayload(source.record(row));
  const rest = payload.length - HEADER_LENGTH - 4;
  if (rest < 0) return 0;
  const count = new DataView(payload.buffer, payload.byteOffset + HEADER_LENGTH, 4).getUint32(0);
  return Math.min(count, Math.floor(rest / SMALLEST_ENTRY));
}

function log(source: AnalysisSource, rows: Int32Array): FoldWords {
  const { facts } = wordsOf(source, rows[rows.length - 1]);
  return { facts: facts === '' ? '' : `last: ${facts}`, result: '', outcome: 'ok' };
}

function polls(source: AnalysisSource, rows: Int32Array): FoldWords {
  const { index } = source;
  const sameCode = rows.filter((row) => index.code(row) === index.code(rows[0]));
  const seconds = secondsBetween(source, sameCode[0], sameCode[sameCode.length - 1]);
  const every = sameCode.length > 2 && seconds !== undefined ? seconds / (sameCode.length - 1) : undefined;
  const main = rows.findLast(
    (row) => index.code(row) === Code.DATA_GET_STATE || index.code(row) === Code.MOVER_GET_STATE,
  );
  const last = main ?? rows[rows.length - 1];
  const result = comeOf(source, last);
  return {
    result: result.result,
    outcome: result.outcome,
    facts: every === undefined ? '' : `every ${durationText(every)}`,
  };
}

/** Ranges that the data server asked for, or that the DMA passed on. */
function reads(source: AnalysisSource, rows: Int32Array): FoldWords {
  const results = resultsOf(source, rows);
  if (rows.length > MAX_READ) return { facts: '', ...results };
  let sum = 0n;
  let infinite = false;
  let lowest: bigint | undefined;
  for (const row of rows) {
    const code = source.index.code(row);
    if (code !== Code.DATA_READ && code !== Code.MOVER_READ) continue;
    const { offset, length } = bodyOf(source, row);
    if (typeof offset !== 'bigint' || typeof length !== 'bigint') continue;
    if (length === 0xffffffffffffffffn) infinite = true;
    else sum += length;
    if (lowest === undefined || offset < lowest) lowest = offset;
  }
  const size = infinite ? '∞' : `${grouped(sum)} bytes`;
  return { facts: lowest === undefined ? '' : `${size} in all, from offset ${grouped(lowest)}`, ...results };
}

function repeats(source: AnalysisSource, rows: Int32Array): FoldWords {
  const results = resultsOf(source, rows);
  if (rows.length > MAX_READ) return { facts: '', ...results };
  const told = [...rows].map((row) => wordsOf(source, row).facts).filter((text) => text !== '');
  return { facts: runs(told, MAX_LISTED).join(', '), ...results };
}

/** What came of a fold's requests, equal neighbours counted: `DEVICE_BUSY × 3, ok`. Posts have no result. */
function resultsOf(source: AnalysisSource, rows: Int32Array): Pick<Words, 'result' | 'outcome'> {
  const { index } = source;
  if (index.kind(rows[0]) === 'post') return { result: '', outcome: 'ok' };
  const texts: string[] = [];
  let outcome: Words['outcome'] = 'ok';
  for (const row of rows.subarray(0, MAX_READ)) {
    const each = comeOf(source, row);
    texts.push(each.outcome === 'ok' ? 'ok' : each.result);
    if (each.outcome !== 'ok') outcome = each.outcome;
  }
  return { result: runs(texts, MAX_LISTED).join(', then '), outcome };
}

/** What a request came to; a reply whose request is not in the capture speaks for itself. */
function comeOf(source: AnalysisSource, row: number): Pick<Words, 'result' | 'outcome'> {
  const reply = source.index.kind(row) === 'reply' ? row : source.index.pair(row);
  return reply < 0 ? { result: 'no reply', outcome: 'missing' } : resultOf(source, reply);
}

/** Equal neighbours as one with a count; beyond `most` of them an ellipsis. */
function runs(texts: readonly string[], most: number): string[] {
  const found: { text: string; count: number }[] = [];
  for (const text of texts) {
    const last = found.at(-1);
    if (last?.text === text) last.count++;
    else found.push({ text, count: 1 });
  }
  const shown = found.slice(0, most).map(({ text, count }) => (text === 'ok' ? text : `${text}${times(count)}`));
  return found.length > most ? [...shown, '…'] : shown;
}
