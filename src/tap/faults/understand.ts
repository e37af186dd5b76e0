import {
  layoutsOf,
  isPostCode,
  nearestNames,
  type MessageKind,
  type NdmpVersion,
  type StructType,
} from '../../protocol';
import { fieldsWrong } from './checkFields';
import { errorCode, errorNames, messageCode } from './names';
import type { Answer, Condition, DataHarm, Fault, Fields, Harm, Injection } from './model';

/** A fault as a script that has passed the schema writes it. */
export interface FaultEntry {
  name?: string;
  on?: {
    message?: string | readonly string[];
    kind?: MessageKind | readonly MessageKind[];
    version?: NdmpVersion;
    connection?: number;
    where?: Fields;
  };
  data?: { connection?: number; from?: DataHarm['from']; throttle?: number; cutAt?: number };
  after?: number;
  times?: number | 'always';
  percent?: number;
  count?: 'overall' | 'connection';
  do?: 'drop' | 'duplicate' | 'cut' | ActionEntry;
}

interface ActionEntry extends Omit<Harm, 'answer' | 'inject' | 'delay' | 'cut'> {
  answer?: string | number | { error?: string | number; header?: boolean; body?: Fields };
  inject?: InjectionEntry | readonly InjectionEntry[];
  delay?: number | readonly [number, number];
  cut?: 'rst' | 'fin';
  at?: 'before' | 'behind' | number;
}

interface InjectionEntry {
  message: string;
  kind?: MessageKind;
  body?: Fields;
  place?: 'before' | 'behind';
  times?: number;
}

const VERSIONS: readonly NdmpVersion[] = [4, 3, 2];
const KINDS: readonly MessageKind[] = ['request', 'reply', 'post'];

/** Makes a fault of an entry. @returns it, and what is wrong with it as it follows on the entry's place: 'do.answer …' */
export function understood(entry: FaultEntry): { fault: Fault | undefined; problems: string[] } {
  const problems: string[] = [];
  const { times = 1, after = 0, percent = 100 } = entry;
  const often = {
    name: entry.name,
    after,
    times: times === 'always' ? Infinity : times,
    percent,
    eachConnection: entry.count === 'connection',
  };
  if (entry.data !== undefined) {
    const { connection, from = 'both', throttle, cutAt } = entry.data;
    if (entry.on !== undefined || entry.do !== undefined) problems.push('data goes without on and do');
    if (throttle === undefined && cutAt === undefined) problems.push('data needs throttle or cutAt');
    return { fault: { ...often, kind: 'data', connection, harm: { from, throttle, cutAt } }, problems };
  }
  if (entry.do === undefined) return { fault: undefined, problems: ['do is missing: what shall be done?'] };
  const said = conditionOf(entry, problems);
  const harm = harmOf(entry.do, said, problems);
  // only requests can be answered: replies and posts are not to be counted then
  const on = harm.answer === undefined || said.kinds ? said : { ...said, kinds: ['request'] as const };
  return { fault: { ...often, kind: 'message', on, harm }, problems };
}

function conditionOf({ on = {} }: FaultEntry, problems: string[]): Condition {
  const names = on.message === undefined ? undefined : listOf(on.message);
  const codes = names?.map((name) => messageCode(name) ?? 0);
  const kinds = on.kind === undefined ? undefined : listOf(on.kind);
  const versions = on.version === undefined ? undefined : [on.version];
  for (const [at, code] of (codes ?? []).entries())
    if (kinds && !kinds.some((kind) => hasLayout(code, kind)))
      problems.push(`on.kind does not fit: ${names?.[at]} is never a ${kinds.join(' or ')}`);
  const where = Object.entries(on.where ?? {});
  const condition = { codes, kinds, versions, connection: on.connection, where };
  problems.push(...fieldsWrong(on.where ?? {}, schemasOf(condition), 'on.where', true));
  return condition;
}

