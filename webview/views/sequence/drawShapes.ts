import {
  COLOURS,
  placeAttributes,
  runAttributes,
  shapeAttributes,
  type Colour,
  type Palette,
  type Shape,
} from '../../../src/drawing/sequence';

const SVG = 'http://www.w3.org/2000/svg';

/** Colours as the style sheet defines them from the theme's, so that a change of theme needs no drawing. */
export const themePalette = Object.fromEntries(
  COLOURS.map((colour) => [colour, `var(--sequence-${colour})`]),
) as Record<Colour, string>;

export function svgElement(name: string, attributes: readonly (readonly [string, string])[] = []): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of attributes) made.setAttribute(key, value);
  return made;
}

/** Shapes as elements of the page. Text only ever becomes text nodes. */
export function drawShapes(shapes: readonly Shape[], palette: Palette): SVGElement[] {
  return shapes.map((shape) => draw(shape, palette));
}

function draw(shape: Shape, palette: Palette): SVGElement {
  switch (shape.kind) {
    case 'group': {
      const made = svgElement('g', [
        ['data-line', String(shape.line)],
        ['class', 'sequence-line'],
        ['id', lineElementId(shape.line)],
        ['role', 'option'],
        ['aria-label', shape.title],
      ]);
      made.append(titled(shape.title), ...shape.shapes.map((inner) => draw(inner, palette)));
      return made;
    }
    case 'text': {
      const made = svgElement('text', [
        ['x', String(shape.x)],
        ['y', String(shape.y)],
        ['text-anchor', shape.anchor],
      ]);
      for (const run of shape.runs) {
        const piece = svgElement('tspan', runAttributes(run, palette));
        piece.textContent = run.text;
        made.append(piece);
      }
      return made;
    }
    default: {
      const made = svgElement(shape.kind, [...placeAttributes(shape), ...shapeAttributes(shape, palette)]);
      if (shape.title !== undefined) made.append(titled(shape.title));
      return made;
    }
  }
}

function titled(text: string): SVGElement {
  const title = svgElement('title');
  title.textContent = text;
  return title;
}

export function lineElementId(line: number): string {
  return `sequence-line-${line}`;
}
