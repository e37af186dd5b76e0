import type { CaptureStart } from '../src/extension/messages';

/** Narrow no-break space: groups digits without reading as two numbers. */
const GAP = '\u202f';

/** 22640 → '22 640'. */
export function countText(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, GAP);
}

/** '1 message', '12 messages'. */
export function plural(value: number, one: string, many = one + 's'): string {
  return `${countText(value)} ${value === 1 ? one : many}`;
}

/** Decimal bytes: '711 kB', '1.4 GB'. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : significant(value)} ${units[unit]}`;
}

function significant(value: number): string {
  return value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

/** A length of time in three figures: '12 µs', '0.41 ms', '412 ms', '1.31 s', '2 min 05 s', '3 h 02 min', '2 d 04 h'. */
export function durationText(seconds: number): string {
  const sign = seconds < 0 ? '−' : '';
  const s = Math.abs(seconds);
  if (s === 0) return '0 s';
  if (s < 99.95e-6) return `${sign}${trimmed(significant(s * 1e6))} µs`;
  if (s < 0.9995) return `${sign}${trimmed(significant(s * 1e3))} ms`;
  if (s < 59.95) return `${sign}${significant(s)} s`;
  const whole = Math.round(s);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86400) return `${sign}${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  return `${sign}${Math.floor(whole / 86400)} d ${two(Math.floor((whole % 86400) / 3600))} h`;
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function grouped(decimals: string): string {
  return decimals.replace(/(\d{3})(?=\d)/g, `$1${GAP}`);
}

/** Seconds with the capture's digits in groups of three: '7.004 118'. */
export function secondsText(seconds: number, digits: number): string {
  const [whole, decimals] = Math.abs(seconds).toFixed(digits).split('.');
  const sign = seconds < 0 ? '−' : '';
  return sign + countText(Number(whole)) + (decimals ? '.' + grouped(decimals) : '');
}

/** '+7.004 118'; times before the start (clock steps) carry a minus. */
export function relativeText(seconds: number, digits: number): string {
  return (seconds < 0 ? '' : '+') + secondsText(seconds, digits);
}

/** Whole seconds since 1970 and the nanoseconds within, of a time relative to the start. */
function absolute(start: CaptureStart, seconds: number): { seconds: number; nanos: number } {
  const whole = Math.floor(seconds);
  const nanos = start.nanos + Math.round((seconds - whole) * 1e9);
  const carry = Math.floor(nanos / 1e9);
  return { seconds: start.seconds + whole + carry, nanos: nanos - carry * 1e9 };
}

/** Local wall clock time with the capture's digits: '07:31:08.402 118'. */
export function clockText(start: CaptureStart, seconds: number): string {
  const at = absolute(start, seconds);
  const date = new Date(at.seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const decimals = String(at.nanos).padStart(9, '0').slice(0, start.digits);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return decimals ? `${clock}.${grouped(decimals)}` : clock;
}

/** Local date and time to the second with the zone: '2026-11-21 07:31:08 +01:00'. */
export function dateText(start: CaptureStart, seconds: number): string {
  const at = absolute(start, seconds);
  const date = new Date(at.seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const zone = -date.getTimezoneOffset();
  const offset = `${zone < 0 ? '−' : '+'}${two(Math.floor(Math.abs(zone) / 60))}:${two(Math.abs(zone) % 60)}`;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${offset}`;
}

/** 0x1f → '001f'. */
export function hexText(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** A name without the prefix that all of them carry. */
export function shortName(message: string): string {
  return message.startsWith('NDMP_') && message.length > 5 && !message.startsWith('NDMP_0x')
    ? message.slice(5)
    : message;
}
