// What captures mean, in a real VS Code: the affinity of Cluster Aware Backup, comparing, exporting what is safe to share.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { session } from './harness/session.mjs';
import { until } from './harness/workbench.mjs';

const CAB = 'cab-cluster-aware-backup.pcapng';

describe('what captures mean', () => {
  let workbench, page, screenshot, workspace, server;
  let view;

  const tab = (name) => view.getByRole('tab', { name: new RegExp(`^${name}`) });
  const list = (name) => view.locator(`vscode-dropdown[aria-label="${name}"]:visible`);
  const listed = (name) => list(name).evaluate((element) => element.value);

  async function open(name) {
    await workbench.command('View: Show Explorer');
    await workbench.doubleClickFile(name);
    view = await workbench.webview('main.app .tab');
  }

  async function show(name) {
    await tab(name).click();
    await page.waitForTimeout(300);
  }

  /** Chooses by keyboard: the list opens, arrows move, Enter takes what is marked. */
  async function choose(name, option) {
    await list(name).focus();
    await page.keyboard.press('Enter');
    await until(`'${option}' in ${name}`, async () => {
      const marked = await list(name).locator('[role=option][aria-selected=true]').innerText();
      if (marked.trim() === option) return true;
      await page.keyboard.press('ArrowDown');
      return false;
    });
    await page.keyboard.press('Enter');
  }

  before(async () => {
    ({ workbench, page, screenshot, workspace, server } = await session());
    await page.getByRole('tab', { name: 'NDMP', exact: true }).first().waitFor({ timeout: 60_000 });
    await workbench.command('View: Close All Editors');
    await workbench.theme('Dark Modern');
  });
  after(async () => {
    await show('Timeline');
    await page.waitForTimeout(600);
    await workbench.command('View: Close All Editors');
    await workbench.theme('Light Modern');
  });

  it('nodes, volumes and drives of a cluster, and why a backup was local', async () => {
    await open(CAB);
    await show('Affinity');
    await view.locator('.aff-made').filter({ hasText: 'no evidence of what ONTAP does' }).waitFor();
    await view.locator('.aff-panel').filter({ hasText: '/vs1/vol1' }).filter({ hasText: 'local' }).first().waitFor();
    assert.ok((await view.locator('.aff-card').count()) >= 3);
  });

  it('keeps for the file what the user sets of a LIF', async () => {
    await choose('Type of the LIF', 'cluster-management');
    await until('the LIF type', async () => (await listed('Type of the LIF')) === 'cluster-management');
    await page.waitForTimeout(900); // kept with a delay
    await workbench.command('View: Close All Editors');
    await open(CAB);
    await show('Affinity');
    await until('the LIF type again', async () => (await listed('Type of the LIF')) === 'cluster-management');
    await workbench.command('View: Toggle Primary Side Bar Visibility');
    await page.mouse.move(5, 5);
    await page.waitForTimeout(1200);
    await screenshot('40-affinity');
    await workbench.command('View: Toggle Primary Side Bar Visibility');
  });

  it('exports a capture that is safe to share', async () => {
    const target = join(workspace, 'shared.pcapng');
    await workbench.command('NDMP: Export…');
    await workbench.answer('Safe to Share', { waitFor: 'Capture That Is Safe to Share' });
    await workbench.saveAs(target);
    await workbench.toast(/Exported .* to .*shared\.pcapng/).waitFor({ timeout: 30_000 });
    const text = readFileSync(target).toString('latin1');
    for (const secret of ['/vs1/vol1', 'cluster1', 'vsadmin-backup']) assert.ok(!text.includes(secret), secret);
    await workbench.command('Notifications: Clear All Notifications');
  });

  it('compares a capture with another one that is open', async () => {
    await open('cab-not-selected.pcapng');
    await show('Diff');
    await choose('Compare with', CAB);
    await view.locator('.diff-verdict').filter({ hasText: 'They differ.' }).waitFor({ timeout: 30_000 });
    await until('its rows', async () => (await view.locator('.diff-list [role=listitem]').count()) > 5);
    await page.waitForTimeout(400);
    await screenshot('41-diff');
  });

  it('draws a three-way backup with its states and phases', async () => {
    await open('backup-three-way.pcap');
    await show('Sequence');
    for (const text of ['DMA', 'Data server', 'Tape server', 'post-processing', 'ACTIVE'])
      await view.locator('svg text').filter({ hasText: text }).first().waitFor();
    await workbench.command('View: Toggle Primary Side Bar Visibility');
    await page.mouse.move(5, 5);
    await page.waitForTimeout(1200);
    await screenshot('42-sequence');
    await workbench.command('View: Toggle Primary Side Bar Visibility');
  });

  it('reports no error in its log', () => {
    const log = server.extensionLog('ndmp-workbench.ndmp-workbench/NDMP Workbench.log');
    const errors = log.split('\n').filter((line) => /\[error\]/.test(line) && !/not-a-capture/.test(line));
    assert.deepEqual(errors, []);
  });
});
