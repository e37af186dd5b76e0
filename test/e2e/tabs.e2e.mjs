// The tabs of the capture editor in a real VS Code: what the messages mean, and the links between the tabs and the workbench.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { session } from './harness/session.mjs';
import { until } from './harness/workbench.mjs';

const TABS = ['Timeline', 'Sequence', 'Affinity', 'Findings', 'History', 'Statistics', 'Explain'];
/** Lines as ONTAP's debug log has them. */
const LOG = [
  'DMA>>S V4 sequence=10 (0xa)',
  '     Time_stamp=0x585a5525 (Dec 21 10:10:45 2016)',
  '     message type=0 (NDMP4_MESSAGE_REQUEST)',
  '     message_code=0x409 (NDMP4_DATA_LISTEN)',
  '     reply_sequence=0 (0x0)',
  '     error_code=0 (NDMP4_NO_ERR)',
  '     addr_type=0 (NDMP4_ADDR_LOCAL)',
]
  .map((line) => `Wed Dec 21 2016 10:10:32 +00:00 [kern_ndmpd:info:5123] [46049]  DEBUG: ${line}\n`)
  .join('');

describe('tabs of the capture editor', () => {
  let workbench, page, screenshot, workspace, server;
  let view;

  const tab = (name) => view.getByRole('tab', { name: new RegExp(`^${name}`) });
  const chosen = () => view.locator('[role=tab][aria-selected=true] .tab-title').innerText();
  const isChosen = (name) => until(`the tab ${name}`, async () => (await chosen()) === name);
  /** The panel in front has something to show, and nothing is waited for. */
  const filled = () =>
    until('a filled tab', async () => (await view.locator('.tab-panel.front').innerText()).trim().length > 40, 20_000);

  async function open(name, marker = 'main.app .row') {
    await workbench.command('View: Close All Editors');
    await workbench.command('View: Show Explorer');
    await workbench.doubleClickFile(name);
    view = await workbench.webview(marker);
  }

  /** Brings a message into sight: the place where one was in a file is kept. */
  async function goTo(n) {
    await tab('Timeline').click();
    await workbench.command('NDMP: Go to Message Number…');
    await workbench.answer(String(n), { waitFor: 'A message number' });
    await view.locator(`#row-${n - 1} .cell-message`).waitFor();
  }

  before(async () => {
    ({ workbench, page, screenshot, workspace, server } = await session());
    await page.getByRole('tab', { name: 'NDMP', exact: true }).first().waitFor({ timeout: 60_000 });
    writeFileSync(join(workspace, 'ndmpd.log.0000000001'), LOG);
    await open('backup-three-way.pcap');
  });
  after(async () => {
    // the next file that opens begins where captures begin
    await tab('Timeline').click();
    await page.waitForTimeout(600);
    await workbench.command('View: Close All Editors');
  });

  for (const name of TABS) {
    it(`shows ${name}`, async () => {
      await tab(name).click();
      await isChosen(name);
      await filled();
      await page.waitForTimeout(800); // drawings follow in the next frames
      await screenshot(`30-tab-${name.toLowerCase()}`);
      const panel = view.locator(`[role=tabpanel].front`);
      assert.equal(await panel.getAttribute('aria-labelledby'), await tab(name).getAttribute('id'));
    });
  }

  it('goes from tab to tab by arrow keys, by Alt and a digit, and by the palette', async () => {
    await tab('Timeline').click();
    await tab('Timeline').focus();
    await page.keyboard.press('ArrowRight');
    await isChosen('Sequence');
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    await isChosen('Timeline');
    await page.keyboard.press('Alt+4');
    await isChosen('Findings');
    await workbench.command('NDMP: Show File History');
    await isChosen('History');
  });

  it('leads from a row to its place in the sequence', async () => {
    await goTo(5);
    await view.locator('#row-4 .cell-message').click({ button: 'right' });
    await view.getByRole('menuitem', { name: /^Show in Sequence/ }).click();
    await isChosen('Sequence');
    await page.waitForTimeout(500);
    await screenshot('31-row-in-sequence');
  });

  it('explains a message beside the pointer', async () => {
    await goTo(4);
    await view.locator('#row-3 .cell-message').hover();
    await view.locator('.tooltip:visible').filter({ hasText: /\.\s*/ }).waitFor();
    await screenshot('32-hover');
    await page.mouse.move(5, 5);
  });

  it('lists jobs and findings in the side bar, which open their tabs', async () => {
    await page.getByRole('tab', { name: 'NDMP', exact: true }).first().click();
    const job = workbench.treeItem(/^Job 1: Three-way backup/).first();
    await job.waitFor();
    await screenshot('33-side-bar-jobs');
    await job.click();
    await isChosen('Sequence');
    await workbench.contextMenu(job, /^Explain Job/);
    await isChosen('Explain');
    await workbench.command('View: Show Explorer');
  });

  it('lists findings in the Problems panel, whose rules lead to them', async () => {
    await open('failing-jobs.pcap');
    await workbench.command('Problems: Focus on Problems View');
    const rule = page.locator('.markers-panel a').filter({ hasText: 'device-refused' }).first();
    await rule.waitFor();
    await screenshot('34-problems');
    await rule.click();
    await isChosen('Findings');
    await page.waitForTimeout(500);
    await screenshot('35-finding');
    await workbench.command('View: Hide Panel');
  });

  it('remembers the tab of a file', async () => {
    await tab('Statistics').click();
    await isChosen('Statistics');
    await page.waitForTimeout(900); // places are kept with a delay
    await open('failing-jobs.pcap', 'main.app .tab');
    await isChosen('Statistics');
    await tab('Timeline').click();
    await page.waitForTimeout(900);
  });

  it('opens a server log by "Open With"', async () => {
    await workbench.command('View: Close All Editors');
    await workbench.command('View: Show Explorer');
    await workbench.contextMenu(workbench.treeItem(/ndmpd\.log\.0000000001/), /^Open With/);
    await workbench.quickRow('NDMP Server Log').click();
    view = await workbench.webview('main.app .cell-message');
    await view.locator('.cell-message').filter({ hasText: 'DATA_LISTEN' }).first().waitFor();
    await screenshot('36-server-log');
  });

  it('reports no error in its log', () => {
    const log = server.extensionLog('ndmp-workbench.ndmp-workbench/NDMP Workbench.log');
    const errors = log.split('\n').filter((line) => /\[error\]/.test(line) && !/not-a-capture/.test(line));
    assert.deepEqual(errors, []);
  });
});
