import assert from 'node:assert/strict';
import { bodyToJson, decodeMessage, errorName, messageName, type JsonValue } from '../../src/protocol';
import type { CaptureSession } from '../../src/session/capture';
import { knownPayload } from '../../src/session/recordReader';

/** Rows of a connection by direction: a log and a capture may put messages that cross in either order. */
export function rowsBySide({ index }: CaptureSession, connection: number): { server: number[]; client: number[] } {
  const sides = { server: [] as number[], client: [] as number[] };
  for (let row = 0; row < index.count; row++)
    if (index.connection(row) === connection) sides[index.fromServer(row) ? 'server' : 'client'].push(row);
  return sides;
}

/** What identifies a message, with the body's error where both sides know it. */
export function rowLine({ index }: CaptureSession, row: number, withBodyError: boolean): string {
  const error = withBodyError ? ` ${index.bodyError(row) < 0 ? 'no error' : errorName(index.bodyError(row))}` : '';
  return (
    `${messageName(index.code(row), index.version(row))} ${index.kind(row)} v${index.version(row)} ` +
    `${index.sequence(row)}/${index.replySequence(row)} ${errorName(index.headerError(row))}${error}`
  );
}

/** The body's values by path (`env[0].name`), as far as the message's bytes are known. */
export function leavesOf(session: CaptureSession, row: number): Map<string, string> {
  const context = session.context(row);
  const json = bodyToJson(decodeMessage(knownPayload(session.record(row)), context).value, context);
  const leaves = new Map<string, string>();
  const walk = (value: JsonValue, path: string): void => {
    if (Array.isArray(value)) {
      leaves.set(`${path}.length`, String(value.length));
      value.forEach((each, at) => walk(each, `${path}[${at}]`));
    } else if (typeof value === 'object' && value !== null)
      Object.entries(value).forEach(([name, each]) => walk(each, path === '' ? name : `${path}.${name}`));
    else leaves.set(path, String(value));
  };
  walk(json, '');
  return leaves;
}

/** Everything that the log tells of a body is in the capture, with the same value. @returns how many values were compared */
export function assertTold(log: CaptureSession, logRow: number, capture: CaptureSession, row: number): number {
  const untold = new Set(log.untold?.(logRow));
  const told = [...leavesOf(log, logRow)].filter(([path]) => ![...untold].some((each) => covers(each, path)));
  const actual = leavesOf(capture, row);
  for (const [path, value] of told)
    assert.equal(value, asLogged(actual.get(path), value), `${path} of ${rowLine(capture, row, false)} (row ${row})`);
  return told.length;
}

/** A log is UTF-8 and has a line for each field: bytes that are no UTF-8 are replaced in it, and a name ends with its line. */
function asLogged(actual: string | undefined, logged: string): string | undefined {
  if (actual === undefined || actual === logged) return actual;
  return actual.replace(/\\x[89a-f][0-9a-f]/g, '\ufffd').split('\n')[0];
}

/** `files[].stats[].mtime` covers `files[3].stats[0].mtime`. */
function covers(untold: string, path: string): boolean {
  const general = path.replace(/\[\d+\]/g, '[]');
  const name = /^the \d+ bytes of (.*)$/.exec(untold)?.[1] ?? untold;
  return general === name || general.startsWith(`${name}.`) || general.startsWith(`${name}[`);
}
