import { clip, errorName, escapeText, messageName } from '../../protocol';
import type { Condition, DataHarm, Fault, Fields, Harm, Injection } from './model';

const MAX_TEXT = 300;

/** A fault in one line, for lists: 'NDMP_TAPE_OPEN request: answered with DEVICE_BUSY, the first 2 times'. */
export function faultText(fault: Fault): string {
  const what =
    fault.kind === 'data' ? dataText(fault) : `${conditionText(fault.on)}: ${harmTexts(fault.harm).join(', ')}`;
  const named = fault.name === undefined ? '' : `${escapeText(fault.name)}: `;
  return clip(`${named}${what}${oftenText(fault)}`, MAX_TEXT);
}

/** What was done, as it stands in the recording: 'fault 2 (slow robot): 500 ms later'. */
export function hitText(id: number, fault: Fault, done: readonly string[]): string {
  const named = fault.name === undefined ? '' : ` (${escapeText(fault.name)})`;
  return clip(`fault ${id}${named}: ${done.join(', ')}`, MAX_TEXT);
}

export function harmTexts(harm: Harm): string[] {
  const texts: string[] = [];
  const { answer, cut, delay, inject } = harm;
  if (answer)
    texts.push(
      `answered with ${errorName(answer.error)}${answer.inHeader ? ' in the header' : ''}${fieldsText(answer.body)}`,
    );
  if (harm.drop === true) texts.push('lost');
  if (harm.change) texts.push(`changed${fieldsText(harm.change)}`);
  if (harm.garble !== undefined) texts.push(`${bytes(harm.garble)} garbled`);
  if (harm.duplicate !== undefined)
    texts.push(harm.duplicate === 1 ? 'sent twice' : `sent ${harm.duplicate + 1} times`);
  if (harm.reorder !== undefined)
    texts.push(harm.reorder === 1 ? 'comes behind the next one' : `comes behind the next ${harm.reorder}`);
  for (const each of inject ?? []) texts.push(injectionText(each));
  if (delay) texts.push(delay[0] === delay[1] ? `${delay[0]} ms later` : `${delay[0]} to ${delay[1]} ms later`);
  if (harm.throttle !== undefined) texts.push(rateText(harm.throttle));
  if (cut) texts.push(cutText(cut));
  return texts;
}

function conditionText({ codes, kinds, versions, connection, where }: Condition): string {
  const names = codes?.map((code) => messageName(code, versions?.[0] ?? 4));
  const parts = [names === undefined ? 'any' : names.slice(0, 5).join(' or ')];
  if (names !== undefined && names.length > 5) parts[0] += ` or ${names.length - 5} others`;
  parts.push(kinds?.join(' or ') ?? (names === undefined ? 'message' : ''));
  if (versions) parts.push(`of NDMPv${versions.join(' or v')}`);
  if (connection !== undefined) parts.push(`on connection ${connection}`);
  if (where.length > 0) parts.push(`with ${where.map(([path, value]) => fieldText(path, value)).join(', ')}`);
  return parts.filter((each) => each !== '').join(' ');
}

function dataText({ connection, harm }: { connection: number | undefined; harm: DataHarm }): string {
  const where = connection === undefined ? 'data connections' : `data connection ${connection}`;
  const whose = { both: '', client: ' from the side that connected', target: ' from the side that listens' }[harm.from];
  const what = [
    ...(harm.throttle === undefined ? [] : [rateText(harm.throttle)]),
    ...(harm.cutAt === undefined ? [] : [`reset after ${bytes(harm.cutAt)}`]),
  ];
  return `${where}${whose}: ${what.join(', ')}`;
}

function oftenText({ after, times, percent, eachConnection }: Fault): string {
  const parts: string[] = [];
  if (times === Infinity) parts.push(after === 0 ? 'always' : `from number ${after + 1} on`);
  else if (after > 0) parts.push(times === 1 ? `number ${after + 1}` : `numbers ${after + 1} to ${after + times}`);
  else if (times > 1) parts.push(`the first ${times} times`);
  else parts.push('once');
  if (percent < 100) parts.push(`${percent} in 100`);
  if (eachConnection) parts.push('on each connection');
  return `, ${parts.join(', ')}`;
}

function injectionText({ code, kind, body, before, times }: Injection): string {
  const what = `${messageName(code, 4)} ${kind}${fieldsText(body)}`;
  return `${times === 1 ? '' : `${times} `}${what} made up ${before ? 'before' : 'behind'} it`;
}

function cutText({ how, at }: Exclude<Harm['cut'], undefined>): string {
  const what = how === 'rst' ? 'connection reset' : 'connection closed';
  if (at === 'before') return `${what} in place of it`;
  return at === 'behind' ? `${what} behind it` : `${what} after ${bytes(at)}`;
}

function rateText(rate: number): string {
  return rate === 0 ? 'as fast as it comes again' : `${bytes(rate)} a second`;
}

function fieldsText(fields: Fields): string {
  const texts = Object.entries(fields).map(([path, value]) => fieldText(path, value));
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
}

function fieldText(path: string, value: Fields[string]): string {
  if (value === null) return `without ${escapeText(path)}`;
  // what a script puts into a password is nobody's business in a list
  const shown = /passw|secret/i.test(path) ? '…' : clip(escapeText(String(value)), 60);
  return `${escapeText(path)} = ${shown}`;
}

function bytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}
