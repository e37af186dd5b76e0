import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
export const PAGE = resolve(ROOT, 'docs/manual/what-wireshark-does-not-show-you.md');
const FOLDER = resolve(ROOT, 'samples/what-wireshark-does-not-show');

/** A console block of the page: a command and what it printed. */
export interface Quote {
  command: string;
  output: string;
}

const BLOCK = /```console\n\$ (.*)\n([^]*?)```/g;

export function quotesOf(markdown: string): Quote[] {
  return [...markdown.matchAll(BLOCK)].map(([, command, output]) => ({ command, output }));
}

/** Runs a quoted command in the folder of the samples; spaces at line ends and empty lines at the end are left out. */
export function outputOf(command: string): string {
  const program = `"${process.execPath}" "${resolve(ROOT, 'dist/ndmp.js')}"`;
  const line = command.replace(/^ndmp /, () => `${program} `);
  const run = spawnSync('sh', ['-c', line], { cwd: FOLDER, encoding: 'utf8', env: { ...process.env, COLUMNS: '120' } });
  return run.stdout.replace(/[ \t]+$/gm, '').replace(/\n{2,}$/, '\n');
}

/** Writes the real outputs into the page: `npx tsx test/samples/quotes.ts`. */
if (process.argv[1] === __filename) {
  const page = readFileSync(PAGE, 'utf8');
  const written = page.replace(BLOCK, (_block, command: string) => `\`\`\`console\n$ ${command}\n${outputOf(command)}\`\`\``);
  writeFileSync(PAGE, written);
}
