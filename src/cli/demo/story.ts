import { appendFileSync, mkdirSync, mkdtempSync, renameSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from '../../server/lab/lab';
import { logTo } from '../serve/logSink';
import { run } from '../program';
import type { Io } from '../terminal/io';
import { styleFor } from '../terminal/style';
import { differences, treeDigest } from './treeDigest';

const VOLUME = '/vs1/vol1';
const ELSEWHERE = '/vs1/home/restored';
/** A run in short: what is decided and what is done, without polling, file history and replies that only say "done". */
const IN_SHORT =
  '!(interface in {connect, config, scsi, tape, log, fh}) && !(message contains "GET_") && (kind != reply || failed || message == MOVER_LISTEN)';

/**
 * What `npm run demo` shows: a simulated cluster is started, a volume backed up, changed, backed up in part and restored,
 * and the sessions of that are decoded from their recording. Nothing of it stays.
 * @returns the exit status
 */
export async function demo(io: Io): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'ndmp-demo-'));
  const password = crypto.randomUUID();
  const log = logTo(io.stderr, 'error');
  const lab = await Lab.start({ folder: join(folder, 'lab'), port: 0, password, log });
  try {
    return await new Story(folder, lab, { ...io, env: { ...io.env, NDMP_PASSWORD: password } }).tell();
  } finally {
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Story {
  private readonly job: string;
  private readonly home: string;
  private readonly style;

  constructor(
    private readonly folder: string,
    private readonly lab: Lab,
    private readonly io: Io,
  ) {
    this.job = join(folder, 'demo.ndmpjob.json');
    this.home = join(folder, 'home');
    this.style = styleFor(io);
  }

  async tell(): Promise<number> {
    const volume = this.directoryOf(VOLUME);
    const job = { name: 'demo', server: 'cluster1', type: 'dump', sources: [{ path: VOLUME }] };
    writeFileSync(this.job, JSON.stringify(job, null, 2));
    const status = this.lab.status();
    this.heading(`A simulated cluster of ${status.nodes.length} nodes runs, with ${status.drives.length} tape drives`);
    this.say(`${VOLUME} shall be backed up by this job:\n\n${JSON.stringify(job, null, 2)}`);

    this.heading('The plan: what will be done, and why');
    if (await this.ndmp('plan', this.job)) return 1;
    this.heading('A full backup');
    if (await this.ndmp('backup', this.job, '--yes')) return 1;
    this.heading('Files change: one is new, one is longer, one is gone, one has another name');
    this.say(change(volume).join('\n'));
    this.heading('The same job again: only what has changed');
    if (await this.ndmp('backup', this.job, '--yes')) return 1;
    this.heading(`A restore of the last state, to ${ELSEWHERE}`);
    if (await this.ndmp('restore', '--job', 'demo', '--to', ELSEWHERE, '--yes')) return 1;

    this.heading('Is what was restored what was backed up?');
    const source = treeDigest(volume);
    const found = differences(source, treeDigest(join(this.directoryOf('/vs1/home'), 'restored')));
    if (found.length > 0) {
      this.say(`No: ${found.length} of ${source.size} objects differ, such as ${found[0]}.`);
      return 1;
    }
    this.say(`Yes: all ${source.size} objects are the same, by kind, mode, size and content.`);

    this.heading('What was said in the second backup, in short, decoded from the recording of the run');
    const recording = this.recording(1);
    if (await this.ndmp('decode', recording, '-Y', IN_SHORT)) return 1;
    this.heading('Go on with');
    this.say('npx ndmp lab        the same cluster, to stay: it prints how to connect');
    this.say('npx ndmp --help     all commands; docs/manual has the rest');
    return 0;
  }

  private async ndmp(command: string, ...args: string[]): Promise<number> {
    const own = command === 'decode' ? [] : ['--home', this.home, '--servers', this.lab.folder.servers];
    const shown = [command, ...args].map((word) => (/^[\w/.:=-]+$/.test(word) ? word : `'${word}'`)).join(' ');
    this.say(`${this.style.quiet(`$ ndmp ${shown.replaceAll(this.folder, '…')}`)}\n`);
    return run([command, ...args, ...own], this.io);
  }

  /** Recording of a run of the catalog, from 0. */
  private recording(at: number): string {
    const runs = join(this.home, 'runs');
    const files = readdirSync(runs).filter((name) => name.endsWith('.pcapng') && name.includes('demo'));
    return join(runs, files.sort()[at]);
  }

  private directoryOf(volume: string): string {
    return this.lab.status().volumes.find(({ path }) => path === volume)?.directory ?? '';
  }

  private heading(text: string): void {
    this.say(`\n${this.style.heading(text)}\n`);
  }

  private say(text: string): void {
    this.io.stdout.write(`${text}\n`);
  }
}

/** Does to a volume what its users might. @returns what was done */
function change(volume: string): string[] {
  const files = readdirSync(volume, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const [longer, gone, renamed] = files;
  mkdirSync(join(volume, 'new'), { recursive: true });
  writeFileSync(join(volume, 'new/file.txt'), 'This file was not there before.\n');
  appendFileSync(longer, 'A line more.\n');
  rmSync(gone);
  renameSync(renamed, `${renamed}.renamed`);
  const name = (path: string): string => path.slice(volume.length);
  return [`+ /new/file.txt`, `~ ${name(longer)}`, `- ${name(gone)}`, `→ ${name(renamed)} is ${name(renamed)}.renamed`];
}
