/** Icons drawn on a 16 × 16 grid with the text's own colour, so that every theme fits. */
const PATHS = {
  toServer: 'M2 8h11M9.5 4.5 13 8l-3.5 3.5',
  toDma: 'M14 8H3M6.5 4.5 3 8l3.5 3.5',
  post: 'M4 14V2.5M4 3h8.5l-2 3 2 3H4',
  error: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.8v4M8 10.6v1',
  warning: 'M8 2 1.8 13.2h12.4L8 2ZM8 6.3v3.4M8 11v1',
  expanded: 'm4 6 4 4 4-4',
  collapsed: 'm6 4 4 4-4 4',
  close: 'm4 4 8 8M12 4l-8 8',
  filter: 'M2 3.5h12L9.5 8.8v4.4l-3 .8V8.8L2 3.5Z',
  bookmark: 'M4.2 2h7.6v12L8 10.8 4.2 14V2Z',
  jump: 'M3 12.5V9a3 3 0 0 1 3-3h7M10 2.8 13.2 6 10 9.2',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8v-8Z',
  previous: 'M8 13V3.5M4 7.5l4-4 4 4',
  next: 'M8 3v9.5M4 8.5l4 4 4-4',
  reset: 'M2.5 8h11M5 5.5 2.5 8 5 10.5M11 5.5 13.5 8 11 10.5',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  stop: 'M4 4h8v8H4V4Z',
  mark: 'M3.5 14V2M3.5 2.5h9l-2.2 3 2.2 3h-9',
  timeline: 'M2 4h7M5 8h9M2 12h6',
  sequence: 'M4 2v12M12 2v12M4 5.5h7M9.3 3.8 11.3 5.5 9.3 7.2M12 10.5H5M6.7 8.8l-2 1.7 2 1.7',
  affinity: 'M3 2.5h4v4H3v-4ZM9 9.5h4v4H9v-4ZM7 4.5h4v5M5 6.5v5h4',
  note: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 7.4v4M8 4.8v.6',
  findings: 'M8 2 1.8 13.2h12.4L8 2ZM8 6.3v3.4M8 11v1',
  history: 'M2 4h4l1.5 2H14v7H2V4Z',
  statistics: 'M3 13V8M7 13V3M11 13v-4M2 13.5h12',
  explain: 'M4 2h6l3 3v9H4V2ZM10 2v3h3M6 8h5M6 11h5',
  diff: 'M5 2v12M11 2v12M2.5 5h5M8.5 11h5M11 8.5v5',
} as const;

export type IconName = keyof typeof PATHS;

/** Whether there is an icon of this name. */
export function isIconName(name: string): name is IconName {
  return Object.hasOwn(PATHS, name);
}

const SVG = 'http://www.w3.org/2000/svg';

/** An icon that says nothing to a screen reader: the text beside it, or its button's label, does. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(document.createElementNS(SVG, 'path'));
  setIcon(svg, name);
  return svg;
}

/** Turns an icon into another one. */
export function setIcon(svg: SVGSVGElement, name: IconName): void {
  if (svg.dataset['icon'] === name) return;
  svg.dataset['icon'] = name;
  svg.setAttribute('class', `icon icon-${name}`);
  svg.firstElementChild?.setAttribute('d', PATHS[name]);
}
