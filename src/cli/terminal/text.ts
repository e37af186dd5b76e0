/** Terminal cells that a text fills: wide East Asian characters and emoji take two, combining marks none. */
export function cellWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) {
    return text.length;
  }
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
  }
  return width;
}

function characterWidth(character: string): number {
  if (character >= ' ' && character <= '~') {
    return 1;
  }
  if (/\p{M}/u.test(character)) {
    return 0;
  }
  const wide =
    /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
  return wide.test(character) ? 2 : 1;
}

/** Cuts a text to so many cells; an ellipsis takes the last one. */
export function fit(text: string, cells: number): string {
  if (cellWidth(text) <= cells) {
    return text;
  }
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > cells - 1) {
      break;
    }
    kept += character;
  }
  return cells > 0 ? `${kept}…` : '';
}

export function padEnd(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellWidth(text)));
}

export function padStart(text: string, cells: number): string {
  return ' '.repeat(Math.max(0, cells - cellWidth(text))) + text;
}

/** 1234567 as `1 234 567`, with narrow gaps that do not break. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ' ');
}

/** `1 message`, `2 messages`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** Bytes with a unit of three digits or so: `512 B`, `12.3 kB`, `4.1 GB`. */
export function byteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A span of time in the unit that suits it: `86 µs`, `12.3 ms`, `4.21 s`, `12:03 min`, `2:05:09 h`. */
export function span(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? '-' : '';
  if (size < 0.001) {
    return `${sign}${Math.round(size * 1e6)} µs`;
  }
  if (size < 1) {
    return `${sign}${(size * 1000).toFixed(size < 0.1 ? 1 : 0)} ms`;
  }
  if (size < 60) {
    return `${sign}${size.toFixed(2)} s`;
  }
  const whole = Math.round(size);
  const two = (n: number): string => String(n).padStart(2, '0');
  return whole < 3600
    ? `${sign}${Math.floor(whole / 60)}:${two(whole % 60)} min`
    : `${sign}${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)} h`;
}

/** A moment as UTC calendar time with microseconds: `2026-11-21 05:34:06.012345`. */
export function utcText(seconds: number, nanos: number): string {
  const date = new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19);
  return `${date}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}`;
}
