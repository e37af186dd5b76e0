import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { darkPalette, diagram, svgText } from '../../src/drawing/sequence';
import { captureAnalysis, drawnJobs } from '../drawing/sequence/support';
import { describeWithPeer } from '../support/peers';
import { openPage } from '../webview/harness/browser';

/** Captures that differ in what a diagram has: one lifeline or four, pauses, old versions, failures, many sessions. */
const CHOSEN = [
  'local-v2.pcap',
  'multitape-v2.pcap',
  'ndmpd-threeway-v4.pcap',
  'job-failures.pcap',
  'robot-v4.pcap',
  'edited-lost-segments.pcap',
];

describeWithPeer('chromium', 'peer: sequence diagrams in a real browser', () => {
  let browser: Browser;
  let page: Page;
  before(async function () {
    this.timeout(30_000);
    ({ browser, page } = await openPage());
  });
  after(() => browser?.close());

  for (const name of CHOSEN) {
    it(`${name}: is a picture in which no text lies on another`, async () => {
      for (const job of drawnJobs(captureAnalysis(name))) {
        const svg = svgText(diagram([job]), { title: job.outline.title, description: '', dark: darkPalette });
        await page.goto(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`);
        const found = await page.evaluate(() => {
          const broken = document.querySelector('parsererror')?.textContent ?? '';
          const boxes = [...document.querySelectorAll('text')].map((text) => {
            const { x, y, width, height } = text.getBBox();
            // the box of a line of text is higher than its letters
            return { x, width, y: y + 0.15 * height, height: 0.7 * height, text: text.textContent ?? '' };
          });
          const right = document.documentElement.getAttribute('width');
          const overlaps: string[] = [];
          boxes.forEach((a, i) => {
            if (a.x < 0 || a.x + a.width > Number(right)) overlaps.push(`outside: ${a.text}`);
            for (const b of boxes.slice(i + 1)) {
              const apart =
                a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
              if (!apart) overlaps.push(`${a.text} | ${b.text}`);
            }
          });
          return { broken, texts: boxes.length, overlaps };
        });
        assert.equal(found.broken, '');
        assert.ok(found.texts > 3);
        assert.deepEqual(found.overlaps, [], job.outline.title);
      }
    }).timeout(60_000);
  }
});
