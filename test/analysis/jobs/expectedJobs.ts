import type { Operation, Outcome, Topology } from '../../../src/analysis/jobs/model';

/**
 * The jobs that a reader names in each capture of the collection. Made without running this program: from the commands of
 * the recordings and what their client printed (`peer/NAME.client.txt`), from tshark's list of messages (`golden/NAME.tsv`:
 * which connections there are, what is asked on them, which errors come back, which halts are posted), from the halt reasons
 * and environments in `golden/NAME.json.gz`, and from the collection's README for what was done to edited captures.
 *
 * A field that is undefined is not judged: the capture lacks it, or readers could differ.
 */
export interface ExpectedJob {
  operation: Operation;
  topology: Topology | undefined;
  /** Of the backup; where a recovery goes. */
  path: string | undefined;
  type: string | undefined;
  level: string | undefined;
  outcome: Outcome | undefined;
  /** Control connections that take part, counted from 1 in the order in which their first messages appear. */
  connections: readonly number[];
  /** Those among them that serve data, tape (or mover) and changer; 0 for none. */
  data: number;
  tape: number;
  changer: number;
}

/** Captures about which nothing is expected, and why. */
export const notJudged: Readonly<Record<string, string>> = {
  'amanda-client': 'many short connections, one after the other, for one command each',
  'nmap-scripts': 'two scripts that query at the same time',
  'nmap-service-scan': 'connections of a port scan on which nothing is asked in NDMP',
  'edited-corrupt-random-bytes': 'any field may be broken',
  'edited-corrupt-trailing-bytes': 'a stream out of step',
};

type Details = Partial<ExpectedJob>;

function job(details: Details & Pick<ExpectedJob, 'operation' | 'connections'>): ExpectedJob {
  return {
    topology: 'none',
    path: '',
    type: '',
    level: '',
    outcome: 'successful',
    data: 0,
    tape: 0,
    changer: 0,
    ...details,
  };
}

/** Data and tape on one connection. ndmjob's backup type is tar and it sends no LEVEL. */
function local(operation: Operation, path: string, connection: number, details: Details = {}): ExpectedJob {
  return job({
    operation,
    topology: 'local',
    path,
    type: 'tar',
    connections: [connection],
    data: connection,
    tape: connection,
    ...details,
  });
}

function threeWay(operation: Operation, path: string, data: number, tape: number, details: Details = {}): ExpectedJob {
  return job({
    operation,
    topology: 'three-way',
    path,
    type: 'tar',
    connections: [data, tape],
    data,
    tape,
    ...details,
  });
}

/** Three-way with a changer on a connection of its own, opened first. */
function withChanger(operation: Operation, path: string, changer: number, details: Details = {}): ExpectedJob {
  const connections = [changer, changer + 1, changer + 2];
  return threeWay(operation, path, changer + 1, changer + 2, { connections, changer, ...details });
}

function session(connections: readonly number[], details: Details = {}): ExpectedJob {
  return job({ operation: 'session', connections, ...details });
}

const tapeSession = (connection: number, details: Details = {}) =>
  session([connection], { tape: connection, ...details });
const changerSession = (connection: number, details: Details = {}) =>
  session([connection], { changer: connection, ...details });
const failed: Details = { outcome: 'failed' };
/** A login that is refused: readers may say refused or failed. */
const refusedLogin = (connection: number) => session([connection], { outcome: undefined });

/** The query of data, tape and changer agents. Of these only the changer is used; the others answer about themselves. */
const query = (first = 1, details: Details = {}) =>
  session([first, first + 1, first + 2], { changer: first + 2, ...details });

/** Backup of a small tree and its recovery, three-way: what most recordings of the network's ways do. */
const smallTree = (first = 1) => [
  threeWay('backup', '/tmp/export/tr', first, first + 1),
  threeWay('recover', '/tmp/export/restore-tr', first + 2, first + 3),
];

