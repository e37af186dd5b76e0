import type { XdrType } from '../../protocol';
import { wiresharkBodyFields } from './bodyFields';
import { bodyPaths, leadsToPairs, placeTypes, recordFields } from './resolve';
import { rowFields, type RowField } from './rowFields';
import { wiresharkRowFields } from './wiresharkRowFields';

/** A field for a list or a completion. */
export interface FilterFieldInfo {
  name: string;
  /** What it is compared with: 'number', 'text', 'name', 'duration', 'time', 'address', 'flag', 'bytes', 'group'. */
  type: string;
  doc: string;
  group: 'message' | 'wireshark' | 'body';
}

const rowTypes: Readonly<Record<RowField['type'], string>> = {
  number: 'number',
  choice: 'name',
  flag: 'flag',
  duration: 'duration',
  time: 'time',
  address: 'address',
};

/** Every field a filter can name, bodies included; variables of environments (`body.env.NAME`) are not listed. */
export function listFilterFields(): FilterFieldInfo[] {
  return [...messageFields(), ...wiresharkFields(), ...bodyFieldInfos()];
}

function rowInfo(field: RowField, group: FilterFieldInfo['group']): FilterFieldInfo {
  const type = field.type === 'number' && field.names !== undefined ? 'name' : rowTypes[field.type];
  return { name: field.name, type, doc: field.doc, group };
}

export function messageFields(): FilterFieldInfo[] {
  return [
    ...rowFields.map((field) => rowInfo(field, 'message')),
    ...recordFields
      .filter(({ name }) => !name.includes('.'))
      .map(({ name, doc }): FilterFieldInfo => ({ name, doc, type: 'number', group: 'message' })),
    { name: 'problem', type: 'text', doc: 'What is wrong with the message, in words', group: 'message' },
    {
      name: 'mark',
      type: 'text',
      doc: 'What whoever made the capture says of the message: a tap, of the faults that it made',
      group: 'message',
    },
    {
      name: 'text',
      type: 'text',
      doc: 'Everything a reader sees of the message, without regard to case',
      group: 'message',
    },
    { name: 'summary', type: 'text', doc: 'The one-line summary of the body', group: 'message' },
    { name: 'body', type: 'group', doc: 'All fields of the body; one of them as body.NAME', group: 'message' },
  ];
}

let wireshark: readonly FilterFieldInfo[] | undefined;

export function wiresharkFields(): readonly FilterFieldInfo[] {
  wireshark ??= listWiresharkFields();
  return wireshark;
}

function listWiresharkFields(): FilterFieldInfo[] {
  return [
    ...wiresharkRowFields.map((field) => rowInfo(field, 'wireshark')),
    ...recordFields
      .filter(({ name }) => name.includes('.'))
      .map(({ name, doc }): FilterFieldInfo => ({ name, doc, type: 'number', group: 'wireshark' })),
    ...[...wiresharkBodyFields().values()].map((field): FilterFieldInfo => {
      const type = field.bit === undefined ? typeText(placeTypes(field)) : 'flag';
      return { name: field.name, doc: field.doc, type, group: 'wireshark' };
    }),
  ];
}

let listed: readonly FilterFieldInfo[] | undefined;

export function bodyFieldInfos(): readonly FilterFieldInfo[] {
  listed ??= [...bodyPaths()].map(([name, { types, messages }]) => ({
    name,
    type: typeText(types),
    doc: `${describe(types)}in ${someOf([...messages])}`,
    group: 'body',
  }));
  return listed;
}

function typeText(types: readonly XdrType[]): string {
  const [first] = types;
  switch (first?.kind) {
    case 'string':
      return 'text';
    case 'opaque':
      return first.shape === 'ipv6' ? 'address' : 'bytes';
    case 'ipv4':
      return 'address';
    case 'enum':
    case 'mask':
    case 'error':
      return 'name';
    case 'time':
      return 'time';
    case 'array':
      return leadsToPairs(types) ? 'name/value pairs' : typeText([first.element]);
    case 'struct':
    case 'union':
      return 'group';
    default:
      return 'number';
  }
}

function describe(types: readonly XdrType[]): string {
  const text = types.find(({ doc }) => doc !== undefined)?.doc;
  return text === undefined ? '' : `${text.replace(/\.$/, '')}; `;
}

function someOf(messages: readonly string[]): string {
  return messages.length <= 3
    ? messages.join(', ')
    : `${messages.slice(0, 3).join(', ')} and ${messages.length - 3} more`;
}
