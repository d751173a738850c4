import { dateOf, localDay, utcDay } from '../../src/event-stats/local-days';

// The machine may be busy with other tests.
jest.setTimeout(60_000);

const at = (time: string) => Date.parse(time);
const date = (timeZone: string, time: string) => dateOf(localDay(timeZone)(at(time)));

test('a day is that of the time zone', () => {
  expect(dateOf(utcDay(at('2026-11-20T23:59:59.999Z')))).toBe('2026-11-20');
  expect(date('Europe/Oslo', '2026-11-20T22:59:59.999Z')).toBe('2026-11-20');
  expect(date('Europe/Oslo', '2026-11-20T23:00:00Z')).toBe('2026-11-21');
  expect(date('Asia/Kathmandu', '2026-11-20T18:14:59Z')).toBe('2026-11-20');
  expect(date('Asia/Kathmandu', '2026-11-20T18:15:00Z')).toBe('2026-11-21');
  expect(date('America/Los_Angeles', '1970-01-01T00:00:00Z')).toBe('1969-12-31');
});

test('the day on which clocks go forward has 23 hours, and that on which they go back has 25', () => {
  const hours = (timeZone: string, day: string) => {
    const dayOf = localDay(timeZone);
    const noon = at(`${day}T12:00:00Z`);
    return Array.from({ length: 96 }, (_, hour) => dateOf(dayOf(noon + (hour - 48) * 3_600_000))).filter(
      (found) => found === day,
    ).length;
  };
  expect(hours('Europe/Oslo', '2026-03-29')).toBe(23);
  expect(hours('Europe/Oslo', '2026-10-25')).toBe(25);
  expect(hours('Europe/Oslo', '2026-10-26')).toBe(24);
  expect(hours('America/New_York', '2026-11-01')).toBe(25);
});

test('a change of the clocks within an hour is heeded to the second', () => {
  // Lord Howe Island: from +11 to +10:30 at 02:00. St. John's until 2011: from 00:01 back to 23:01 of the day before.
  expect(date('America/St_Johns', '2010-11-07T02:30:59Z')).toBe('2010-11-07');
  expect(date('America/St_Johns', '2010-11-07T02:31:00Z')).toBe('2010-11-06');
  expect(date('America/St_Johns', '2010-11-07T03:30:00Z')).toBe('2010-11-07');
  // Samoa went from one side of the date line to the other.
  expect(date('Pacific/Apia', '2011-12-30T09:59:59Z')).toBe('2011-12-29');
  expect(date('Pacific/Apia', '2011-12-30T10:00:00Z')).toBe('2011-12-31');
});

test('it agrees with Intl whatever the zone, moment and order', () => {
  const zones = ['Africa/Monrovia', 'America/Sao_Paulo', 'Asia/Tehran', 'Australia/Lord_Howe', 'Europe/Dublin'];
  // Moments on every hour and minute, between 1970 and 2037, to and fro.
  const moments = Array.from(
    { length: 1_000 },
    (_, index) => (((index * 28_564_633) % 66_225) * 32_449_000) % 2_145_916_800_000,
  );
  const wrong = zones.flatMap((timeZone) => {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    const dayOf = localDay(timeZone);
    return moments.filter((ms) => dateOf(dayOf(ms)) !== format.format(ms)).map((ms) => [timeZone, ms]);
  });
  expect(wrong).toEqual([]);
});

test('a zone that does not exist is a RangeError', () => {
  expect(() => localDay('Europe/Atlantis')).toThrow(RangeError);
});
