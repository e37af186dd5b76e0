/** A span of time in the unit that suits it: `86 µs`, `12.3 ms`, `4.21 s`, `12:03 min`. */
export function spanText(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? '−' : '';
  if (size < 0.001) return `${sign}${Math.round(size * 1e6)} µs`;
  if (size < 1) return `${sign}${(size * 1000).toFixed(1)} ms`;
  if (size < 60) return `${sign}${size.toFixed(2)} s`;
  const whole = Math.round(size);
  return `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}
