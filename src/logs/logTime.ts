/** A moment as a log writes it. */
export interface LogMoment {
  seconds: number;
  nanos: number;
  digits: number;
  /** The text names no year: the caller's was taken. */
  noYear: boolean;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = String.raw`(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,9}))?`;
const ZONE = String.raw`(?:\s*([+-])(\d\d):?(\d\d)|\s+([A-Z]{1,5})\b)?`;
/** `Wed Dec 21 2016 10:10:32 +00:00`, `Thu Apr 15 09:27:00 GMT`, `Dec 21 10:10:45 2016`. */
const NAMED = new RegExp(String.raw`([A-Z][a-z]{2})\s+(\d{1,2})(?:,?\s+(\d{4}))?\s+${CLOCK}${ZONE}(?:\s+(\d{4})\b)?`);
/** `2016-12-21 10:10:32`, `2016/12/21T10:10:32+01:00`. */
const NUMBERED = new RegExp(String.raw`(\d{4})[-/](\d\d)[-/](\d\d)[T ]${CLOCK}(Z)?${ZONE}`);

/**
 * Finds a date with a time of day in a piece of text. A time zone that is only a name (`CET`) cannot be told for sure and
 * is read as UTC.
 * @param year where the text names none
 */
export function momentIn(text: string, year: number): LogMoment | undefined {
  const named = NAMED.exec(text);
  const month = named === null ? -1 : MONTHS.indexOf(named[1].toLowerCase());
  if (named !== null && month >= 0) {
    const [, , day, before, hour, minute, second, fraction, sign, zoneHours, zoneMinutes, , after] = named;
    const said = before ?? after;
    return momentOf(
      [said === undefined ? year : Number(said), month, Number(day), Number(hour), Number(minute), Number(second)],
      fraction,
      zoneOf(sign, zoneHours, zoneMinutes),
      said === undefined,
    );
  }
  const numbered = NUMBERED.exec(text);
  if (numbered === null) return undefined;
  const [, said, months, day, hour, minute, second, fraction, , sign, zoneHours, zoneMinutes] = numbered;
  return momentOf(
    [Number(said), Number(months) - 1, Number(day), Number(hour), Number(minute), Number(second)],
    fraction,
    zoneOf(sign, zoneHours, zoneMinutes),
    false,
  );
}

function zoneOf(sign: string | undefined, hours: string | undefined, minutes: string | undefined): number {
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

function momentOf(
  [year, month, day, hour, minute, second]: [number, number, number, number, number, number],
  fraction: string | undefined,
  zone: number,
  noYear: boolean,
): LogMoment | undefined {
  if (month < 0 || month > 11 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
  const seconds = Date.UTC(year, month, day, hour, minute, second) / 1000 - zone;
  if (!(seconds >= 0 && seconds <= 0xffffffff)) return undefined;
  const digits = fraction?.length ?? 0;
  return { seconds, nanos: digits === 0 ? 0 : Number((fraction as string).padEnd(9, '0')), digits, noYear };
}
