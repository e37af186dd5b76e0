/** 1234567 as '1 234 567', with gaps that do not break. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, '\u00a0');
}

/** '1 message', '12 messages'. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** Decimal bytes in three figures: '512 B', '12.3 kB', '4.1 GB'. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A length of time in three figures: '86 µs', '12.3 ms', '4.21 s', '12 min 03 s', '2 h 05 min'. */
export function durationText(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? '-' : '';
  if (size < 0.0009995) return `${sign}${Math.round(size * 1e6)} µs`;
  if (size < 0.9995) return `${sign}${(size * 1000).toFixed(size < 0.09995 ? 1 : 0)} ms`;
  if (size < 59.995) return `${sign}${size.toFixed(2)} s`;
  const whole = Math.round(size);
  const two = (n: number): string => String(n).padStart(2, '0');
  return whole < 3600
    ? `${sign}${Math.floor(whole / 60)} min ${two(whole % 60)} s`
    : `${sign}${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
}

/** A share (0 to 1) as '12 %', '0.4 %', 'under 0.1 %'. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return 'under 0.1 %';
  const whole = (percent >= 9.95 && percent < 99.5) || percent > 99.95;
  return `${whole ? Math.round(percent) : percent.toFixed(1)} %`;
}
