import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The script behind a command of an installed package, to be run with Node (`.bin` holds no scripts on Windows). */
export const tool = {
  eslint: join(ROOT, 'node_modules/eslint/bin/eslint.js'),
  prettier: join(ROOT, 'node_modules/prettier/bin/prettier.cjs'),
  tsc: join(ROOT, 'node_modules/typescript/bin/tsc'),
  mocha: join(ROOT, 'node_modules/mocha/bin/mocha.js'),
  vsce: join(ROOT, 'node_modules/@vscode/vsce/vsce'),
};

/** Runs a program in the checkout with this process's output. True when it exits 0. */
export function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options }).status === 0;
}

/** Runs a Node script in the checkout with this process's output. True when it exits 0. */
export function runNode(script, args = [], options = {}) {
  return run(process.execPath, [script, ...args], options);
}
