import { textBox, textsOf, type Box, type Scene } from '../../../src/drawing/sequence/scene';
import { fontOf } from '../../../src/drawing/sequence/styles';

interface Measured extends Box {
  text: string;
}

/** The boxes of all texts by the table of widths, from top to bottom. */
function boxesOf({ shapes }: Scene): Measured[] {
  return textsOf(shapes)
    .map((shape) => ({ ...textBox(shape, fontOf), text: shape.runs.map(({ text }) => text).join('') }))
    .sort((a, b) => a.y - b.y);
}

/** Pairs of texts whose boxes touch, and texts outside the picture. */
export function troubles(scene: Scene): string[] {
  const boxes = boxesOf(scene);
  const found = boxes
    .filter(({ x, y, width, height }) => x < 0 || y < 0 || x + width > scene.width || y + height > scene.height)
    .map(({ text }) => `outside: ${text}`);
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length && boxes[j].y < boxes[i].y + boxes[i].height; j++) {
      const [a, b] = [boxes[i], boxes[j]];
      if (a.x < b.x + b.width && b.x < a.x + a.width) found.push(`${a.text} | ${b.text}`);
    }
  }
  return found;
}
