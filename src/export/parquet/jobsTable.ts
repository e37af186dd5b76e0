import type { Job, Party } from '../../analysis/jobs/model';
import type { Role } from '../../analysis/connections';
import type { MessageIndex } from '../../session/messageIndex';
import { nanosBetween } from '../../session/messageTimes';
import { column, type Table } from './columns';
import { micros } from '../times';
import { fromOne, long } from './values';

export interface JobRow {
  job: Job;
  index: MessageIndex;
  sourceName: string;
}

const string = column<JobRow>('string');
const int = column<JobRow>('int');
const long64 = column<JobRow>('long');
const double = column<JobRow>('double');
const timestamp = column<JobRow>('timestamp');
const boolean = column<JobRow>('boolean');

/** What connections did together. */
export const jobsTable: Table<JobRow> = {
  name: 'jobs',
  doc: 'A job: what one or more connections did together.',
  columns: [
    string('file', 'name of the capture', ({ sourceName }) => sourceName),
    int('job', 'number of the job in the capture, from 1', ({ job }) => job.id + 1),
    string('operation', '`backup`, `recover`, `recover file history`, `copy` or `session`', ({ job }) => job.operation),
    string('title', 'the job in a few words', ({ job }) => job.title),
    string('topology', '`local`, `three-way`, `indirect`, `none` or `unknown`', ({ job }) => job.topology),
    string('topology_why', 'why it is told to be so', ({ job }) => job.topologyWhy.text),
    string('type', 'backup type such as `dump`', ({ job }) => job.type),
    string('path', 'what is backed up, where a recovery goes', ({ job }) => job.path),
    string('level', 'backup level', ({ job }) => job.level),
    string('outcome', '`successful`, `aborted`, `failed`, `refused` or `not seen`', ({ job }) => job.outcome),
    string('outcome_why', 'what decided it', ({ job }) => job.outcomeWhy.text),
    timestamp('started', 'its first message', ({ job, index }) => micros(index, job.firstRow)),
    timestamp('ended', 'its last message', ({ job, index }) => micros(index, job.lastRow)),
    double('seconds', 'between them', ({ job, index }) =>
      job.firstRow < 0 ? null : nanosBetween(index, job.firstRow, job.lastRow) / 1e9,
    ),
    timestamp('operation_started', 'the request that starts the data operation', ({ job, index }) =>
      micros(index, job.startRow),
    ),
    timestamp('operation_ended', 'the message that ends it', ({ job, index }) => micros(index, job.endRow)),
    int('first_message', 'number of its first message', ({ job }) => fromOne(job.firstRow)),
    int('last_message', 'number of its last message', ({ job }) => fromOne(job.lastRow)),
    int('data_connection', 'control connection of the data server, from 1', ({ job }) => fromOne(job.dataConnection)),
    int('tape_connection', 'control connection of the tape server', ({ job }) => fromOne(job.tapeConnection)),
    int('changer_connection', 'control connection of the changer', ({ job }) => fromOne(job.changerConnection)),
    string('dma', 'address of the backup application', ({ job }) => addressOf(job, ({ dma }) => dma)),
    string('data_server', 'address of the data server', ({ job }) => server(job, 'data server')),
    string('tape_server', 'address of the tape server', ({ job }) => server(job, 'tape server')),
    string(
      'link',
      'kind of the data connection: `local`, `tcp`, `tcp6` or `other`',
      ({ job }) => job.link?.kind ?? null,
    ),
    string('link_address', 'address of the side that listens for it', ({ job }) => job.link?.address ?? null),
    string('link_listener', 'who listens', ({ job }) => job.link?.listener ?? null),
    long64('bytes', 'bytes over the data connection', ({ job }) => long(job.link?.bytes)),
    string('bytes_from', 'who says so: `packets`, `data server` or `mover`', ({ job }) => job.link?.bytesFrom ?? null),
    boolean('start_seen', 'false where the capture begins after the job', ({ job }) => job.startSeen),
    boolean('end_seen', 'false where the capture ends before the job', ({ job }) => job.endSeen),
  ],
};

function addressOf({ parties }: Job, test: (party: Party) => boolean): string | null {
  return parties.find(test)?.address ?? null;
}

function server(job: Job, role: Role): string | null {
  return addressOf(job, ({ dma, roles }) => !dma && roles.includes(role));
}
