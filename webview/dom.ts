/** Small helpers to build DOM without markup strings: whatever comes from a capture only ever becomes text nodes. */

export type Child = Node | string | undefined | false;

export interface Attributes {
  class?: string;
  [name: string]: string | number | boolean | undefined;
}

/** An element with attributes (undefined and false are left out, true is an empty attribute) and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes?: Attributes,
  ...children: Child[]
): HTMLElementTagNameMap[K];
export function element(tag: string, attributes?: Attributes, ...children: Child[]): HTMLElement;
export function element(tag: string, attributes: Attributes = {}, ...children: Child[]): HTMLElement {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return made;
}

export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) target.removeAttribute(name);
    else target.setAttribute(name, value === true ? '' : String(value));
  }
}

/** Sets a text only when it differs, so that nothing is laid out anew in vain. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Sets a class attribute only when it differs. */
export function setClass(target: Element, classes: string): void {
  if (target.getAttribute('class') !== classes) target.setAttribute('class', classes);
}

export function show(target: HTMLElement, visible: boolean): void {
  if (target.hidden === visible) target.hidden = !visible;
}

/** A function that runs at most once a frame however often it is called. */
export function oncePerFrame(run: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      run();
    });
  };
}

/** A function that runs `delay` milliseconds after its last call, unless cancelled before. */
export function debounce<A extends unknown[]>(
  delay: number,
  run: (...args: A) => void,
): ((...args: A) => void) & { cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (...args: A): void => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), delay);
  };
  return Object.assign(later, { cancel: () => clearTimeout(timer) });
}

/** A function that runs at once, and then at most every `interval` milliseconds with the last call's arguments. */
export function throttle<A extends unknown[]>(interval: number, run: (...args: A) => void): (...args: A) => void {
  let waiting: A | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = (): void => {
    timer = undefined;
    if (!waiting) return;
    const args = waiting;
    waiting = undefined;
    timer = setTimeout(next, interval);
    run(...args);
  };
  return (...args) => {
    waiting = args;
    if (!timer) next();
  };
}

/** A function that runs one piece of work at a time; calls meanwhile make it run once more, with what is true by then. */
export function oneAtATime(run: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const start = async (): Promise<void> => {
    running = true;
    do {
      again = false;
      await run();
    } while (again);
    running = false;
  };
  return () => {
    if (running) again = true;
    else void start();
  };
}
