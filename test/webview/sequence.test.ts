import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import type { WebviewMessage } from '../../src/extension/messages';
import { findCapture } from '../support/captures';
import { describeWithPeer } from '../support/peers';
import { openPage } from './harness/browser';
import { startHarness, type Harness } from './harness/server';

type Asked = Extract<WebviewMessage, { type: 'ask' }>;

describeWithPeer('chromium', 'sequence tab in a browser', function () {
  this.timeout(90_000);
  let harness: Harness;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  before(async () => {
    ({ browser, page } = await openPage());
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    const path = findCapture('ndmpd-threeway-v4.pcap');
    assert.ok(path);
    harness = await startHarness(0, path);
  });
  after(async () => {
    await browser?.close();
    await harness?.stop();
  });
  beforeEach(async () => {
    complaints.length = 0;
    await page.goto(`${harness.url}?tab=sequence&job=1`);
    await line('MOVER_LISTEN').waitFor();
  });
  afterEach(() => assert.deepEqual(complaints, []));

  const line = (text: string) => page.locator('.sequence-line', { hasText: text }).first();
  const count = () => page.locator('.sequence-count').textContent();
  const words = () => page.locator('.sequence-words').textContent();
  const until = (what: () => Promise<boolean>) => eventually(what);
  const told = () => page.evaluate(() => (window as unknown as { harness: { told: WebviewMessage[] } }).harness.told);
  const asked = async (what: string) =>
    (await told()).filter((message): message is Asked => message.type === 'ask' && message.what === what);
  async function choose(button: string, item: string): Promise<void> {
    await page.locator('.sequence-toolbar vscode-button', { hasText: button }).first().click();
    await page.getByRole('menuitem', { name: new RegExp(item) }).click();
  }

  it('draws lifelines, phases, states and the data connection', async () => {
    const heads = await page.locator('.sequence-head text').allTextContents();
    assert.deepEqual(
      heads.filter((_text, i) => i % 2 === 0),
      ['DMA', 'Data server', 'Tape server'],
    );
    const drawn = (await page.locator('.sequence-picture text').allTextContents()).join('\n');
    for (const text of ['connect', 'post-processing', 'LISTEN', 'PAUSED: SEEK', 'data connection, 516 kB, 6.0 MB/s'])
      assert.ok(drawn.includes(text), text);
  });

  it('opens a fold where it stands and closes it again', async () => {
    const folded = await count();
    await line('LOG_MESSAGE × 2').click();
    await until(async () => (await count()) !== folded);
    await line('▾').waitFor();
    assert.equal(await page.locator('.sequence-line', { hasText: 'Tape server: remote at' }).count(), 2);
    await line('▾').click();
    await until(async () => (await count()) === folded);
    await choose('Folds', 'Polling');
    await until(async () => (await count()) !== folded);
    assert.equal(await page.locator('.sequence-line', { hasText: 'GET_STATE × ' }).count(), 0);
  });

  it('selects messages for the other tabs, and follows what they select', async () => {
    await line('DATA_CONNECT').click();
    const n = (await told()).findLast((message) => message.type === 'selected')?.n;
    assert.match((await words()) ?? '', new RegExp(`DATA_CONNECT to 127.0.0.3:42899 → ok .*messages ${n} and`));
    await line('TAPE_OPEN').dblclick();
    await page.locator('[role=tab][aria-selected=true]', { hasText: 'Timeline' }).waitFor();
    await page.locator('.tab-panel-timeline').getByText('MOVER_SET_WINDOW').first().click();
    await page.getByRole('tab', { name: /^Sequence/ }).click();
    await until(async () => /MOVER_SET_WINDOW/.test((await words()) ?? ''));
  });

  it('is moved, searched and zoomed by keys', async () => {
    await page.locator('.sequence-scroller').focus();
    await page.keyboard.press('Home');
    await until(async () => /NOTIFY_CONNECTION_STATUS/.test((await words()) ?? ''));
    await page.keyboard.press('End');
    await until(async () => /GET_STATE/.test((await words()) ?? ''));
    await page.keyboard.press('/');
    await page.keyboard.type('restore stopped');
    await page.keyboard.press('Shift+Enter');
    await until(async () => /ERROR: Read from remote error\. Restore stopped/.test((await words()) ?? ''));
    assert.equal(await page.locator('.sequence-line[aria-selected=true]').count(), 1);
    await page.locator('.sequence-scroller').focus();
    await page.keyboard.press('-');
    await until(async () => (await page.locator('.sequence-zoom').textContent()) === '83 %');
    await page.keyboard.press('0');
    await until(async () => (await page.locator('.sequence-zoom').textContent()) === '100 %');
  });

  it('goes from finding to finding and tells them', async () => {
    await page.locator('.sequence-scroller').focus();
    await page.keyboard.press('Home');
    await until(async () => {
      await page.keyboard.press('m');
      return /(error|warning|note) [a-z-]+: /.test((await words()) ?? '');
    });
  });

  it('hands pictures and texts to the host', async () => {
    const saved = async (extension: string): Promise<Asked | undefined> =>
      (await asked('saveFile')).find(({ ask }) => 'name' in ask && ask.name === `sequence-job-2.${extension}`);
    for (const [item, extension] of [
      ['Save as SVG', 'svg'],
      ['Save as PNG', 'png'],
      ['Save as Mermaid', 'mmd'],
    ] as const) {
      await choose('Export', item);
      await until(async () => (await saved(extension)) !== undefined);
    }
    const png = (await saved('png'))?.ask;
    assert.ok(png && 'content' in png);
    assert.deepEqual(Object.values(png.content).slice(1, 4).map(Number), [0x50, 0x4e, 0x47]);
    await choose('Export', 'Copy as PlantUML');
    await until(async () => (await asked('copyText')).length === 1);
    const [{ ask }] = await asked('copyText');
    assert.ok('text' in ask && ask.text.startsWith('@startuml\n'));
  });
});

async function eventually(what: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await what())) {
    assert.ok(Date.now() < end, 'it did not happen in time');
    await new Promise((done) => setTimeout(done, 100));
  }
}
