// Pictures of the capture view in every theme, size and situation:  npx tsx test/webview/harness/screenshots.ts [NAME…]
// They go to test-results/webview/.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openPage } from './browser';
import { startHarness } from './server';

const RESULTS = join(__dirname, '../../../test-results/webview');

interface Shot {
  query: string;
  width?: number;
  height?: number;
  then?: (page: Page) => Promise<void>;
}

const SHOTS: Record<string, Shot> = {
  'dark-1400': { query: 'theme=dark&rows=444', then: (page) => clickRow(page, 4) },
  'light-1400': { query: 'theme=light&rows=444', then: (page) => clickRow(page, 4) },
  'hc-1400': { query: 'theme=hc&rows=444', then: (page) => clickRow(page, 4) },
  'hc-light-1400': { query: 'theme=hc-light&rows=444', then: (page) => clickRow(page, 4) },
  'dark-900': { query: 'theme=dark&rows=444', width: 900, height: 760, then: (page) => clickRow(page, 4) },
  'light-1800': { query: 'theme=light&rows=444', width: 1800, height: 1100, then: (page) => clickRow(page, 4) },
  'dark-10M-end': { query: 'theme=dark', then: (page) => page.keyboard.press('End') },
  'dark-error': { query: 'theme=dark&rows=444', then: (page) => page.keyboard.press('e') },
  'dark-flood': { query: 'theme=dark&rows=444&n=25', then: (page) => clickByte(page) },
  'dark-zoom': { query: 'theme=dark&rows=444', then: drag },
  'light-zoom-hover': { query: 'theme=light&rows=444&connections=1', then: dragAndHover },
  'dark-lanes': { query: 'theme=dark&rows=4000&connections=40' },
  'dark-damaged': { query: 'theme=dark&scene=damaged&rows=444&n=61' },
  'light-damaged': { query: 'theme=light&scene=damaged&rows=444&n=61' },
  'dark-indexing': { query: 'theme=dark&scene=indexing&rows=50000' },
  'dark-nothing': { query: 'theme=dark&scene=nothing' },
  'light-failed': { query: 'theme=light&scene=failed' },
  'dark-completion': { query: 'theme=dark&rows=444', then: (page) => type(page, 'message contains "TAPE" && e') },
  'dark-filter-error': { query: 'theme=dark&rows=444', then: (page) => type(page, 'message => "TAPE"', true) },
  'light-filtered': { query: 'theme=light&rows=444', then: (page) => type(page, 'message contains "TAPE"', true) },
  'dark-no-match': { query: 'theme=dark&rows=444', then: (page) => type(page, 'message contains "NOPE"', true) },
  'dark-menu': {
    query: 'theme=dark&rows=444',
    then: (page) => page.locator('#row-6 .cell-message').click({ button: 'right' }),
  },
  'dark-exchanges': {
    query: 'theme=dark&rows=444',
    then: (page) => page.getByRole('button', { name: 'Exchanges' }).click(),
  },
  'dark-dropdown': { query: 'theme=dark&rows=444', then: (page) => page.locator('vscode-dropdown').first().click() },
  'dark-problem': { query: 'theme=dark&rows=444&n=119', then: (page) => page.mouse.move(447, 85) },
  'light-indexing': { query: 'theme=light&scene=indexing&rows=50000' },
  'hc-zoom': { query: 'theme=hc&rows=444', then: drag },
};

const clickRow = (page: Page, index: number): Promise<void> => page.locator(`#row-${index} .cell-message`).click();

async function clickByte(page: Page): Promise<void> {
  await page.locator('.hex-byte[data-at="0:70"]').click();
}

async function drag(page: Page): Promise<void> {
  await clickRow(page, 5);
  await page.mouse.move(420, 80);
  await page.mouse.down();
  await page.mouse.move(560, 90, { steps: 5 });
  await page.mouse.up();
}

async function dragAndHover(page: Page): Promise<void> {
  await drag(page);
  await page.waitForTimeout(400);
  await page.mouse.move(500, 140);
  for (let x = 200; x < 1300; x += 40) {
    await page.mouse.move(x, 140);
    if (await page.locator('.tooltip').isVisible()) break;
  }
}

async function type(page: Page, text: string, enter = false): Promise<void> {
  await page.locator('.filter-input').fill(text);
  await page.locator('.filter-input').press('End');
  if (enter) await page.keyboard.press('Enter');
}

async function takeAll(names: readonly string[]): Promise<void> {
  mkdirSync(RESULTS, { recursive: true });
  const harness = await startHarness();
  const { browser, page } = await openPage();
  page.on('console', (message) => console.log(`console: ${message.text()}`));
  page.on('pageerror', (error) => console.log(`error: ${error.message}`));
  for (const [name, { query, width = 1400, height = 900, then }] of Object.entries(SHOTS)) {
    if (names.length > 0 && !names.some((wanted) => name.includes(wanted))) continue;
    await page.setViewportSize({ width, height });
    await page.goto(`${harness.url}?${query}`);
    await page.waitForTimeout(350);
    await then?.(page);
    await page.waitForTimeout(450);
    await page.screenshot({ path: join(RESULTS, `${name}.png`) });
    console.log(name);
  }
  await browser.close();
  await harness.stop();
}

void takeAll(process.argv.slice(2));
