import type { Label } from '../model';
import { Fields, jsonBytes } from './fields';
import type { PartHeader, PartState, PartTrailer } from './model';

const STATES: readonly PartState[] = ['complete', 'continues', 'partial'];

/** The payloads of our tape records. Those that read throw a BadField, which says what is wrong with it. */
export const encodeLabel = (label: Label): Uint8Array => jsonBytes(label);
export const encodeHeader = (header: PartHeader): Uint8Array => jsonBytes(header);

export function encodeTrailer({ environment, ...trailer }: PartTrailer): Uint8Array {
  return jsonBytes({ ...trailer, environment: environment.map(({ name, value }) => [name, value]) });
}

export function decodeLabel(payload: Uint8Array): Label {
  const fields = new Fields(payload);
  return {
    uuid: fields.uuid('uuid'),
    barcode: fields.text('barcode'),
    pool: fields.text('pool'),
    written: fields.time('written'),
  };
}

export function decodeHeader(payload: Uint8Array): PartHeader {
  const fields = new Fields(payload);
  return {
    label: fields.uuid('label'),
    set: fields.uuid('set'),
    part: fields.count('part'),
    copy: fields.count('copy'),
    offset: fields.wide('offset'),
    recordSize: fields.recordSize('recordSize'),
    job: fields.text('job'),
    serverIdentity: fields.text('serverIdentity'),
    server: fields.text('server'),
    path: fields.text('path'),
    type: fields.text('type'),
    level: fields.count('level'),
    base: fields.maybe('uuid', 'base'),
    started: fields.time('started'),
    written: fields.time('written'),
    expires: fields.maybe('time', 'expires'),
    topology: fields.text('topology'),
  };
}

export function decodeTrailer(payload: Uint8Array): PartTrailer {
  const fields = new Fields(payload);
  return {
    set: fields.uuid('set'),
    part: fields.count('part'),
    copy: fields.count('copy'),
    state: fields.oneOf('state', STATES),
    bytes: fields.wide('bytes'),
    ended: fields.maybe('time', 'ended'),
    totalBytes: fields.maybe('wide', 'totalBytes'),
    files: fields.count('files'),
    digest: fields.maybe('text', 'digest'),
    environment: fields.variables('environment'),
    tree: fields.yes('tree'),
    message: fields.text('message'),
  };
}
