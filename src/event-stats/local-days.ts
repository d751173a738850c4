/** The day of a moment in a time zone, as the number of days since 1970-01-01. */
export type DayOf = (epochMs: number) => number;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The hours of ten years, whose offsets take a few megabytes. */
const maxHours = 87_600;

export const utcDay: DayOf = (epochMs) => Math.floor(epochMs / dayMs);

/** `2026-11-20` */
export const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/**
 * Days of an IANA time zone, `Europe/Oslo`. Asking for an offset is a thousand times slower than counting a row, so the
 * offset is asked for once an hour of the file: an hour whose ends agree has one offset, and one within which the clocks
 * change is asked about each time. Throws RangeError for a time zone that is not known.
 */
export function localDay(timeZone: string): DayOf {
  const offsetAt = offsetsOf(timeZone);
  /** By hour since 1970; NaN where the clocks change within it. */
  const offsets = new Map<number, number>();
  let lastHour = Number.NaN;
  let lastOffset = 0;

  return (epochMs) => {
    const hour = Math.floor(epochMs / hourMs);
    if (hour !== lastHour) {
      let offset = offsets.get(hour);
      if (offset === undefined) {
        const first = offsetAt(hour * hourMs);
        if (offsets.size === maxHours) offsets.clear();
        offset = first === offsetAt((hour + 1) * hourMs - 1000) ? first : Number.NaN;
        offsets.set(hour, offset);
      }
      lastHour = hour;
      lastOffset = offset;
    }
    return utcDay(epochMs + (Number.isNaN(lastOffset) ? offsetAt(epochMs) : lastOffset));
  };
}

/** By how many milliseconds the zone's clocks are before UTC at a moment. */
function offsetsOf(timeZone: string): (epochMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (epochMs) => {
    const second = Math.floor(epochMs / 1000) * 1000;
    const parts = Object.fromEntries(format.formatToParts(second).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 0, hour = 0, minute = 0, second: seconds = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
  };
}
