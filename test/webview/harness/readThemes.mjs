// Reads the colours of VS Code's own themes into themes.json, as far as the view and its controls use them:
//   node test/webview/harness/readThemes.mjs
// Needs the VS Code of the end-to-end tests (scripts/install-vscode.sh).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from '../../e2e/harness/browser.mjs';
import { ROOT } from '../../e2e/harness/paths.mjs';
import { startServer } from '../../e2e/harness/server.mjs';

const THEMES = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  hc: 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
};

/** The variables that are named in the view's sources and in the controls' library. */
function usedVariables() {
  const view = join(ROOT, 'webview');
  const files = readdirSync(view, { recursive: true }).filter((file) => /\.(ts|css)$/.test(file));
  const controls = join(ROOT, 'node_modules/@vscode/webview-ui-toolkit/dist/toolkit.js');
  const sources = [...files.map((file) => join(view, file)), controls].map((file) => readFileSync(file, 'utf8'));
  return new Set(sources.join('\n').match(/--vscode-[\w-]+/g));
}

/** All colours of the workbench that a page shows. */
function variablesOf(page) {
  return page.evaluate(() => {
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule.style);
    const found = {};
    for (const { style } of rules)
      for (const name of style) if (name.startsWith('--vscode-')) found[name] = style.getPropertyValue(name).trim();
    return found;
  });
}

const used = usedVariables();
const themes = {};
const browser = await startBrowser();
for (const [key, name] of Object.entries(THEMES)) {
  const server = await startServer({
    settings: { 'workbench.colorTheme': name, 'window.autoDetectColorScheme': false },
  });
  await browser.page.goto(server.url, { waitUntil: 'domcontentloaded' });
  await browser.page.locator('.monaco-workbench .part.editor').waitFor({ timeout: 60_000 });
  await browser.page.waitForTimeout(4000); // the theme comes after the first picture
  const variables = Object.entries(await variablesOf(browser.page));
  themes[key] = Object.fromEntries(variables.filter(([variable]) => used.has(variable)).sort());
  await server.stop();
}
await browser.stop();
writeFileSync(join(ROOT, 'test/webview/harness/themes.json'), JSON.stringify(themes, null, 2) + '\n');
