/**
 * Widths of texts without a browser, for layouts that must be the same on the command line, in the view and in tests.
 * They are those of DejaVu Sans in hundredths of an em, the widest of the fonts that diagrams name, so that what fits by
 * this table fits on every machine.
 */
export type FontName = 'sans' | 'bold' | 'mono';

export interface Font {
  name: FontName;
  /** Pixels. */
  size: number;
}

/** From U+0020 to U+007E. */
const sans = widths(
  `32 41 46 84 64 96 78 28 40 40 50 84 32 37 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 54
   100 69 69 70 78 64 58 78 76 30 30 66 56 87 75 79 61 79 70 64 62 74 69 99 69 62 69 40 34 40 84 50
   50 62 64 55 64 62 36 64 64 28 28 58 28 98 64 62 64 64 42 53 40 64 60 82 60 60 53 64 34 64 84`,
);
const bold = widths(
  `35 46 53 84 70 101 88 31 46 46 53 84 38 42 38 37 70 70 70 70 70 70 70 70 70 70 40 40 84 84 84 59
   100 78 77 74 84 69 69 83 84 38 38 78 64 100 84 86 74 86 78 73 69 82 78 111 78 73 73 46 37 46 84 50
   50 68 72 60 72 68 44 72 72 35 35 67 35 105 72 69 72 72 50 60 48 72 66 93 65 66 59 72 37 72 84`,
);
const mono = widths(Array.from({ length: 95 }, () => '61').join(' '));
const tables: Readonly<Record<FontName, readonly number[]>> = { sans, bold, mono };

const ASCII_FIRST = 0x20;
const ASCII_LAST = 0x7e;
/** Letters with marks, Greek, Cyrillic; arrows and signs; what is wide; all upper bounds but for rare ligatures. */
const LATIN_LIMIT = 0x250;
const LETTER = 100;
const OTHER = 112;
const WIDE = 145;

function widths(list: string): number[] {
  return list.trim().split(/\s+/).map(Number);
}

/** Pixels that a text takes on one line. */
export function textWidth(text: string, { name, size }: Font): number {
  const table = tables[name];
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= ASCII_FIRST && code <= ASCII_LAST) sum += table[code - ASCII_FIRST];
    else if (code === 0xd7) sum += 84;
    else if (code === 0x202f || code === 0xa0) sum += 32;
    else if (code === 0x2026 || code === 0x2192) sum += 100;
    else if (code >= 0xd800 && code < 0xdc00) sum += WIDE;
    else if (code >= 0xdc00 && code < 0xe000) continue;
    else sum += code < LATIN_LIMIT ? LETTER : OTHER;
  }
  return (sum * size) / 100;
}

/** The text, cut with an ellipsis so that it takes no more than so many pixels; '' where not even that fits. */
export function fitText(text: string, font: Font, width: number): string {
  if (textWidth(text, font) <= width) return text;
  const ellipsis = textWidth('…', font);
  if (width < ellipsis) return '';
  let used = ellipsis;
  let kept = '';
  for (const character of text) {
    used += textWidth(character, font);
    if (used > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}
