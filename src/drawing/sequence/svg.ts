import { fontOf, lightPalette, shapeStyles, textStyles, type Colour, type Palette } from './styles';
import type { Scene, Shape, TextRun } from './scene';

/** Fonts that documents have; the widths of the layout are those of the widest of them. */
export const SANS = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";
export const MONO = "Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace";

export interface SvgOptions {
  palette?: Palette;
  /** Colours where the reader prefers dark ones; without it the picture is the same everywhere. */
  dark?: Palette;
  title: string;
  description: string;
}

/** Attributes of a shape by its style, as SVG names them. */
export function shapeAttributes(
  shape: Exclude<Shape, { kind: 'text' | 'group' }>,
  palette: Palette,
): [string, string][] {
  const look = shapeStyles.get(shape.style) ?? {};
  const colour = (name: Colour | undefined): string => (name === undefined ? 'none' : palette[name]);
  const attributes: [string, string | undefined][] = [
    ['fill', colour(look.fill)],
    ['fill-opacity', look.fillOpacity?.toString()],
    ['stroke', look.stroke === undefined ? undefined : colour(look.stroke)],
    ['stroke-opacity', look.strokeOpacity?.toString()],
    ['stroke-width', look.width?.toString()],
    ['stroke-dasharray', look.dash],
  ];
  return attributes.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/** Where a shape lies. */
export function placeAttributes(shape: Exclude<Shape, { kind: 'text' | 'group' }>): [string, string][] {
  if (shape.kind === 'path') return [['d', shape.d]];
  return [
    ['x', number(shape.x)],
    ['y', number(shape.y)],
    ['width', number(shape.width)],
    ['height', number(shape.height)],
    ['rx', number(shape.radius)],
  ];
}

/** Attributes of a piece of text. */
export function runAttributes({ style }: TextRun, palette: Palette): [string, string][] {
  const { name, size } = fontOf(style);
  return [
    ['font-size', size.toString()],
    ...(name === 'mono' ? [['font-family', MONO] as [string, string]] : []),
    ...(name === 'bold' ? [['font-weight', 'bold'] as [string, string]] : []),
    ['fill', palette[textStyles[style].colour]],
  ];
}

/** A picture that stands on its own: valid XML, no script, nothing from elsewhere. */
export function svgText({ width, height, shapes }: Scene, options: SvgOptions): string {
  const { palette = lightPalette, dark, title, description } = options;
  const writer = new Writer(palette, dark !== undefined);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${xml(SANS)}">`,
    `<title>${xml(title)}</title>`,
    `<desc>${xml(description)}</desc>`,
    ...(dark === undefined ? [] : [darkRules(dark)]),
    ...shapes.map((shape) => writer.shape(shape)),
    '</svg>',
    '',
  ].join('\n');
}

class Writer {
  constructor(
    private readonly palette: Palette,
    private readonly classes: boolean,
  ) {}

  shape(shape: Shape): string {
    switch (shape.kind) {
      case 'group':
        return `<g>${titleElement(shape.title)}${shape.shapes.map((inner) => this.shape(inner)).join('')}</g>`;
      case 'text': {
        const runs = shape.runs.map((run) => this.run(run)).join('');
        const anchor = shape.anchor === 'start' ? '' : ` text-anchor="${shape.anchor}"`;
        return `<text x="${number(shape.x)}" y="${number(shape.y)}"${anchor} xml:space="preserve">${runs}</text>`;
      }
      default: {
        const attributes = [...placeAttributes(shape), ...shapeAttributes(shape, this.palette)];
        return this.element(shape.kind, [...attributes, ...this.classOf(shape.style)], shape.title);
      }
    }
  }

  private run(run: TextRun): string {
    const attributes = [...runAttributes(run, this.palette), ...this.classOf(`t-${run.style}`)];
    return `<tspan${attributeText(attributes)}>${xml(run.text)}</tspan>`;
  }

  private element(name: string, attributes: [string, string][], title: string | undefined): string {
    const start = `<${name}${attributeText(attributes)}`;
    return title === undefined ? `${start}/>` : `${start}>${titleElement(title)}</${name}>`;
  }

  private classOf(name: string): [string, string][] {
    return this.classes ? [['class', name]] : [];
  }
}

/** Rules win over attributes, so that readers who know no style sheets see the light picture. */
function darkRules(dark: Palette): string {
  const rules = [
    ...[...shapeStyles].map(([name, { fill, stroke }]) => {
      const parts = [fill && `fill:${dark[fill]}`, stroke && `stroke:${dark[stroke]}`].filter(Boolean);
      return `.${name}{${parts.join(';')}}`;
    }),
    ...Object.entries(textStyles).map(([name, { colour }]) => `.t-${name}{fill:${dark[colour]}}`),
  ];
  return `<style>@media (prefers-color-scheme: dark){${rules.join('')}}</style>`;
}

function titleElement(title: string): string {
  return `<title>${xml(title)}</title>`;
}

function attributeText(attributes: readonly [string, string][]): string {
  return attributes.map(([name, value]) => ` ${name}="${xml(value)}"`).join('');
}

function number(value: number): string {
  return (Math.round(value * 100) / 100).toString();
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML: markup escaped, and characters that XML does not know replaced. */
export function xml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => escapes[character])
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      '\ufffd',
    );
}
