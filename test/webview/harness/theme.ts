import themes from './themes.json';

/** Does what VS Code does to a webview's document: variables on the root element, the kind of theme on the body. */
type ThemeName = keyof typeof themes;

const KINDS: Record<ThemeName, string> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  hc: 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast-light vscode-high-contrast',
};

const FONTS = {
  '--vscode-font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  '--vscode-font-size': '13px',
  '--vscode-font-weight': 'normal',
  '--vscode-editor-font-family': '"Droid Sans Mono", "monospace", monospace',
  '--vscode-editor-font-size': '14px',
};

function applyTheme(name: ThemeName): void {
  const { style } = document.documentElement;
  for (const key of [...style]) style.removeProperty(key);
  for (const [key, value] of Object.entries({ ...FONTS, ...themes[name] })) style.setProperty(key, value);
  document.body.className = KINDS[name];
}

applyTheme((new URLSearchParams(location.search).get('theme') ?? 'dark') as ThemeName);
Object.assign(window, { applyTheme });
