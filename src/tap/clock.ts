/** How far the system's clock may be from what was counted before it is believed again, in milliseconds. */
const MAX_DRIFT = 20;

let origin = performance.timeOrigin;

/** Milliseconds since 1970, to the microsecond, which the system's own clock does not give; it follows that one's steps. */
export function preciseNow(): number {
  const now = origin + performance.now();
  const system = Date.now();
  if (Math.abs(system - now) <= MAX_DRIFT) return now;
  origin = system - performance.now();
  return system;
}
