import { chromium, type Browser, type Page } from 'playwright-core';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
];

/** A page in a headless Chromium. */
export async function openPage(): Promise<{ browser: Browser; page: Page }> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, headless: true, args: ARGS });
  return { browser, page: await browser.newPage({ viewport: { width: 1400, height: 900 } }) };
}
