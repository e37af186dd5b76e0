import { knownPayload } from '../../session/recordReader';
import { bodyToJson, decodeMessage, hexText } from '../../protocol';
import type { FieldNode, JsonValue } from '../../protocol';
import type { ColumnId } from '../messages';
import type { CaptureModel } from './captureModel';
import { nodesAlong } from './fieldPath';
import { columnFilter, fieldFilter } from './filterFor';
import { messageJson, messageLine } from './messageJson';
import { UserError } from './userError';

export type CopyForm = 'json' | 'hex' | 'filter' | 'value' | 'row';

export interface Copy {
  text: string;
  /** What was copied, for people: 'Copied 36 bytes as hex'. */
  copied: string;
}

/** A message, or the field of it at `path`, as text for the clipboard. */
export function copyText(
  model: CaptureModel,
  row: number,
  form: CopyForm,
  path: readonly number[] = [],
  column?: ColumnId,
): Copy {
  switch (form) {
    case 'json':
      return json(model, row, path);
    case 'hex':
      return hex(model, row, path);
    case 'filter': {
      const text = path.length > 0 ? fieldFilter(model, row, path) : columnFilter(model, row, column ?? 'message');
      return { text, copied: `Copied the filter ${text}` };
    }
    case 'value':
      return value(model, row, path);
    case 'row':
      return { text: messageLine(model, row), copied: `Copied message ${row + 1}` };
  }
}

function nodes(model: CaptureModel, row: number, path: readonly number[]): FieldNode[] {
  const found = nodesAlong(knownPayload(model.session.record(row)), model.session.context(row), path);
  if (found.length < path.length) throw new UserError(`Message ${row + 1} has no such field.`);
  return found;
}

function json(model: CaptureModel, row: number, path: readonly number[]): Copy {
  const whole = () => ({
    text: JSON.stringify(messageJson(model, row), undefined, 2),
    copied: `Copied message ${row + 1} as JSON`,
  });
  if (path.length === 0) return whole();
  const along = nodes(model, row, path);
  const context = model.session.context(row);
  const body = bodyToJson(decodeMessage(knownPayload(model.session.record(row)), context).value, context);
  const found = jsonAt(body, along, path);
  if (found === undefined) return whole();
  return { text: JSON.stringify(found, undefined, 2), copied: `Copied ${along.at(-1)!.name} as JSON` };
}

/** Follows the names (and, in arrays, the indices) of the nodes into the JSON of the body. */
function jsonAt(body: JsonValue, along: readonly FieldNode[], path: readonly number[]): JsonValue | undefined {
  let at: JsonValue | undefined = body;
  for (const [depth, node] of along.entries()) {
    if (Array.isArray(at)) at = at[path[depth]];
    else if (typeof at === 'object' && at !== null) at = at[node.name.replace(/ \(inferred\)$/, '')];
    else return undefined;
  }
  return at;
}

function hex(model: CaptureModel, row: number, path: readonly number[]): Copy {
  const { payload } = model.session.record(row);
  const node = path.length > 0 ? nodes(model, row, path).at(-1)! : { offset: 0, length: payload.length };
  const bytes = payload.subarray(node.offset, node.offset + node.length);
  return { text: hexText(bytes), copied: `Copied ${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'} as hex` };
}

function value(model: CaptureModel, row: number, path: readonly number[]): Copy {
  if (path.length === 0) return { text: messageLine(model, row), copied: `Copied message ${row + 1}` };
  const node = nodes(model, row, path).at(-1)!;
  const exact = node.type === 'u32' || node.type === 'i32' || node.type === 'u64';
  const text = exact && node.raw !== undefined ? String(node.raw) : (node.enumName ?? node.display);
  return { text, copied: `Copied the value of ${node.name}` };
}
