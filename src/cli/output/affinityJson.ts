import type { AffinityAnswer, MovesBetween } from '../../analysis/affinity';
import { jsonText, type JsonObject, type JsonValue } from '../../protocol';

/** Fields that hold rows, places or ids from 0, by the name that they have in output, where numbers begin at 1. */
const NUMBERED: Readonly<Record<string, string>> = {
  row: 'message',
  rows: 'messages',
  beforeRow: 'beforeMessage',
  afterRow: 'afterMessage',
  firstRow: 'firstMessage',
  place: 'connection',
  control: 'connection',
  lifs: 'connections',
  system: 'system',
  job: 'job',
};

/** The answer for scripts: messages, connections, systems and jobs numbered from 1, as everywhere in output. */
export function affinityJson(name: string, { settings, ...answer }: AffinityAnswer): JsonObject {
  return { file: jsonText(name), ...(jsonOf(answer) as JsonObject), settings: plain(settings) };
}

/** What has moved since an earlier capture; `beforeMessage` is a message of that one. */
export function sinceJson(since: MovesBetween): JsonValue {
  return jsonOf(since);
}

function jsonOf(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value !== 'object' || value === null) return plain(value);
  const fields = Object.entries(value).map(([field, inner]): [string, JsonValue] => {
    const renamed = Object.hasOwn(NUMBERED, field) ? NUMBERED[field] : undefined;
    return renamed === undefined ? [field, jsonOf(inner)] : [renamed, fromOne(inner)];
  });
  return Object.fromEntries(fields);
}

function fromOne(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(fromOne);
  return typeof value === 'number' ? (value < 0 ? null : value + 1) : plain(value);
}

function plain(value: unknown): JsonValue {
  if (typeof value === 'string') return jsonText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, plain(inner)]));
}
