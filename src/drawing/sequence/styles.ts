import { textWidth, type Font, type FontName } from '../textMetrics';

/** A colour for each interface of the protocol. */
const interfaceColours = [
  'connect',
  'config',
  'scsi',
  'tape',
  'mover',
  'data',
  'notify',
  'log',
  'fh',
  'extension',
] as const;
/** Colours by what they mean; a palette gives each a value. */
export const COLOURS = [
  'ground',
  'text',
  'dim',
  'line',
  'box',
  'bad',
  'warn',
  'note',
  ...interfaceColours,
  'listen',
  'connected',
  'halted',
] as const;
export type Colour = (typeof COLOURS)[number];
/** Values as SVG takes them: `#4ec9b0`, `var(--vscode-charts-blue)`. */
export type Palette = Readonly<Record<Colour, string>>;

export interface TextLook {
  font: FontName;
  size: number;
  colour: Colour;
}

export const textStyles = {
  title: { font: 'bold', size: 14, colour: 'text' },
  subtitle: { font: 'sans', size: 12, colour: 'dim' },
  head: { font: 'bold', size: 12, colour: 'text' },
  headDetail: { font: 'sans', size: 11, colour: 'dim' },
  phase: { font: 'sans', size: 12, colour: 'text' },
  time: { font: 'mono', size: 10.5, colour: 'dim' },
  name: { font: 'sans', size: 12, colour: 'text' },
  facts: { font: 'sans', size: 12, colour: 'dim' },
  badFacts: { font: 'bold', size: 12, colour: 'bad' },
  result: { font: 'sans', size: 11, colour: 'dim' },
  bad: { font: 'bold', size: 11, colour: 'bad' },
  missing: { font: 'bold', size: 11, colour: 'warn' },
  state: { font: 'sans', size: 11, colour: 'dim' },
  link: { font: 'sans', size: 12, colour: 'text' },
  band: { font: 'sans', size: 11, colour: 'warn' },
  markError: { font: 'sans', size: 11, colour: 'bad' },
  markWarning: { font: 'sans', size: 11, colour: 'warn' },
  markNote: { font: 'sans', size: 11, colour: 'note' },
} as const satisfies Readonly<Record<string, TextLook>>;
export type TextStyle = keyof typeof textStyles;

export interface ShapeLook {
  fill?: Colour;
  fillOpacity?: number;
  stroke?: Colour;
  strokeOpacity?: number;
  width?: number;
  dash?: string;
}

type InterfaceColour = (typeof interfaceColours)[number];

export type ShapeStyle =
  | 'ground'
  | 'head'
  | 'headOutside'
  | 'lifeline'
  | 'lifelineOutside'
  | 'bracket'
  | 'band'
  | 'link'
  | 'linkEnd'
  | 'markError'
  | 'markWarning'
  | 'markNote'
  | 'markSign'
  | 'state-LISTEN'
  | 'state-CONNECTED'
  | 'state-ACTIVE-data'
  | 'state-ACTIVE-mover'
  | 'state-PAUSED'
  | 'state-HALTED'
  | 'state-OTHER'
  | 'state-UNCERTAIN'
  | `arrow-${InterfaceColour}`
  | `missing-${InterfaceColour}`
  | `point-${InterfaceColour}`;

const arrows = interfaceColours.flatMap((colour): [ShapeStyle, ShapeLook][] => [
  [`arrow-${colour}`, { stroke: colour, width: 1.4 }],
  [`missing-${colour}`, { stroke: colour, width: 1.4, dash: '5 3' }],
  [`point-${colour}`, { fill: colour }],
]);

const fixed: [ShapeStyle, ShapeLook][] = [
  ['ground', { fill: 'ground' }],
  ['head', { fill: 'box', stroke: 'line', width: 1 }],
  ['headOutside', { fill: 'ground', stroke: 'line', width: 1, dash: '4 3' }],
  ['lifeline', { stroke: 'line', width: 1 }],
  ['lifelineOutside', { stroke: 'line', width: 1, dash: '4 3' }],
  ['bracket', { stroke: 'dim', width: 1 }],
  ['band', { fill: 'warn', fillOpacity: 0.07, stroke: 'warn', strokeOpacity: 0.4, width: 1 }],
  ['link', { fill: 'data', fillOpacity: 0.18, stroke: 'data', width: 1 }],
  ['linkEnd', { fill: 'data' }],
  ['markError', { fill: 'bad' }],
  ['markWarning', { fill: 'warn' }],
  ['markNote', { fill: 'note' }],
  ['markSign', { stroke: 'ground', width: 1.6 }],
  ['state-LISTEN', { fill: 'listen', stroke: 'ground', width: 0.5 }],
  ['state-CONNECTED', { fill: 'connected', stroke: 'ground', width: 0.5 }],
  ['state-ACTIVE-data', { fill: 'data', stroke: 'ground', width: 0.5 }],
  ['state-ACTIVE-mover', { fill: 'mover', stroke: 'ground', width: 0.5 }],
  ['state-PAUSED', { fill: 'warn', stroke: 'ground', width: 0.5 }],
  ['state-HALTED', { fill: 'halted', stroke: 'ground', width: 0.5 }],
  ['state-OTHER', { fill: 'line', stroke: 'ground', width: 0.5 }],
  ['state-UNCERTAIN', { fill: 'ground', stroke: 'dim', width: 1, dash: '2 2' }],
];

export const shapeStyles: ReadonlyMap<ShapeStyle, ShapeLook> = new Map([...fixed, ...arrows]);

export function fontOf(style: TextStyle): Font {
  const { font, size } = textStyles[style];
  return { name: font, size };
}

export function widthIn(style: TextStyle, text: string): number {
  return textWidth(text, fontOf(style));
}

/** For documents with a white page. */
export const lightPalette: Palette = {
  ground: '#ffffff',
  text: '#1f2328',
  dim: '#59636e',
  line: '#c4cad1',
  box: '#f3f5f7',
  bad: '#b3261e',
  warn: '#8a5a00',
  note: '#0b62b8',
  connect: '#6e7781',
  config: '#1a6fc4',
  scsi: '#a3278f',
  tape: '#a45a06',
  mover: '#7344b5',
  data: '#0f8a73',
  notify: '#8f6c00',
  log: '#7c858f',
  fh: '#35803a',
  extension: '#3567d6',
  listen: '#9aa7c7',
  connected: '#7fc4b6',
  halted: '#a07f7f',
};

export const darkPalette: Palette = {
  ground: '#1f1f1f',
  text: '#e3e3e3',
  dim: '#a0a0a0',
  line: '#4a4a4a',
  box: '#2a2a2b',
  bad: '#ff6b63',
  warn: '#e0b03c',
  note: '#6db3f2',
  connect: '#9a9a9a',
  config: '#75beff',
  scsi: '#d68fd0',
  tape: '#dd9436',
  mover: '#b893dd',
  data: '#4ec9b0',
  notify: '#e5c07b',
  log: '#8d949e',
  fh: '#79b065',
  extension: '#7fa8f5',
  listen: '#66678f',
  connected: '#3b7a72',
  halted: '#8a6666',
};
