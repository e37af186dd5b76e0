import type { InterfaceName } from '../src/extension/messages';
import { cssColor, inkOn, over, parseColor, type Rgb } from './color';
import { INTERFACES } from './interfaces';
import { Signal } from './signal';

/** The theme's colours as a canvas needs them; everything else takes them in style sheets. */
export interface Theme {
  highContrast: boolean;
  background: string;
  foreground: string;
  dim: string;
  line: string;
  focus: string;
  error: string;
  warning: string;
  /** What a tap did. */
  mark: string;
  /** Borders that only high contrast themes define. */
  contrastBorder?: string;
  font: string;
  fill: Record<InterfaceName, string>;
  /** Text on `fill`. */
  ink: Record<InterfaceName, string>;
}

const FALLBACK: Rgb = { r: 128, g: 128, b: 128, a: 1 };

function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const variable = (...names: string[]): string =>
    names.map((name) => style.getPropertyValue(name).trim()).find((value) => value !== '') ?? '';
  const background = variable('--vscode-editor-background');
  const foreground = variable('--vscode-foreground', '--vscode-editor-foreground');
  const ground = parseColor(background) ?? FALLBACK;
  const fill = {} as Record<InterfaceName, string>;
  const ink = {} as Record<InterfaceName, string>;
  for (const { name, variable: colour } of INTERFACES) {
    const parsed = parseColor(variable(colour, '--vscode-descriptionForeground')) ?? FALLBACK;
    const solid = over(parsed, ground);
    fill[name] = cssColor(solid);
    ink[name] = cssColor(inkOn(solid));
  }
  return {
    highContrast: document.body.className.includes('vscode-high-contrast'),
    background,
    foreground,
    dim: variable('--vscode-descriptionForeground', '--vscode-foreground'),
    line: variable('--vscode-contrastBorder', '--vscode-panel-border', '--vscode-editorGroup-border'),
    focus: variable('--vscode-focusBorder'),
    error: variable('--vscode-editorError-foreground', '--vscode-errorForeground'),
    warning: variable('--vscode-editorWarning-foreground'),
    mark: variable('--vscode-charts-purple', '--vscode-foreground'),
    contrastBorder: variable('--vscode-contrastBorder') || undefined,
    font: style.fontFamily,
    fill,
    ink,
  };
}

/** The theme, read again when VS Code changes it (it rewrites body's class and the variables on the root element). */
export function followTheme(): Signal<Theme> {
  const theme = new Signal(readTheme());
  const observer = new MutationObserver(() => {
    theme.value = readTheme();
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  return theme;
}
