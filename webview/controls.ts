/**
 * The one place that knows which library draws the form controls. Everywhere else they are used by tag name only
 * (`vscode-button`, `vscode-dropdown`, …), so that another library with the same tags can take its place here.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
} from '@vscode/webview-ui-toolkit';
import { element, type Attributes, type Child } from './dom';

export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());
}

/** What a drop-down has beside HTMLElement. */
export interface DropdownElement extends HTMLElement {
  value: string;
}

/** ARIA states that the toolkit's button hands on to its inner button only when they are set as properties. */
interface ButtonElement extends HTMLElement {
  ariaPressed: string | null;
  ariaHaspopup?: string;
}

export function button(attributes: Attributes, onClick: () => void, ...children: Child[]): HTMLElement {
  const made = element('vscode-button', attributes, ...children) as ButtonElement;
  if (attributes['aria-haspopup']) made.ariaHaspopup = String(attributes['aria-haspopup']);
  made.addEventListener('click', onClick);
  return made;
}

/** A button that is on or off. */
export function toggle(attributes: Attributes, onClick: () => void, ...children: Child[]): HTMLElement {
  const made = button({ appearance: 'secondary', ...attributes }, onClick, ...children);
  setPressed(made, false);
  return made;
}

export function setPressed(target: HTMLElement, on: boolean): void {
  target.setAttribute('aria-pressed', String(on));
  target.ariaPressed = String(on);
}

export function dropdown(label: string, options: [value: string, text: string][]): DropdownElement {
  const made = element('vscode-dropdown', { 'aria-label': label }) as DropdownElement;
  setOptions(made, options);
  return made;
}

export function setOptions(target: DropdownElement, options: [value: string, text: string][]): void {
  const { value } = target;
  target.replaceChildren(...options.map(([key, text]) => element('vscode-option', { value: key }, text)));
  if (options.some(([key]) => key === value)) queueMicrotask(() => (target.value = value));
}
