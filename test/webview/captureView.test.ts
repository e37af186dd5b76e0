import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import type { WebviewMessage } from '../../src/extension/messages';
import { describeWithPeer } from '../support/peers';
import { openPage } from './harness/browser';
import { startHarness, type Harness } from './harness/server';

/** What the view told its host of one type. */
function told<T extends WebviewMessage['type']>(page: Page, type: T): Promise<Extract<WebviewMessage, { type: T }>[]> {
  return page.evaluate(
    (wanted) =>
      (window as unknown as { harness: { told: WebviewMessage[] } }).harness.told.filter((m) => m.type === wanted),
    type,
  ) as Promise<Extract<WebviewMessage, { type: T }>[]>;
}

describeWithPeer('chromium', 'capture view in a browser', function () {
  this.timeout(60_000);
  let harness: Harness;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  before(async () => {
    harness = await startHarness();
    ({ browser, page } = await openPage());
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  after(async () => {
    await browser?.close();
    await harness?.stop();
  });
  beforeEach(() => {
    complaints.length = 0;
  });
  afterEach(async () => {
    assert.deepEqual(complaints, []);
    assert.deepEqual(await told(page, 'viewError'), []);
  });

  async function open(query: string): Promise<void> {
    await page.goto(`${harness.url}?${query}`);
    await page.locator('.app').waitFor();
  }
  const row = (index: number) => page.locator(`#row-${index}`);
  const selected = (n: string) =>
    page.locator('.table .row.selected .cell-n', { hasText: new RegExp(`^${n}$`) }).waitFor();

  it('shows the first messages, and selects the first', async () => {
    await open('rows=444');
    assert.match(await row(0).innerText(), /CONNECT_OPEN/);
    assert.equal(await row(0).getAttribute('aria-rowindex'), '2');
    assert.equal(await page.getByRole('grid', { name: 'Messages' }).getAttribute('aria-rowcount'), '445');
    await page.locator('.detail h2', { hasText: 'CONNECT_OPEN' }).waitFor();
  });

  it('reaches the last of ten million rows by key, and moves by single rows there', async () => {
    await open('rows=10000000');
    await row(0).waitFor();
    await page.keyboard.press('End');
    await row(9_999_999).locator('.cell-message', { hasText: 'MOVER' }).waitFor();
    await selected('10.000.000');
    await page.keyboard.press('ArrowUp');
    await selected('9.999.999');
    const wheeled = page.locator('.table');
    await wheeled.hover();
    await page.mouse.wheel(0, -2200);
    await row(9_999_895).waitFor();
  });

  it('reaches any row by the scroll bar', async () => {
    await open('rows=10000000');
    await row(0).waitFor();
    const first = await page.locator('.table').evaluate(async (table) => {
      table.scrollTop = (table.scrollHeight - table.clientHeight) / 2;
      await new Promise((done) => setTimeout(done, 200));
      const numbers = [...table.querySelectorAll<HTMLElement>('.vlist-layer > [data-index]')];
      return Math.min(...numbers.map((one) => Number(one.dataset['index'])));
    });
    assert.ok(Math.abs(first - 5_000_000) < 100, String(first));
    await row(first + 2)
      .locator('.cell-message', { hasNotText: 'loading' })
      .waitFor();
  });

  it('jumps between request and reply', async () => {
    await open('rows=444');
    await row(2).click();
    await page.keyboard.press('r');
    await page.locator('.detail-sentence', { hasText: 'reply 4 to request 3' }).waitFor();
    await page.getByRole('button', { name: 'Request' }).click();
    await page.locator('.detail-sentence', { hasText: 'request 3 and its reply' }).waitFor();
  });

  it('goes to the next error', async () => {
    await open('rows=444');
    await row(0).click();
    await page.keyboard.press('e');
    await page.locator('.trouble', { hasText: 'DEVICE_BUSY' }).waitFor();
    await selected('71');
  });

  it('links fields and bytes both ways', async () => {
    await open('rows=444&n=9');
    await page.getByRole('treeitem', { name: /device/ }).click();
    await page.locator('.hex-byte.marked').first().waitFor();
    assert.equal(await page.locator('.hex-byte.marked').count(), 12);
    await page.locator('.hex-byte[data-at="0:38"]').click();
    const chosen = page.locator('.field.selected');
    await chosen.filter({ hasText: 'mode' }).waitFor();
    await page.locator('.hex').press('ArrowDown');
    await chosen.filter({ hasText: 'LEVEL' }).waitFor();
  });

  it('loads more of a long array, and the page that holds a byte far away', async () => {
    await open('rows=444&n=25');
    const tree = page.locator('.tree');
    await tree.getByRole('treeitem', { name: /files/ }).waitFor();
    await page.locator('.hex').click();
    await page.locator('.hex').press('End');
    await page.locator('.field.selected', { hasText: 'fh_info' }).waitFor();
    assert.match(await tree.innerText(), /\[4999\]/);
  });

  it('applies a filter, and points at what is wrong with one', async () => {
    await open('rows=444');
    const input = page.getByRole('combobox', { name: 'Filter' });
    await input.fill('message => "TAPE"');
    await input.press('Enter');
    await page.locator('.filter-error', { hasText: 'Column 9' }).waitFor();
    assert.equal(await input.getAttribute('aria-invalid'), 'true');
    await input.fill('message contains "TAPE"');
    await input.press('Enter');
    await page.locator('.match-count', { hasText: '48 of 444' }).waitFor();
    await input.fill('message contains "NOPE"');
    await input.press('Enter');
    await page.getByRole('button', { name: 'Clear Filter', exact: true }).click();
    await page.locator('.match-count', { hasText: /^444/ }).waitFor();
  });

  it('completes while typing', async () => {
    await open('rows=444');
    const input = page.getByRole('combobox', { name: 'Filter' });
    await input.pressSequentially('lat');
    await page.getByRole('option', { name: /latency/ }).waitFor();
    await input.press('Tab');
    assert.equal(await input.inputValue(), 'latency');
  });

  it('zooms by dragging, by key, and back', async () => {
    await open('rows=444');
    await page.mouse.move(420, 80);
    await page.mouse.down();
    await page.mouse.move(560, 90, { steps: 4 });
    await page.mouse.up();
    await page.locator('.gutter-note', { hasText: /^shown: 1\.8/ }).waitFor();
    await row(68).waitFor();
    const handle = page.getByRole('slider', { name: 'Start of the shown time' });
    await handle.focus();
    await page.keyboard.press('-');
    await page.locator('.gutter-note', { hasText: /^shown: 3\.7/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.brush').waitFor({ state: 'hidden' });
  });

  it('selects by clicking and stepping in the waterfall', async () => {
    await open('rows=444');
    await page.waitForTimeout(200);
    const lanes = (await page.locator('.lanes').boundingBox())!;
    await page.mouse.click(350, lanes.y + 13);
    await page.locator('.detail h2', { hasText: 'SCSI_EXECUTE_CDB' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.locator('.detail h2', { hasText: 'MOVER_SET_WINDOW' }).waitFor();
  });

  it('says when there is nothing, and offers another editor', async () => {
    await open('scene=nothing');
    await page.getByRole('heading', { name: 'No NDMP in this capture.' }).waitFor();
    await page.getByRole('button', { name: 'Reopen Editor With…' }).click();
    assert.equal((await told(page, 'reopenWith')).length, 1);
    await open('scene=failed');
    await page.getByText('it is a zip archive').waitFor();
  });

  it('says where the capture is damaged and leads there', async () => {
    await open('scene=damaged&rows=444');
    await page.getByRole('button', { name: 'Show', exact: true }).first().click();
    await selected('61');
    await page.getByRole('button', { name: '1 more place' }).click();
    assert.equal(await page.locator('.banner-list li').count(), 3);
  });

  it('shows progress and cancels', async () => {
    await open('scene=indexing&rows=5000');
    assert.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), '46');
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await told(page, 'cancel')).length, 1);
  });

  it('keeps names from the capture out of the markup', async () => {
    await open('rows=444&hostile');
    await page.locator('.cell-summary', { hasText: '<img src=x' }).first().waitFor();
    await row(0).click();
    assert.equal(await page.locator('img, script[src=x]').count(), 0);
  });

  it('lets the host remember widths and place', async () => {
    await open('rows=444');
    const header = page.getByRole('columnheader', { name: 'Message' });
    await header.focus();
    await page.keyboard.press('Shift+ArrowRight');
    await row(5).click();
    await page.waitForTimeout(600);
    const layouts = await told(page, 'layout');
    const positions = await told(page, 'position');
    assert.equal(layouts.at(-1)?.layout.columns.message, 244);
    assert.equal(positions.at(-1)?.position.n, 6);
  });
});
