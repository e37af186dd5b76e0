import { spawnSync } from 'node:child_process';

/** A program of somebody else that some checks are made against. */
interface Peer {
  /** What to run to see whether it is there; it must end at once. */
  probe: readonly [command: string, ...args: string[]];
  /** The line that installs it on Debian and Ubuntu. */
  install: string;
}

const PEERS = {
  tshark: { probe: ['tshark', '--version'], install: 'apt-get install tshark' },
  dumpcap: { probe: ['dumpcap', '--version'], install: 'apt-get install wireshark-common' },
  editcap: { probe: ['editcap', '--version'], install: 'apt-get install wireshark-common' },
  tcpdump: { probe: ['tcpdump', '--version'], install: 'apt-get install tcpdump' },
  chromium: { probe: [process.env.CHROMIUM ?? 'chromium', '--version'], install: 'apt-get install chromium' },
  duckdb: {
    probe: [process.execPath, '-e', "console.log(require('@duckdb/node-api').version())"],
    install: 'npm ci',
  },
  ndmjob: { probe: ['/usr/lib/amanda/ndmjob', '-v'], install: 'apt-get install amanda-common' },
  amanda: {
    probe: ['amtape', '--version'],
    install: 'apt-get install amanda-server amanda-client libencode-locale-perl libxml-simple-perl',
  },
  nmap: { probe: ['nmap', '--version'], install: 'apt-get install nmap' },
  openssl: { probe: ['openssl', 'version'], install: 'apt-get install openssl' },
  socat: { probe: ['socat', '-V'], install: 'apt-get install socat' },
  gcc: { probe: ['gcc', '--version'], install: 'apt-get install gcc libc6-dev' },
  getfattr: { probe: ['getfattr', '--version'], install: 'apt-get install attr' },
  sgUtils: { probe: ['sg_inq', '--version'], install: 'apt-get install sg3-utils' },
  tar: { probe: ['tar', '--version'], install: 'apt-get install tar' },
  python3: { probe: ['python3', '--version'], install: 'apt-get install python3' },
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof PEERS;

const answers = new Map<PeerName, string | undefined>();

/** What the program says of its version, in one line; undefined when it is not installed. Asked once a process. */
export function peerVersion(name: PeerName): string | undefined {
  if (!answers.has(name)) {
    const [command, ...args] = PEERS[name].probe;
    const run = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000, stdio: ['ignore', 'pipe', 'pipe'] });
    answers.set(name, run.status === 0 ? (run.stdout || run.stderr).split('\n')[0]?.trim() : undefined);
  }
  return answers.get(name);
}

/**
 * A `describe` whose tests need `name`. Where the program is missing the tests are still registered, so that they count as
 * skipped, under a title that ends in `[needs NAME: INSTALL LINE]`, which the summary of `npm test` collects.
 */
export function describeWithPeer(name: PeerName, title: string, body: (this: Mocha.Suite) => void): Mocha.Suite | void {
  if (peerVersion(name) !== undefined) return describe(title, body);
  return describe.skip(`${title} [needs ${name}: ${PEERS[name].install}]`, body);
}
