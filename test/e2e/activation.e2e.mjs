import assert from 'node:assert/strict';
import { session } from './harness/session.mjs';

describe('the packed extension', () => {
  it('is installed, and its commands are in the palette', async () => {
    const { workbench, page, screenshot } = await session();
    await workbench.palette('NDMP: ');
    const rows = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'NDMP: ' });
    assert.ok((await rows.count()) >= 3);
    await screenshot('palette');
    await page.keyboard.press('Escape');
  });

  it('shows its side bar', async () => {
    const { page } = await session();
    await page.getByRole('tab', { name: 'NDMP', exact: true }).first().waitFor();
  });
});
