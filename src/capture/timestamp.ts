/** How an interface counts time (pcapng if_tsresol and if_tsoffset). */
export interface ClockResolution {
  /** Decimal digits after the seconds, 0 to 9: what is shown. */
  digits: number;
  /** Ticks a second when that is a power of ten up to 10^9, else 0: then `exact` is used. */
  ticks: number;
  /** Ticks a second. */
  exact: bigint;
  /** Seconds to add to every time stamp. */
  offset: number;
}

/** Resolution from the if_tsresol byte: power of ten, or of two when the top bit is set. */
export function clockResolution(tsresol: number, offset: number): ClockResolution {
  const exponent = tsresol & 0x7f;
  if (tsresol & 0x80) {
    return {
      digits: Math.min(9, Math.ceil(exponent * Math.LOG10E * Math.LN2)),
      ticks: 0,
      exact: 1n << BigInt(exponent),
      offset,
    };
  }
  const digits = Math.min(9, exponent);
  return { digits, ticks: exponent <= 9 ? 10 ** exponent : 0, exact: 10n ** BigInt(exponent), offset };
}

/** A moment: whole seconds since 1970 (cut to 32 bits) and nanoseconds within them. */
export interface Moment {
  seconds: number;
  nanos: number;
}

/** Turns a 64-bit tick count into `into`, exactly, without an allocation in the usual resolutions. */
export function splitTicks(high: number, low: number, clock: ClockResolution, into: Moment): void {
  const { ticks } = clock;
  let seconds: number;
  let nanos: number;
  if (ticks > 0) {
    // long division in base 2^16 keeps every step below 2^53
    let remainder = high % ticks;
    seconds = Math.floor(high / ticks);
    let step = remainder * 65536 + (low >>> 16);
    seconds = seconds * 65536 + Math.floor(step / ticks);
    remainder = step % ticks;
    step = remainder * 65536 + (low & 0xffff);
    seconds = seconds * 65536 + Math.floor(step / ticks);
    nanos = (step % ticks) * (1e9 / ticks);
  } else {
    const value = (BigInt(high) << 32n) | BigInt(low);
    const whole = value / clock.exact;
    seconds = Number(whole);
    nanos = Number(((value - whole * clock.exact) * 1000000000n) / clock.exact);
  }
  seconds += clock.offset;
  into.seconds = seconds < 0 ? 0 : seconds > 0xffffffff ? 0xffffffff : seconds;
  into.nanos = nanos;
}
