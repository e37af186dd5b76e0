import type { Font } from '../textMetrics';
import type { ShapeStyle, TextStyle } from './styles';

/** What a diagram is made of, before it becomes SVG text or elements of a page. Pixels; y grows downwards. */
export type Shape = RectShape | PathShape | TextShape | GroupShape;

export interface RectShape {
  kind: 'rect';
  style: ShapeStyle;
  x: number;
  y: number;
  width: number;
  height: number;
  radius: number;
  title?: string;
}

export interface PathShape {
  kind: 'path';
  style: ShapeStyle;
  /** SVG path data. */
  d: string;
  title?: string;
}

export interface TextRun {
  text: string;
  style: TextStyle;
}

export interface TextShape {
  kind: 'text';
  /** Where `anchor` stands, on the base line. */
  x: number;
  y: number;
  anchor: 'start' | 'middle' | 'end';
  /** Pieces in different styles, one after the other. */
  runs: TextRun[];
  /** Pixels, as laid out. */
  width: number;
}

/** Shapes that belong together: one line of the diagram. */
export interface GroupShape {
  kind: 'group';
  /** Place of the line in the list. */
  line: number;
  /** All that the line says, unclipped. */
  title: string;
  shapes: Shape[];
}

export interface Scene {
  width: number;
  height: number;
  shapes: Shape[];
}

/** A rectangle around something. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The box of a text by the table of widths; ascent and descent as of the widest font. */
export function textBox({ x, y, anchor, width, runs }: TextShape, fontOf: (style: TextStyle) => Font): Box {
  const size = Math.max(0, ...runs.map((run) => fontOf(run.style).size));
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { x: left, y: y - 0.8 * size, width, height: size };
}

/** All texts of a scene, those in groups too. */
export function textsOf(shapes: readonly Shape[]): TextShape[] {
  return shapes.flatMap((shape) =>
    shape.kind === 'text' ? [shape] : shape.kind === 'group' ? textsOf(shape.shapes) : [],
  );
}