const localJobs = (source: string) => [
  tapeSession(1), // label a tape
  tapeSession(2), // list labels
  local('backup', source, 3),
  local('recover file history', '', 4),
  local('recover', '/tmp/export/restore', 5),
  local('recover', '/tmp/export/restore1', 6),
  local('backup', source, 7),
];
const localV2 = localJobs('/tmp/export/home2');
const localV3 = localJobs('/tmp/export/home3');
const localV4 = localJobs('/tmp/export/home4');
/** Cut off while the first recovery runs. */
const localV4Cut = [...localV4.slice(0, 4), local('recover', '/tmp/export/restore', 5, { outcome: 'not seen' })];

const threeWayJobs = (source: string) => [
  threeWay('backup', source, 1, 2),
  threeWay('recover file history', '', 3, 4),
  threeWay('recover', '/tmp/export/restore-tw', 5, 6),
  threeWay('recover', '/tmp/export/restore-tw2', 7, 8),
];
const threewayV2 = threeWayJobs('/tmp/export/tw2');
const threewayV3 = threeWayJobs('/tmp/export/tw3');
const threewayV4 = threeWayJobs('/tmp/export/tw4');

/** A session that labels tapes in a changer, then a backup that goes on to the next tape, and its recovery. */
const multitape = [
  session([1, 2], { changer: 1, tape: 2 }),
  withChanger('backup', '/tmp/export/multi', 3),
  withChanger('recover', '/tmp/export/restore-m', 6),
];

/** What failed before the data service was asked for anything is a session of which only the tape was seen. */
const failures = (first: number) => [
  tapeSession(first, failed), // NO_DEVICE
  tapeSession(first + 1, failed), // WRITE_PROTECT
  tapeSession(first + 2, failed), // DEVICE_BUSY
  tapeSession(first + 3, { outcome: undefined }), // the tape has no label: end of file where one is looked for
  tapeSession(first + 4), // label a tape
  tapeSession(first + 5, { outcome: undefined }), // another label than the client wants: no message says so
  local('backup', '/tmp/export/fail', first + 6, { type: 'cpio', outcome: 'refused' }),
  // ndmjob's server does not look at how its formatter ended
  local('backup', '/tmp/export/fail-absent', first + 7),
  local('backup', '/tmp/export/fail', first + 8),
  local('recover file history', '', first + 9, { outcome: 'aborted' }),
];

/** Wrong password, wrong password, wrong user, no kind of login; then queries and a tape without a login. */
const logins = (first: number) => [
  ...[0, 1, 2, 3].map((at) => refusedLogin(first + at)),
  session([first + 4]),
  session([first + 5], { outcome: undefined, tape: first + 5 }),
];

const robot = [
  changerSession(1),
  changerSession(2, failed), // INITIALIZE ELEMENT STATUS is not known to the server
  changerSession(3),
  changerSession(4, failed), // the drive is full: check condition
  session([5, 6], { changer: 5, tape: 6 }),
  changerSession(7),
  changerSession(8, failed), // the source is empty
  changerSession(9, failed), // the destination is no element
  changerSession(10),
  changerSession(11),
  changerSession(12),
  changerSession(13),
  changerSession(14),
  changerSession(15, failed), // no such changer
];

const ndmpdThreeway = [
  threeWay('backup', '/share/vol0/docs', 1, 2, { type: 'dump', level: '0' }),
  // the server's log says that it stopped, its halt says SUCCESSFUL
  threeWay('recover', '/share/vol0/back', 3, 4, { type: 'dump', level: '0', outcome: undefined }),
];
const ndmpdQuery = [session([1]), refusedLogin(2), refusedLogin(3)];

/** A conformance test provokes errors: whether it went well is not for the messages to say. */
const tests: Details = { outcome: undefined, topology: undefined };
const dataTest = (connection: number) => session([connection], { ...tests, data: connection });
const moverTest = [tapeSession(1, tests)];
const tapeTest = [tapeSession(1, tests), tapeSession(2, failed), tapeSession(3, failed)];

