import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { describeWithPeer } from '../../support/peers';
import { Play } from '../../support/play';
import { attributes, entry, folder } from '../../analysis/history/support';
import { openPage } from '../harness/browser';
import { startHarness, type Harness } from '../harness/server';

const MARKUP = '<img src=x onerror=alert(1)>';

/** A backup with names that would do harm, an orphan, and directories deep down. */
function hostileCapture(path: string): void {
  const play = new Play();
  const talk = play.connect('10.0.0.1', '10.0.0.2');
  const env = [
    { name: 'FILESYSTEM', value: '/vol/v' },
    { name: MARKUP, value: '\u001b[31m\u202eabc' },
  ];
  talk.ask('NDMP_DATA_START_BACKUP', { bu_type: 'dump', env });
  talk.post('NDMP_FH_ADD_DIR', {
    dirs: [
      entry('.', 2, 2),
      entry('..', 2, 2),
      entry(MARKUP, 3, 2),
      entry('b\u202etxt.exe', 4, 2),
      entry('c\n\u001b[31m', 5, 3),
      entry('lost', 50, 40),
    ],
  });
  talk.post('NDMP_FH_ADD_DIR', {
    dirs: Array.from({ length: 1000 }, (_unused, i) => entry(`deep-${i}`, 1000 + i, i === 0 ? 2 : 999 + i)),
  });
  talk.post('NDMP_FH_ADD_NODE', { nodes: [folder(2), folder(3), attributes(4, 40), attributes(5, 50)] });
  talk.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
  writeFileSync(path, play.bytes());
}

describeWithPeer('chromium', 'history tab in a browser', function () {
  this.timeout(60_000);
  let harness: Harness;
  let browser: Browser;
  let page: Page;
  const scratch = mkdtempSync(join(tmpdir(), 'ndmp-history-'));
  const complaints: string[] = [];

  before(async () => {
    const capture = join(scratch, 'hostile.pcap');
    hostileCapture(capture);
    harness = await startHarness(0, capture);
    ({ browser, page } = await openPage());
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    await page.goto(`${harness.url}?theme=dark&tab=history&job=0`);
    await row('/').waitFor();
  });
  after(async () => {
    await browser?.close();
    await harness?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });
  afterEach(() => assert.deepEqual(complaints, []));

  const row = (name: string) => page.locator('.file-row:not(.head)', { has: page.getByText(name, { exact: true }) });
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };

  it('shows names as text, whatever they are', async () => {
    await row(`${MARKUP}/`).waitFor();
    await row('b\\u{202e}txt.exe').waitFor();
    await page.locator('.file-list').focus();
    await press('Home', 'ArrowDown', 'ArrowRight');
    await row('c\\x0a\\x1b[31m').waitFor();
  });

  it('is a tree that is moved in by keys, and tells screen readers so', async () => {
    const active = async (): Promise<string | null> =>
      page
        .locator(`#${await page.locator('.file-list').getAttribute('aria-activedescendant')} .file-text`)
        .textContent();
    // rows are drawn in the frame after the key
    const isActive = async (name: string): Promise<void> => {
      for (const end = Date.now() + 5000; Date.now() < end && (await active()) !== name;) await page.waitForTimeout(20);
      assert.equal(await active(), name);
    };
    const isExpanded = (state: string) => opened.and(page.locator(`[aria-expanded="${state}"]`)).waitFor();
    await page.locator('.file-list').focus();
    await press('Home', 'ArrowDown');
    const opened = row(`${MARKUP}/`);
    await isActive(`${MARKUP}/`);
    await isExpanded('true');
    assert.equal(await opened.getAttribute('aria-level'), '2');
    await press('ArrowLeft');
    await isExpanded('false');
    await press('ArrowLeft');
    await isActive('/');
    await page.locator('.file-detail h2', { hasText: /^\/$/ }).waitFor();
  });

  it('finds files', async () => {
    await page.locator('.file-search-input').fill('deep-99?');
    await page.getByText('10 found').waitFor();
    assert.equal(await page.locator('.file-row:not(.head):visible').count(), 10);
    await page.getByRole('button', { name: 'Clear search' }).click();
    await row('/').waitFor();
  });

  it('lists what is wrong, and leads there', async () => {
    await page.locator('.file-problems summary', { hasText: 'Directory without a place' }).click();
    await page.locator('.problem-places .link').first().click();
    await page.locator('.file-row.selected', { hasText: '(node 40 without a place)' }).waitFor();
  });

  it('selects the message of a file in the timeline', async () => {
    await row('b\\u{202e}txt.exe').dblclick();
    await page.locator('.table .row.selected', { hasText: 'FH_ADD_NODE' }).waitFor();
    await page.getByRole('tab', { name: /^History/ }).click();
    await row('/').waitFor();
  });

  it('compares the environment', async () => {
    await page.getByRole('tab', { name: /^Environment/ }).click();
    await page.getByRole('rowheader', { name: MARKUP }).waitFor();
    assert.equal(await page.locator('.environment-table .value').last().textContent(), '\\x1b[31m\\u{202e}abc');
    await page.keyboard.press('ArrowRight');
    await page.getByText('This job recovers nothing').waitFor();
  });
});
