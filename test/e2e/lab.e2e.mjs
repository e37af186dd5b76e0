// The lab in a real VS Code: started, connected to, a volume moved, its log opened, stopped.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ROOT } from './harness/paths.mjs';
import { session } from './harness/session.mjs';
import { until } from './harness/workbench.mjs';

describe('the lab in the editor', () => {
  let workbench, page, screenshot, server, folder;

  const item = () => workbench.statusItem('ndmpWorkbench.labStatus');
  /** What the lab itself says, over its socket. */
  const status = () => {
    const { stdout } = spawnSync(process.execPath, [
      join(ROOT, 'dist/ndmp.js'),
      'lab',
      '--folder',
      folder,
      'status',
      '--json',
    ]);
    return stdout.length > 0 ? JSON.parse(stdout.toString()) : undefined;
  };

  before(async () => {
    ({ workbench, page, screenshot, server } = await session());
    folder = join(server.dir, '.ndmp-lab');
    await page.getByRole('tab', { name: 'NDMP', exact: true }).first().waitFor({ timeout: 60_000 });
    await workbench.command('View: Close All Editors');
  });
  after(async () => {
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.command('View: Toggle Panel Visibility');
    await workbench.command('View: Close All Editors');
  });

  it('starts with one command, and tells how to connect', async () => {
    await workbench.command('NDMP: Start Lab');
    const toast = workbench.toast(/The NDMP lab runs/);
    await toast.waitFor({ timeout: 60_000 });
    await item().filter({ hasText: 'NDMP Lab' }).waitFor();
    await toast.getByRole('button', { name: 'How to Connect' }).click();
    await page.locator('.view-line').filter({ hasText: 'vsadmin-backup' }).first().waitFor({ timeout: 30_000 });
    await page.waitForTimeout(800);
    await screenshot('50-lab');
  });

  it('greets NDMP clients', async () => {
    const [address] = status().lifs.find(({ type }) => type === 'node-management').addresses;
    const [host, port] = address.split(':');
    const greeting = await new Promise((done, fail) => {
      const socket = connect({ host, port: Number(port) }, () => socket.once('data', (bytes) => done(bytes)));
      socket.once('error', fail);
      setTimeout(() => socket.destroy(), 1000);
    });
    assert.equal(greeting.readUInt32BE(16), 0x502); // NOTIFY_CONNECTION_STATUS
  });

  it('moves a volume', async () => {
    await workbench.command('NDMP: Move Lab Volume…');
    await workbench.answer('/vs1/vol1', { waitFor: 'on cluster1-01' });
    await until('the list of nodes', () => workbench.fillQuickInput('cluster1-02', 'cluster1-02'));
    await page.keyboard.press('Enter');
    await workbench.toast(/\/vs1\/vol1 belongs to cluster1-02 now/).waitFor({ timeout: 20_000 });
    assert.equal(status().volumes.find(({ path }) => path === '/vs1/vol1').node, 'cluster1-02');
  });

  it('opens its log like a capture', async () => {
    await until('the log', () => existsSync(join(folder, 'log/ndmpd.log')));
    await workbench.command('NDMP: Open Lab Log');
    const view = await workbench.webview('main.app .tab');
    await view.getByText('NOTIFY_CONNECTION_STATUS').first().waitFor({ timeout: 20_000 });
  });

  it('stops', async () => {
    await workbench.command('NDMP: Stop Lab');
    await item().waitFor({ state: 'hidden', timeout: 30_000 });
    assert.equal(status(), undefined);
  });
});
