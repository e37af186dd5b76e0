import type { ConnectionFacts } from '../../analysis/connections';
import { endpointText } from '../../analysis/messageView';
import type { MessageIndex } from '../../session/messageIndex';
import { column, type Table } from './columns';
import { micros } from '../times';
import { cellText, fromOne, long } from './values';

export interface ConnectionRow {
  facts: ConnectionFacts;
  index: MessageIndex;
  sourceName: string;
}

const string = column<ConnectionRow>('string');
const int = column<ConnectionRow>('int');
const long64 = column<ConnectionRow>('long');
const double = column<ConnectionRow>('double');
const timestamp = column<ConnectionRow>('timestamp');

/** The control connections. */
export const connectionsTable: Table<ConnectionRow> = {
  name: 'connections',
  doc: 'A control connection.',
  columns: [
    string('file', 'name of the capture', ({ sourceName }) => sourceName),
    int('connection', 'number of the connection in the capture, from 1', ({ facts }) => facts.connection.id + 1),
    string('client', 'address:port of the backup application', ({ facts }) => endpointText(facts.connection.client)),
    string('server', 'address:port of the server', ({ facts }) => endpointText(facts.connection.server)),
    string('roles', '`data server`, `tape server`, `changer`, separated by commas', ({ facts }) =>
      facts.roles.join(','),
    ),
    int('version', 'NDMP version at its end', ({ facts }) => facts.connection.version),
    string(
      'version_source',
      'how it is known: `open`, `announced`, `guess` or `user`',
      ({ facts }) => facts.connection.versionSource,
    ),
    string(
      'auth',
      'kind of the login: `none`, `text`, `md5` or `unknown`',
      ({ facts }) => facts.authentication?.kind ?? null,
    ),
    string('login', 'who logged in', ({ facts }) => cellText(facts.authentication?.user)),
    string('auth_result', '`accepted`, `refused` or `no answer`', ({ facts }) => facts.authentication?.result ?? null),
    string('host', 'name that the server gives itself', ({ facts }) => cellText(facts.hostName)),
    string('product', 'vendor, product and revision that it gives itself', ({ facts }) => cellText(facts.product)),
    int('messages', 'messages on it', ({ facts }) => facts.connection.messages),
    int('requests', 'requests among them', ({ facts }) => facts.requests),
    int('replies', 'replies among them', ({ facts }) => facts.replies),
    int('posts', 'posts among them', ({ facts }) => facts.posts),
    int('errors', 'messages that report an error', ({ facts }) => facts.errors),
    int('problems', 'messages that the capture holds broken', ({ facts }) => facts.problems),
    int('unanswered', 'requests without a reply', ({ facts }) => facts.unanswered),
    long64('bytes_to_server', 'payload bytes to the server', ({ facts }) => long(facts.connection.bytes[0])),
    long64('bytes_to_client', 'payload bytes to the client', ({ facts }) => long(facts.connection.bytes[1])),
    long64('lost_bytes', 'bytes that the capture lacks', ({ facts }) => long(facts.connection.lostBytes)),
    string('started', '`seen` or `missing`', ({ facts }) => facts.connection.started),
    string('ended', '`fin`, `rst` or `open`', ({ facts }) => facts.connection.ended),
    int('first_message', 'number of its first message', ({ facts }) => fromOne(facts.firstRow)),
    int('last_message', 'number of its last message', ({ facts }) => fromOne(facts.lastRow)),
    timestamp('first_time', 'time of its first message', ({ facts, index }) => micros(index, facts.firstRow)),
    timestamp('last_time', 'time of its last message', ({ facts, index }) => micros(index, facts.lastRow)),
    double('seconds', 'between them', ({ facts }) => facts.seconds),
  ],
};