function harmOf(given: Exclude<FaultEntry['do'], undefined>, on: Condition, problems: string[]): Harm {
  if (given === 'drop') return { drop: true };
  if (given === 'duplicate') return { duplicate: 1 };
  if (given === 'cut') return { cut: { how: 'rst', at: 'before' } };
  const { answer, inject, delay, cut, at = 'before', drop, change, ...others } = given;
  const harm: Harm = { ...others };
  if (drop === true) harm.drop = true;
  if (change !== undefined) {
    harm.change = change;
    problems.push(...fieldsWrong(change, schemasOf(on), 'do.change', false));
  }
  if (answer !== undefined) harm.answer = answerOf(answer, on, problems);
  if (inject !== undefined) harm.inject = listOf(inject).map((each) => injectionOf(each, problems));
  if (delay !== undefined) harm.delay = rangeOf(delay, problems);
  if (cut !== undefined) harm.cut = { how: cut, at };
  if (cut === undefined && given.at !== undefined) problems.push('do.at says where to cut, and cut is missing');
  if (typeof at === 'number' && cut === 'fin') problems.push('do.cut within bytes can only be rst');
  if (answer !== undefined && on.kinds && !on.kinds.includes('request'))
    problems.push('do.answer is for requests: the other side sends no reply to anything else');
  if (drop === true && (answer ?? others.duplicate ?? others.reorder) !== undefined)
    problems.push('do.drop goes with neither answer nor duplicate nor reorder');
  if (answer !== undefined && (others.duplicate ?? others.reorder ?? others.garble ?? change) !== undefined)
    problems.push('do.answer goes with neither change nor garble nor duplicate nor reorder: the request goes nowhere');
  if (others.duplicate !== undefined && others.reorder !== undefined)
    problems.push('do.duplicate and do.reorder cannot both be');
  if (Object.keys(harm).length === 0) problems.push('do is empty: what shall be done?');
  return harm;
}

function answerOf(given: Exclude<ActionEntry['answer'], undefined>, on: Condition, problems: string[]): Answer {
  const { error = 'NO_ERR', header = false, body = {} } = typeof given === 'object' ? given : { error: given };
  const code = errorCode(error);
  const place = typeof given === 'object' ? 'do.answer.error' : 'do.answer';
  if (code === undefined) problems.push(`${place} is no error that is known${hint(String(error), errorNames)}`);
  if (header && (code === 0 || Object.keys(body).length > 0))
    problems.push('do.answer.header needs an error, and then there is no body');
  const schemas = schemasOf({ ...on, kinds: ['reply'] });
  problems.push(...fieldsWrong(body, schemas, 'do.answer.body', false));
  return { error: code ?? 0, inHeader: header, body };
}

function injectionOf(given: InjectionEntry, problems: string[]): Injection {
  const { message, body = {}, place = 'behind', times = 1 } = given;
  const code = messageCode(message) ?? 0;
  const kind = given.kind ?? (isPostCode(code) ? 'post' : 'request');
  if (!hasLayout(code, kind)) problems.push(`do.inject: ${message} is never a ${kind}`);
  const schemas = schemasOf({ codes: [code], kinds: [kind], versions: undefined });
  problems.push(...fieldsWrong(body, schemas, 'do.inject.body', false));
  return { code, kind, body, before: place === 'before', times };
}

function rangeOf(delay: number | readonly [number, number], problems: string[]): readonly [number, number] {
  if (typeof delay === 'number') return [delay, delay];
  if (delay[0] > delay[1]) problems.push('do.delay has to be [from, to]: the first is larger');
  return delay;
}

/** The bodies that a condition can meet; none where it names no message. */
function schemasOf({ codes, kinds, versions }: Pick<Condition, 'codes' | 'kinds' | 'versions'>): StructType[] {
  const found = (codes ?? []).flatMap((code) =>
    (kinds ?? KINDS).flatMap((kind) =>
      (versions ?? VERSIONS).flatMap((version) => layoutsOf(code, version, kind).slice(0, 1)),
    ),
  );
  return [...new Set(found.map(({ schema }) => schema))];
}

function hasLayout(code: number, kind: MessageKind): boolean {
  if (kind !== 'reply') return isPostCode(code) === (kind === 'post');
  return VERSIONS.some((version) => layoutsOf(code, version, 'reply').length > 0);
}

function listOf<T>(given: T | readonly T[]): readonly T[] {
  return Array.isArray(given) ? (given as readonly T[]) : [given as T];
}

function hint(wanted: string, known: readonly string[]): string {
  const alike = nearestNames(wanted, known);
  return alike.length === 0 ? '' : `; did you mean ${alike.join(' or ')}?`;
}
