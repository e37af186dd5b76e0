// A tap in a real VS Code: started from a list, followed live while a backup passes it, faults by click, a reload of the
// window, the recording saved and opened again.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './harness/paths.mjs';
import { session } from './harness/session.mjs';
import { until } from './harness/workbench.mjs';

const NDMP = join(ROOT, 'dist/ndmp.js');
const PATIENCE = 60_000;

describe('a tap in the editor', () => {
  let workbench, page, screenshot, server, workspace;
  /** What the DMA is given: servers, a job, a password, a place for what it keeps. */
  let dma;
  /** The live view of the recording. */
  let view;
  let labProcess;

  const ndmp = (...words) => spawnSync(process.execPath, [NDMP, ...words], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const lab = () => join(server.dir, '.ndmp-lab');
  const taps = () => join(server.dir, '.ndmp-taps');
  const tapFolder = () => join(taps(), readdirSync(taps()).sort().at(-1));
  const tapFile = () => JSON.parse(readFileSync(join(tapFolder(), 'tap.json'), 'utf8'));
  /** All messages of a capture as the command line has them. */
  const messages = (file) => {
    const { status, stdout, stderr } = ndmp('decode', file, '--format', 'jsonl');
    assert.equal(status, 0, stderr);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
  const listed = async () => Number((await view.locator('.match-count').innerText()).replace(/\D.*$/s, ''));
  const tapItem = () => workbench.treeItem(/^:\d+ → /).first();
  const bar = () => view.locator('.live');
  const jump = () => bar().getByText(/^Jump to End/);

  /** Runs the backup through the tap. */
  function backup() {
    const words = ['backup', join(dma.folder, 'try.ndmpjob.json'), '--servers', join(dma.folder, 'servers.json')];
    const child = spawn(process.execPath, [NDMP, ...words], { env: { ...process.env, ...dma.env } });
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    child.stderr.on('data', (text) => (said += text));
    return new Promise((done) => child.once('close', (code) => done({ code, said })));
  }

  /** Chooses in the quick pick that holds `waitFor`. */
  async function choose(text, waitFor) {
    await until(`'${text}' to choose`, () => workbench.fillQuickInput(text, waitFor), 30_000);
    await workbench.quickRow(text).waitFor();
    await page.keyboard.press('Enter');
  }

  /** Texts of the rows that are drawn, by their places. */
  const drawnRows = async () => {
    const rows = await view
      .locator('.row:not(.head):visible')
      .evaluateAll((all) =>
        all.filter(({ id }) => id !== '').map((row) => [row.id, row.innerText.replace(/\s+/g, ' ')]),
      );
    return new Map(rows);
  };
  /** Whether the last of all rows is drawn, with its message. */
  const showsEnd = async () => {
    const count = await listed();
    const last = view.locator(`#row-${count - 1}`);
    return (
      (await last.isVisible().catch(() => false)) && !/loading/.test(await last.innerText().catch(() => 'loading'))
    );
  };

  before(async function () {
    this.timeout(180_000);
    ({ workbench, page, screenshot, server, workspace } = await session());
    await page
      .getByRole('tab', { name: /^NDMP( |$)/ })
      .first()
      .waitFor({ timeout: PATIENCE });
    await workbench.command('View: Close All Editors');
    // a lab of its own process, as it has to outlive a reload of the window
    labProcess = spawn(process.execPath, [NDMP, 'lab', '--folder', lab(), '--port', '0'], { stdio: 'ignore' });
    await until('the lab', () => ndmp('lab', '--folder', lab(), 'status').status === 0, PATIENCE);
    const folder = join(server.dir, 'dma');
    mkdirSync(folder);
    const password = ndmp('lab', '--folder', lab(), 'password', 'backup').stdout.trim();
    dma = { folder, env: { NDMP_PASSWORD: password, XDG_DATA_HOME: join(folder, 'data') } };
    const job = { name: 'try', server: 'tapped', type: 'dump', sources: [{ path: '/vs1/vol1' }] };
    writeFileSync(join(folder, 'try.ndmpjob.json'), JSON.stringify(job));
  });

  after(async () => {
    if (existsSync(taps())) for (const name of readdirSync(taps())) ndmp('tap', '--folder', join(taps(), name), 'stop');
    labProcess?.kill();
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.command('View: Close All Editors');
    await workbench.command('View: Show Explorer');
  });

  it('starts from a list of servers, and opens what passes', async function () {
    this.timeout(180_000);
    const { cluster1 } = JSON.parse(readFileSync(join(lab(), 'ndmp-servers.json'), 'utf8')).servers;
    await workbench.command('NDMP: Start Tap…');
    await choose(`${cluster1.host}:${cluster1.port}`, 'the lab');
    await until('the port', () => workbench.fillQuickInput('0', 'a port of this machine alone'), 30_000);
    await page.keyboard.press('Enter');
    await choose('As it comes', 'TLS on both sides');
    await choose('Control connections', 'rewritten');
    await workbench.toast(/The tap listens on 127\.0\.0\.1:/).waitFor({ timeout: PATIENCE });
    view = await workbench.webview('main.app .live:not([hidden])', PATIENCE);
    await view.getByText('No messages yet.').waitFor({ timeout: 30_000 });
    await workbench.command('Notifications: Clear All Notifications');
    const [host, port] = tapFile().listen[0].split(':');
    const servers = { tapped: { ...cluster1, host, port: Number(port) } };
    writeFileSync(join(dma.folder, 'servers.json'), JSON.stringify({ servers }));
    await workbench.statusItem('ndmpWorkbench.tapStatus').filter({ hasText: 'NDMP Tap' }).waitFor({ timeout: 30_000 });
    await screenshot('60-tap-started');
  });

  it('shows the messages of a backup while they pass, and stays at the end', async function () {
    this.timeout(180_000);
    await view.evaluate(() => {
      const { document, MutationObserver } = globalThis;
      const grid = document.querySelector('.table');
      globalThis.seen = [];
      const look = () => globalThis.seen.push([Date.now(), Number(grid.getAttribute('aria-rowcount')) - 1]);
      new MutationObserver(look).observe(grid, { attributes: true, attributeFilter: ['aria-rowcount'] });
    });
    const { code, said } = await backup();
    assert.equal(code, 0, said);
    const passed = messages(tapFile().recording);
    assert.ok(passed.some(({ message }) => message === 'NDMP_NOTIFY_DATA_HALTED'));
    await until('all rows', async () => (await listed()) === passed.length, PATIENCE);
    await until('the end of the list', showsEnd, PATIENCE);
    const seen = await view.evaluate(() => globalThis.seen);
    let next = 0;
    const late = seen.flatMap(([at, count]) => {
      const news = passed.slice(next, count);
      next = Math.max(next, count);
      return news.map(({ time }) => at - Number(time) * 1000);
    });
    late.sort((a, b) => a - b);
    const figure = (part) => `${Math.round(late[Math.floor((late.length - 1) * part)])} ms`;
    console.log(
      `      rows stand in the list after ${figure(0.5)} (median), ${figure(0.95)} (95 %), ${figure(1)} (all)`,
    );
    assert.equal(late.length, passed.length);
    assert.ok(seen.length > 3, 'rows appear while messages pass, not all at the end');
    await workbench.command('View: Show NDMP');
    await tapItem().waitFor({ timeout: 30_000 });
    await page.waitForTimeout(700); // the waterfall is drawn
    await screenshot('61-tap-live');
  });

  it('stands still when one scrolls back, and jumps to the end again', async () => {
    await view.locator('.table').hover();
    await page.mouse.wheel(0, -3000);
    await jump().waitFor();
    const top = await view.locator('.row:not(.head):visible').first().innerText();
    assert.ok(top.length > 0);
    const { code, said } = await backup();
    assert.equal(code, 0, said);
    await view.getByText(/Jump to End \([\d,]+ new rows\)/).waitFor({ timeout: PATIENCE });
    assert.equal(await showsEnd(), false);
    await screenshot('62-tap-scrolled-back');
    await jump().click();
    await until('the end of the list', showsEnd, PATIENCE);
    await jump().waitFor({ state: 'hidden' });
  });

  it('a fault chosen by click reaches the DMA, and is marked', async function () {
    this.timeout(180_000);
    await tapItem().hover();
    await tapItem()
      .getByRole('button', { name: /^Add Fault to Tap/ })
      .click();
    await choose('Answer a request with an error', 'Delay messages');
    await choose('NDMP_DATA_START_BACKUP', 'NDMP_CONNECT_OPEN');
    await choose('NO_MEM', 'DEVICE_BUSY');
    await choose('Once', 'Three times');
    const fault = workbench.treeItem(/DATA_START_BACKUP.*answered with NO_MEM/).first();
    await fault.waitFor({ timeout: 30_000 });
    const { code, said } = await backup();
    assert.equal(code, 1, said);
    assert.match(said, /NDMP_DATA_START_BACKUP with NO_MEM/);
    await fault.filter({ hasText: '1 hit' }).waitFor({ timeout: 30_000 });
    const input = view.getByRole('combobox', { name: 'Filter', exact: true });
    await input.fill('mark');
    await input.press('Enter');
    await until('the marked rows', async () => (await listed()) === 2, 30_000);
    await view.locator('.cell-summary.marked').filter({ hasText: 'answered with NO_MEM' }).first().waitFor();
    await view.locator('#row-0').click();
    await view.locator('.trouble.marked').first().waitFor();
    for (const [theme, name] of [
      ['Light Modern', '63-tap-fault-light'],
      ['Dark High Contrast', '64-tap-fault-contrast'],
      ['Dark Modern', '65-tap-fault-dark'],
    ]) {
      await workbench.theme(theme);
      await screenshot(name);
    }
    await input.fill('');
    await input.press('Enter');
    await fault.hover();
    await fault.getByRole('button', { name: /^Remove Fault/ }).click();
    await fault.waitFor({ state: 'hidden', timeout: 30_000 });
  });

  it('outlives a reload of the window, and its live view is there again', async function () {
    this.timeout(240_000);
    const { pid } = tapFile();
    await page.waitForTimeout(1500); // VS Code keeps which editors are open
    await page.reload({ waitUntil: 'domcontentloaded' });
    await page.locator('.monaco-workbench').waitFor({ timeout: PATIENCE });
    await workbench
      .statusItem('ndmpWorkbench.tapStatus')
      .filter({ hasText: 'NDMP Tap' })
      .waitFor({ timeout: PATIENCE });
    assert.equal(tapFile().pid, pid);
    view = await workbench.webview('main.app .live:not([hidden])', PATIENCE);
    const before = messages(tapFile().recording).length;
    await until('the rows from before', async () => (await listed().catch(() => 0)) === before, PATIENCE);
    const { code, said } = await backup();
    assert.equal(code, 0, said);
    const after = messages(tapFile().recording).length;
    assert.ok(after > before);
    await until('rows that passed since', async () => (await listed()) === after, PATIENCE);
  });

  it('stops; its recording is saved and opened again with the same rows', async function () {
    this.timeout(240_000);
    await workbench.command('NDMP: Stop Tap');
    await bar().waitFor({ state: 'hidden', timeout: PATIENCE });
    assert.match(tapFile().stopped.why, /asked/);
    const ends = async () => {
      await view.locator('.table').focus();
      const rows = [];
      for (const key of ['Home', 'PageDown', 'PageDown', 'PageDown', 'PageDown', 'End']) {
        await page.keyboard.press(key);
        await page.waitForTimeout(300);
        await until(
          'rows',
          async () => ![...(await drawnRows()).values()].some((text) => /loading/.test(text)),
          30_000,
        );
        rows.push(...(await drawnRows()));
      }
      return new Map(rows);
    };
    const count = await listed();
    const lived = await ends();
    await workbench.command('View: Show NDMP');
    await workbench
      .treeItem(/→ .*stopped/)
      .first()
      .waitFor({ timeout: 30_000 });
    const recording = workbench.treeItem(/^Recording.*, [\d.]+ [kM]?B/).first();
    if (!(await recording.isVisible().catch(() => false)))
      await workbench
        .treeItem(/→ .*stopped/)
        .first()
        .click();
    await recording.waitFor({ timeout: 30_000 });
    await screenshot('66-tap-stopped');
    await recording.hover();
    await recording.getByRole('button', { name: /^Save Recording/ }).click();
    const saved = join(workspace, 'saved.pcapng');
    await workbench.saveAs(saved);
    const toast = workbench.toast(/Saved as/);
    await toast.waitFor({ timeout: 30_000 });
    assert.deepEqual(messages(saved), messages(tapFile().recording));
    await toast.getByRole('button', { name: 'Open' }).click();
    await page.locator('.tab.active').filter({ hasText: 'saved.pcapng' }).waitFor({ timeout: 30_000 });
    view = await workbench.webview('main.app .table', PATIENCE);
    await until('the same number of rows', async () => (await listed().catch(() => 0)) === count, PATIENCE);
    const again = await ends();
    let compared = 0;
    for (const [id, text] of lived) {
      if (!again.has(id)) continue;
      assert.equal(again.get(id), text);
      compared++;
    }
    assert.ok(compared > 10, `${compared} rows compared`);
    await screenshot('67-tap-saved');
  });

  it('is deleted with its recordings, after a question', async () => {
    await workbench.contextMenu(workbench.treeItem(/→ .*stopped/).first(), /^Delete Tap/);
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' }).click();
    await workbench
      .treeItem(/→ .*stopped/)
      .first()
      .waitFor({ state: 'hidden', timeout: 30_000 });
    assert.deepEqual(readdirSync(taps()), []);
  });
});
