import type { Schema } from '../../schema/model';
import { errorNames, messageNames } from './names';

const PLAIN = { pattern: '^[^\\u0000-\\u001f\\u007f]*$', patternErrorMessage: 'text without control characters' };

function text(description: string, maxLength = 100): Schema {
  return { description, type: 'string', minLength: 1, maxLength, ...PLAIN };
}

function whole(description: string, minimum: number, maximum: number, more: Schema = {}): Schema {
  return { description, type: 'integer', minimum, maximum, ...more };
}

function object(description: string, properties: Schema['properties'], required: readonly string[] = []): Schema {
  return { description, type: 'object', required, additionalProperties: false, properties };
}

function choice(description: string, values: readonly string[], more: Schema = {}): Schema {
  return { description, type: 'string', enum: values, ...more };
}

const oneMessage = choice('Name of the message.', messageNames);
const anyError: Schema = {
  anyOf: [
    choice('Error of the reply.', errorNames),
    { type: 'string', pattern: '^(NDMP\\d?_)?[A-Z_]+$', patternErrorMessage: 'an error such as NO_MEM' },
    { type: 'integer', minimum: 0, maximum: 0xffffffff, description: 'Its number.' },
  ],
};

const scalars: readonly Schema[] = [
  { type: 'string', maxLength: 8192 },
  { type: 'integer', minimum: -0x80000000, maximum: Number.MAX_SAFE_INTEGER },
];
const names: Schema = { type: 'array', maxItems: 64, items: { anyOf: scalars } };

function fieldsOf(description: string, alternatives: readonly Schema[]): Schema {
  return {
    description,
    type: 'object',
    maxProperties: 64,
    propertyNames: { type: 'string', minLength: 1, maxLength: 200, ...PLAIN },
    additionalProperties: { anyOf: alternatives },
  };
}

const body = fieldsOf(
  'Fields by path, as in `ndmp decode --format jsonl`: reason, env.HIST, addr.tcp_addr[0].port. What is not named is zero or empty.',
  [...scalars, names],
);

const kinds = ['request', 'reply', 'post'];
const kind = choice('What kind of message; all by default.', kinds);
const milliseconds = (description: string): Schema => whole(description, 0, 3_600_000);

const injection = object(
  'A message that the other side never sent, such as a post of the server.',
  {
    message: oneMessage,
    kind: choice('Default: a post where there is such a post, else a request.', kinds),
    body,
    place: choice('Before or behind the message that it comes with.', ['before', 'behind'], { default: 'behind' }),
    times: whole('How many of it.', 1, 1000, { default: 1 }),
  },
  ['message'],
);

const action = object('What is done to the message.', {
  answer: {
    description:
      'The request is answered in place of the server, which never sees it: the error, or the whole reply. NO_ERR: as if it had been done.',
    anyOf: [
      ...(anyError.anyOf ?? []),
      object('The reply.', {
        error: anyError,
        header: {
          type: 'boolean',
          default: false,
          description: 'The error stands in the header, and the reply has no body.',
        },
        body,
      }),
    ],
  },
  drop: { type: 'boolean', description: 'The message is lost.' },
  change: fieldsOf(
    'Fields by path that get another value: reason, env.HIST, header.error; null takes out a variable or an element of a list.',
    [...scalars, names, { type: 'null' }],
  ),
  garble: whole('So many bytes of the body become random ones.', 1, 100_000),
  duplicate: whole('It comes so many times more.', 1, 1000),
  reorder: whole('It comes behind so many of the messages that follow it in its direction.', 1, 100),
  inject: {
    description: 'Made-up messages that come with it.',
    anyOf: [injection, { type: 'array', minItems: 1, maxItems: 20, items: injection }],
  },
  delay: {
    description:
      'It, and all behind it in its direction, come so many milliseconds later; [from, to]: by chance between.',
    anyOf: [
      milliseconds('Milliseconds.'),
      { type: 'array', minItems: 2, maxItems: 2, items: milliseconds('Milliseconds.') },
    ],
  },
  throttle: whole(
    'From now on so many bytes a second pass in its direction on its connection; 0: as fast as they come, again.',
    0,
    1_000_000_000_000,
  ),
  cut: choice('The connection is broken off on both sides: by a reset, or in order. See "at".', ['rst', 'fin']),
  at: {
    description: 'Where it is cut: before the message, behind it, or behind so many bytes of it and of what follows.',
    anyOf: [choice('Place.', ['before', 'behind']), whole('Bytes.', 0, 1_000_000_000_000)],
    default: 'before',
  },
});

const simple = choice('It is lost; comes twice; the connection is reset in place of it.', ['drop', 'duplicate', 'cut']);

const condition = object('Which messages it is for. Everything that is named has to be so.', {
  message: {
    description: 'Name of the message, or a list of names.',
    anyOf: [oneMessage, { type: 'array', minItems: 1, maxItems: 200, items: oneMessage }],
  },
  kind: {
    description: 'Requests, replies or posts; all by default.',
    anyOf: [kind, { type: 'array', minItems: 1, maxItems: 3, items: kind }],
  },
  version: { enum: [2, 3, 4], description: 'Only on connections of this version of the protocol.' },
  connection: whole('Only on this connection of the tap, counted from 1.', 1, 1_000_000_000),
  where: fieldsOf(
    'Values that fields of the message have, by path: reason, env.FILESYSTEM, header.error; a list: any of these.',
    [...scalars, names],
  ),
});

const fault: Schema = object('One fault: when, and what.', {
  name: text('How it is called in lists and in the recording.'),
  on: condition,
  data: object('Instead of "on" and "do": for data connections that pass the tap (ndmp tap --rewrite-addresses).', {
    connection: whole('Only on this connection of the tap, counted from 1.', 1, 1_000_000_000),
    from: choice('Whose bytes.', ['client', 'target', 'both'], { default: 'both' }),
    throttle: whole('So many bytes a second pass.', 1, 1_000_000_000_000),
    cutAt: whole('It is reset behind so many bytes.', 0, Number.MAX_SAFE_INTEGER),
  }),
  after: whole('So many messages that fit pass unharmed before.', 0, 1_000_000_000, { default: 0 }),
  times: {
    description: 'So many messages are struck.',
    anyOf: [whole('How many.', 1, 1_000_000_000), choice('All.', ['always'])],
    default: 1,
  },
  percent: whole('Of these, so many in a hundred, by chance.', 1, 100, { default: 100 }),
  count: choice('Whether "after" and "times" count for each connection by itself.', ['overall', 'connection'], {
    default: 'overall',
  }),
  do: { description: 'What is done to the message.', anyOf: [simple, action] },
});

/** JSON schema of a script of faults (docs/manual/faults.md). */
export const faultSchema: Schema = {
  title: 'NDMP faults',
  description: 'What a tap does to the messages that pass it, for testing how both sides recover.',
  type: 'object',
  required: ['faults'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', maxLength: 4096 },
    name: text('How the script is called; without it by the name of its file.'),
    description: { description: 'For people.', type: 'string', maxLength: 4000 },
    seed: whole('Where chance begins: the same script does the same again. Default 1.', 0, 0xffffffff, { default: 1 }),
    faults: { description: 'In the order in which they are applied.', type: 'array', maxItems: 1000, items: fault },
  },
};

/** One fault alone, as it is added to a tap that runs. */
export const oneFaultSchema: Schema = fault;

/** The schema as it ships, for completion in editors. */
export const faultSchemaFile = { $schema: 'http://json-schema.org/draft-07/schema#', ...faultSchema };