const manyFiles = [local('backup', '/tmp/export/many', 1), local('backup', '/tmp/export/many', 2)];
const single = [local('backup', '/tmp/export/fhs', 1), local('backup', '/tmp/export/fhs', 2)];
/** Bytes of a text or a list that readers may or may not take for a failure. */
const damagedQuery = [query(1, { outcome: undefined })];

/** Jobs by capture, in the order of their first messages. */
export const expectedJobs: Readonly<Record<string, readonly ExpectedJob[]>> = {
  'auth-failures': [...logins(1), ...logins(7), ...logins(13)],
  'client-killed': [threeWay('backup', '/tmp/export/kill', 1, 2, { outcome: 'not seen' })],
  concurrent: [
    threeWay('backup', '/tmp/export/cc0', 1, 3),
    threeWay('backup', '/tmp/export/cc1', 2, 4),
    threeWay('backup', '/tmp/export/cc2', 5, 6),
  ],
  'cooked-any': smallTree(),
  'cooked-v1': smallTree(),
  'fh-batches': manyFiles,
  'fh-single-entries': single,
  'file-names': [1, 2, 3, 4].map((connection) => local('backup', '/tmp/export/names', connection)),
  ipv6: [session([1]), local('backup', '/tmp/export/v6', 2), session([3])],
  'job-failures': [...failures(1), ...failures(11)],
  'local-v2': localV2,
  'local-v3': localV3,
  'local-v4': localV4,
  'loss-after-capture': smallTree(),
  'loss-before-capture': smallTree(),
  'many-env-and-names': [
    local('backup', '/tmp/export/env', 1),
    local('backup', '/tmp/export/env', 2),
    local('recover', '/tmp/export/restore-env', 3),
    local('backup', '/tmp/export/env', 4),
  ],
  // the data server halts SUCCESSFUL, but the DMA aborts the mover at the end of the last tape
  'multitape-out-of-tapes': [withChanger('backup', '/tmp/export/multi2', 1, { outcome: 'aborted' })],
  'multitape-v2': multitape,
  'multitape-v3': multitape,
  'multitape-v4': multitape,
  nanosecond: smallTree(),
  'ndmpd-query-v3': ndmpdQuery,
  'ndmpd-query-v4': ndmpdQuery,
  // DATA_LISTEN is granted, then the tape server refuses the window
  'ndmpd-swap-connect-v3': [session([1, 2], { topology: undefined, outcome: 'failed', data: 1, tape: 2 })],
  'ndmpd-swap-connect-v4': [threeWay('backup', '/share/vol0/docs', 1, 2, { type: 'dump', level: '0' })],
  'ndmpd-test-data-v3': [dataTest(1)],
  'ndmpd-test-data-v4': [dataTest(1)],
  'ndmpd-threeway-v3': ndmpdThreeway,
  'ndmpd-threeway-v4': ndmpdThreeway,
  'other-port': smallTree(),
  'pcapng-dumpcap': smallTree(),
  'query-v2': [query()],
  'query-v3': [query()],
  'query-v4': [query()],
  refused: [session([1])],
  'robot-v2': robot,
  'robot-v4': robot,
  'server-killed': [threeWay('backup', '/tmp/export/kill2', 1, 2, { outcome: 'not seen' })],
  'small-mss': smallTree(),
  // of the requests that start the operations only the first bytes are there
  snaplen: [
    threeWay('backup', '', 1, 2, { path: undefined, level: undefined }),
    threeWay('recover', '', 3, 4, { path: undefined, level: undefined, type: undefined }),
  ],
  'swap-connect': [
    session([1, 2], { topology: undefined, outcome: 'failed', data: 1, tape: 2 }), // DATA_LISTEN is not supported
    session([3, 4], { outcome: 'failed', tape: 4 }), // the tape is still busy
    session([5, 6], { outcome: 'failed', tape: 6 }),
  ],
  'tape-records': [tapeSession(1), tapeSession(2), local('backup', '/tmp/export/rec', 3)],
  'test-data': [dataTest(1), dataTest(2), dataTest(3)],
  'test-mover-v2': moverTest,
  'test-mover-v3': moverTest,
  'test-mover-v4': moverTest,
  'test-tape-v2': tapeTest,
  'test-tape-v3': tapeTest,
  'test-tape-v4': tapeTest,
  'threeway-mixed-versions': [
    session([1, 2], { changer: 1, tape: 2 }),
    withChanger('backup', '/tmp/export/mix', 3),
    withChanger('recover', '/tmp/export/restore-mix', 6),
  ],
  'threeway-v2': threewayV2,
  'threeway-v3': threewayV3,
  'threeway-v4': threewayV4,
  'window-end-pause': [
    withChanger('backup', '/tmp/export/win', 1, { outcome: 'aborted' }),
    withChanger('backup', '/tmp/export/win', 4, { outcome: 'aborted' }),
  ],

  'edited-big-endian': [query()],
  'edited-big-endian-ns': [query()],
  'edited-bsd-null': [query()],
  'edited-clock-steps': [query()],
  'edited-coalesced': single,
  'edited-conflicting-retransmissions': [query()],
  'edited-corrupt-array-count': damagedQuery,
  'edited-corrupt-enum-values': localV4,
  'edited-corrupt-error-code': localV4.map((each) => ({ ...each, outcome: undefined })),
  'edited-corrupt-message-code': damagedQuery,
  'edited-corrupt-message-type': damagedQuery,
  'edited-corrupt-record-length-huge': damagedQuery,
  'edited-corrupt-record-length-short': damagedQuery,
  'edited-corrupt-record-length-zero': damagedQuery,
  'edited-corrupt-reply-sequence': localV4,
  'edited-corrupt-string-length': damagedQuery,
  'edited-data-on-port-10000': threewayV4,
  'edited-duplicated': threewayV2,
  'edited-empty': [],
  'edited-gzip': [query()],
  'edited-headers-only': [],
  // the first packets: the second job's connections are still open, its halt has been posted
  'edited-ip-fragments': threewayV3.slice(0, 2),
  'edited-ipv6': [query()],
  'edited-keepalives': [query()],
  // the request that starts the sixth job is among what is lost
  'edited-lost-segments': localV4.map((each, at) =>
    at === 5 ? { ...each, path: undefined, type: undefined, level: undefined } : each,
  ),
  'edited-odd-segments': localV4,
  'edited-one-byte-segments': [query()],
  'edited-overlapping-retransmissions': localV3,
  'edited-pcapng-converted': threewayV4,
  'edited-pcapng-options': [query()],
  'edited-pcapng-truncated': [query()],
  'edited-pcapng-two-interfaces': [query(), ...smallTree(4)],
  'edited-pcapng-two-sections': [query(), query(4)],
  'edited-port-reuse': [...logins(1), ...logins(7), ...logins(13)],
  'edited-qinq': [query()],
  'edited-raw-ip': [query()],
  'edited-reordered': localV3,
  'edited-reordered-wide': localV2,
  'edited-rpc-fragments': localV4,
  'edited-sequence-wrap': localV4,
  // no request is there: nothing tells paths, types and where the data goes
  'edited-server-side-only': threewayV3.map((each) => ({
    ...each,
    topology: undefined,
    path: undefined,
    type: undefined,
    level: undefined,
  })),
  'edited-sll': [query()],
  // begins when the first backup runs: its states, its history and its halt tell what it is
  'edited-start-mid-message': [
    local('backup', '', 1, { path: undefined, type: undefined, level: undefined }),
    manyFiles[1],
  ],
  'edited-start-missing': [
    threeWay('backup', '', 1, 2, { path: undefined, type: undefined, level: undefined }),
    ...threewayV4.slice(1),
  ],
  'edited-truncated-in-header': localV4Cut,
  'edited-truncated-in-packet': localV4Cut,
  'edited-vlan': [query()],
};
