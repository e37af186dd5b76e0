import type { Schema } from '../../schema/model';

const PLAIN = '^[^\\u0000-\\u001f\\u007f]*$';
const PLAIN_TEXT = 'text without control characters';

function text(maxLength: number, more: Schema = {}): Schema {
  return { type: 'string', minLength: 1, maxLength, pattern: PLAIN, patternErrorMessage: PLAIN_TEXT, ...more };
}

function choice(description: string, values: readonly (string | number)[]): Schema {
  return { description, enum: values, default: 'auto' };
}

const path = text(4096, {
  description: 'File system, or directory below one, as the data server names it.',
  examples: ['/vs1/vol1'],
});

const source: Schema = {
  type: 'object',
  required: ['path'],
  additionalProperties: false,
  properties: {
    path,
    exclude: {
      description: 'Patterns of names that the backup type leaves out (EXCLUDE).',
      type: 'array',
      maxItems: 256,
      items: text(255),
      default: [],
      examples: [['*.tmp', 'cache']],
    },
  },
};

const policy: Schema = {
  description: 'How restore points follow on each other.',
  type: 'object',
  additionalProperties: false,
  properties: {
    restorePoints: {
      description: 'Restore points of a chain, the full one included; the run after that is a full backup.',
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 10,
    },
    incremental: {
      description:
        'How an increment names what it builds on: level (LEVEL 0 to 9 of the server), or date (BASE_DATE from the DUMP_DATE of the backup before).',
      enum: ['level', 'date'],
      default: 'level',
    },
    retainDays: {
      description: 'Days that a restore point is kept, with all that it builds on. Without it: for ever.',
      type: 'integer',
      minimum: 1,
      maximum: 36500,
    },
  },
};

const target: Schema = {
  description: 'Where the backup goes.',
  type: 'object',
  additionalProperties: false,
  properties: {
    server: text(100, { description: 'Server of the drives by its name; without it the data server itself.' }),
    changer: text(1024, { description: 'SCSI device of the changer; without it the one there is, if any.' }),
    drives: {
      description: 'Tape devices that may be used, the best first; without it all.',
      type: 'array',
      maxItems: 256,
      items: text(1024),
      default: [],
    },
    pool: text(100, { description: 'Pool of tapes to write on.', default: 'default' }),
    append: {
      description: 'Write behind what is on a tape, rather than on a fresh one for each run.',
      type: 'boolean',
      default: true,
    },
    recordSize: {
      description: 'Bytes of a tape record, or kilobytes as in "64K".',
      anyOf: [
        { type: 'integer', minimum: 1024, maximum: 1048576, multipleOf: 512 },
        {
          type: 'string',
          pattern: '^[1-9][0-9]{0,3}[kK]$',
          patternErrorMessage: 'a number of kilobytes such as "64K"',
        },
      ],
      default: 65536,
      examples: [65536, '64K', '256K'],
    },
  },
};

/** What a *.ndmpjob.json may say; schemas/ndmpjob.schema.json is this very table. */
export const jobSchema: Schema = {
  title: 'NDMP job',
  description: 'What to back up, from where to which tapes. Passwords have no place here.',
  type: 'object',
  required: ['server', 'sources'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', maxLength: 4096 },
    name: text(100, { description: "Name of the job; without it the file's name. Its restore points go by it." }),
    description: { description: 'For people.', type: 'string', maxLength: 4000 },
    server: text(100, { description: 'Data server by its name in the list of servers.' }),
    sources: {
      description: 'What is backed up: each is an image of its own, and belongs to one job only.',
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: { anyOf: [path, source] },
    },
    type: text(64, { description: 'Backup type of the data server.', default: 'dump', examples: ['dump', 'tar'] }),
    environment: {
      description: 'Variables for the data server beside those that the job makes; they win over these.',
      type: 'object',
      maxProperties: 100,
      propertyNames: text(256),
      additionalProperties: {
        type: 'string',
        maxLength: 65536,
        pattern: '^[^\\u0000]*$',
        patternErrorMessage: 'text without NUL',
      },
      default: {},
    },
    level: {
      description: 'Level of each run; auto: full or increment by the policy.',
      anyOf: [{ enum: ['auto'] }, { type: 'integer', minimum: 0, maximum: 9 }],
      default: 'auto',
    },
    policy,
    target,
    topology: choice('Way of the data: auto takes the shortest that the servers allow at each run.', [
      'auto',
      'local',
      'three-way',
      'indirect',
    ]),
    listen: choice('Side of a three-way data connection that listens.', ['auto', 'mover', 'data']),
    family: choice('IP version of the data connection.', ['auto', 4, 6]),
    parallel: {
      description: 'Sources at a time, each on a drive of its own.',
      type: 'integer',
      minimum: 1,
      maximum: 64,
      default: 1,
    },
    history: {
      description: 'Whether the server tells every file, for the catalog and for restores of single files.',
      type: 'boolean',
      default: true,
    },
  },
};

/** What schemas/ndmpjob.schema.json holds, for editors. */
export const jobSchemaFile = { $schema: 'http://json-schema.org/draft-07/schema#', ...jobSchema };
