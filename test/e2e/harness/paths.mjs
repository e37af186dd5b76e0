import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** `publisher.name` of the extension. */
export const EXTENSION_ID = 'ndmp-workbench.ndmp-workbench';

/** Where the browser VS Code is installed: outside the checkout, shared by all checkouts. */
export const VSCODE_DIR = resolve(
  process.env.NDMP_VSCODE_DIR ??
    join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ndmp-workbench', 'vscode'),
);

/** Screenshots and traces of a run. */
export const RESULTS_DIR = join(ROOT, 'test-results', 'e2e');
