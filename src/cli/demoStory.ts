import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { run } from './program';
import type { Io } from './terminal/io';
import { styleFor } from './terminal/style';

/** What `npm run demo` shows: a shipped sample decoded in the terminal, in fewer than sixty lines. */

const sample = join('samples', 'backup-three-way.pcap');
/** The first job without its polling, its file history and the replies that only say "done". */
const story =
  'connection <= 2 && !(interface in {fh, log}) && !(message contains "GET_") && (kind != reply || failed || message == MOVER_LISTEN)';

/** The sample's path: the folder `samples` stands beside the source and beside the bundles. */
function findSample(): string | undefined {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, sample))) {
      return relative(process.cwd(), join(folder, sample));
    }
    if (folder === dirname(folder)) {
      return undefined;
    }
  }
}

/** @returns the exit status */
export async function demo(io: Io): Promise<number> {
  const file = findSample();
  if (file === undefined) {
    io.stderr.write(`demo: ${sample} is missing.\n`);
    return 1;
  }
  const style = styleFor(io);
  const say = (text: string): void => void io.stdout.write(`${text}\n`);
  const commands: readonly [args: string, what: string][] = [
    [`decode ${file}`, 'every message'],
    [`decode ${file} -Y failed`, 'those that report an error'],
    [`decode ${file} -Y 'n == 27' --format text`, 'all fields of one message'],
    [`decode ${file} -Y body.env --format jsonl`, 'for programs'],
    [`explain ${join(dirname(file), 'failing-jobs.pcap')} --job 7`, 'why a job failed'],
    ['--help', 'commands and options; docs/manual has the rest'],
  ];
  say(style.heading('A backup over two servers, and its restores'));
  say(style.quiet(`npx ndmp sessions ${file}`));
  say('');
  const sessions = await run(['sessions', file], io);
  say('');
  say(style.heading('The first job in short: the tape server listens, the data server connects, the backup runs'));
  say(style.quiet(`npx ndmp decode ${file} -Y '…'`));
  say('');
  const decode = await run(['decode', file, '-Y', story], io);
  say('');
  say(style.heading('Go on with'));
  const width = Math.max(...commands.map(([args]) => args.length));
  commands.forEach(([args, what]) => say(`  npx ndmp ${args.padEnd(width)}  ${style.quiet(what)}`));
  return Math.max(sessions, decode);
}
