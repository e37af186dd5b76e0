import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowser } from './browser.mjs';
import { RESULTS_DIR, ROOT } from './paths.mjs';
import { startServer } from './server.mjs';
import { Workbench } from './workbench.mjs';

let opening;

async function openSession() {
  const vsix = process.env.NDMP_VSIX;
  if (!vsix) throw new Error('NDMP_VSIX names no packed extension; run this through npm run test:e2e');
  rmSync(RESULTS_DIR, { recursive: true, force: true });
  mkdirSync(RESULTS_DIR, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'ndmp-workspace-'));
  const workspace = join(scratch, 'samples'); // the name the explorer shows
  cpSync(join(ROOT, 'samples'), workspace, { recursive: true });
  const server = await startServer({ vsix });
  const browser = await startBrowser();
  if (process.env.NDMP_TRACE) await browser.context.tracing.start({ screenshots: true, snapshots: true });
  const workbench = new Workbench(browser.page);
  await workbench.open(server.url, workspace);
  return {
    workbench,
    page: browser.page,
    server,
    /** A folder with the shipped samples, open in the workbench; tests may add files. */
    workspace,
    /** Keeps a screenshot under test-results/e2e. */
    screenshot: (name) => browser.page.screenshot({ path: join(RESULTS_DIR, `${name}.png`) }),
    async stop() {
      if (process.env.NDMP_TRACE) await browser.context.tracing.stop({ path: join(RESULTS_DIR, 'trace.zip') });
      await browser.stop();
      await server.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/**
 * The one VS Code that all test files of a run share (a load costs some ten seconds, a step less than one): opened at the
 * first call, closed after the last test.
 */
export function session() {
  return (opening ??= openSession());
}

/** mocha's root hooks: a picture of every failure, and the end of what was started. */
export const mochaHooks = {
  async afterEach() {
    if (this.currentTest?.state !== 'failed' || !opening) return;
    const { screenshot, server } = await opening;
    await screenshot(`failed-${this.currentTest.fullTitle().replace(/\W+/g, '-').slice(0, 100)}`);
    console.error(server.tail());
  },
  async afterAll() {
    await (await opening)?.stop();
  },
};
