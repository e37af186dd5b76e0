import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { TABS, type WebviewMessage } from '../../src/extension/messages';
import { findCapture } from '../support/captures';
import { describeWithPeer } from '../support/peers';
import { openPage } from './harness/browser';
import { startHarness, type Harness } from './harness/server';

/** Captures whose tabs must all be shown without a complaint: whole ones, damaged ones, with names that look like markup. */
const CAPTURES = [
  'threeway-v4.pcap',
  'job-failures.pcap',
  'file-names.pcap',
  'edited-start-mid-message.pcap',
  'edited-corrupt-random-bytes.pcap',
  'edited-lost-segments.pcap',
];

describeWithPeer('chromium', 'tabs in a browser', function () {
  this.timeout(90_000);
  let harness: Harness;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  before(async () => {
    ({ browser, page } = await openPage());
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  after(() => browser?.close());
  beforeEach(() => void (complaints.length = 0));
  afterEach(async () => {
    const told = await page.evaluate(() =>
      (window as unknown as { harness: { told: WebviewMessage[] } }).harness.told.filter(
        ({ type }) => type === 'viewError',
      ),
    );
    await page.goto('about:blank'); // else it goes on asking
    await harness.stop();
    assert.deepEqual(told, []);
    assert.deepEqual(complaints, []);
  });

  async function open(name: string, query = ''): Promise<void> {
    const path = findCapture(name);
    assert.ok(path, `${name} is not there`);
    harness = await startHarness(0, path);
    await page.goto(`${harness.url}?${query}`);
    await page.locator('.app').waitFor();
  }
  /** Ids of the tabs beside the timeline, in the order of the strip. */
  const ids = async (): Promise<string[]> =>
    (
      await page
        .getByRole('tab')
        .all()
        .then((all) => Promise.all(all.map((each) => each.getAttribute('id'))))
    )
      .map((id) => id!.slice('tab-'.length))
      .filter((id) => id !== 'timeline');
  const tab = (name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) });
  const isChosen = (name: string) => page.locator('[role=tab][aria-selected=true]', { hasText: name }).waitFor();

  it('follow ARIA: one is in the tab order, arrow keys choose, each names its panel', async () => {
    await open('threeway-v4.pcap');
    assert.equal(await page.getByRole('tablist').count(), 1);
    assert.equal(await page.locator('[role=tab][tabindex="0"]').count(), 1);
    await tab('Timeline').focus();
    await page.keyboard.press('ArrowRight');
    await isChosen('Sequence');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'tab-sequence');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.evaluate(() => document.activeElement?.id), `tab-${(await ids()).at(-1)}`);
    await page.keyboard.press('Home');
    await isChosen('Timeline');
    for (const each of await page.getByRole('tab').all()) {
      const panel = page.locator(`#${await each.getAttribute('aria-controls')}`);
      assert.equal(await panel.getAttribute('role'), 'tabpanel');
      assert.equal(await panel.getAttribute('aria-labelledby'), await each.getAttribute('id'));
    }
  });

  it('are made when they are first opened, and come by Alt and a digit', async () => {
    await open('threeway-v4.pcap');
    await page.locator('.row').first().waitFor();
    assert.equal(await page.locator('#panel-findings > *').count(), 0);
    await page.locator('.table').focus();
    await page.keyboard.press('Alt+4');
    await isChosen('Findings');
    assert.equal(await page.locator('#panel-findings > *').count(), 1);
    await page.keyboard.press('Alt+1');
    await isChosen('Timeline');
  });

  it('begin where the user was, and keep the selected message', async () => {
    await open('threeway-v4.pcap', 'tab=findings&n=40');
    await isChosen('Findings');
    await tab('Timeline').click();
    await page.locator('.table .row.selected .cell-n', { hasText: /^40$/ }).waitFor();
  });

  it("lead from a row's menu and from the detail pane to the job's tabs", async () => {
    await open('threeway-v4.pcap', 'n=40');
    await page.locator('.table .row.selected .cell-message').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Show in Sequence' }).click();
    await isChosen('Sequence');
    await tab('Timeline').click();
    await page.locator('.meaning .link', { hasText: 'Explain' }).click();
    await isChosen('Explain');
  });

  it('explain a message under the pointer, and the findings at it', async () => {
    await open('job-failures.pcap', 'n=1');
    await page.locator('.row .cell-n.found-error, .row .cell-n.found-warning').first().waitFor();
    await page.locator('#row-1 .cell-message').hover();
    const tooltip = page.locator('.tooltip:visible');
    await tooltip.waitFor();
    assert.match(await tooltip.innerText(), /\.$/m);
    await page.keyboard.press('ArrowDown');
    await tooltip.waitFor({ state: 'hidden' });
  });

  it('stand in the order of their keys', async () => {
    await open('threeway-v4.pcap');
    const shown = await ids();
    assert.deepEqual(
      shown,
      TABS.filter((id) => shown.includes(id)),
    );
    assert.ok(shown.length >= 6);
  });

  for (const name of CAPTURES) {
    it(`show ${name} without a complaint`, async () => {
      await open(name);
      for (const id of await ids()) {
        await page.locator(`#tab-${id}`).click();
        await page.locator(`#panel-${id}.front > *`).waitFor();
        await page.waitForTimeout(350);
      }
      assert.equal(await page.locator('.tab-panel script, .tab-panel img[onerror]').count(), 0);
    });
  }
});
