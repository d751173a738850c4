import fc from 'fast-check';
import {
  compareInstants,
  fieldsOfLocalSeconds,
  localSeconds,
  parseTimestamp,
  Timestamp,
  type TimestampFields,
  timestampText,
} from '../../src/engine/timestamp';
import { dateAdd, dateDiff } from '../../src/engine/timestamp-arithmetic';
import { timestampWriter } from '../../src/engine/timestamp-pattern';
import { timestampReader } from '../../src/engine/timestamp-reading';

const last = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
/** Local seconds since 1970, of the years that timestamps have. */
const seconds = fc.integer({ min: -62_135_596_800, max: last });

const timestamps = fc
  .record({
    seconds,
    fraction: fc.stringMatching(/^[0-9]{0,12}$/),
    offset: fc.option(fc.integer({ min: -1439, max: 1439 }), { nil: undefined }),
  })
  .map(({ seconds, fraction, offset }) => {
    const fields: TimestampFields = { ...fieldsOfLocalSeconds(seconds), precision: 'second', fraction, offset };
    return new Timestamp(fields);
  });

test('the calendar is that of the platform', () => {
  fc.assert(
    fc.property(seconds, (value) => {
      const fields = fieldsOfLocalSeconds(value);
      const date = new Date(value * 1000);
      expect(fields).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
      });
      expect(localSeconds({ ...fields, precision: 'second', fraction: '', offset: 0 })).toBe(value);
    }),
  );
});

test('what is written is read as the same timestamp, digit by digit', () => {
  fc.assert(
    fc.property(timestamps, (timestamp) => {
      expect(parseTimestamp(timestampText(timestamp))).toEqual(timestamp);
    }),
  );
});

test('any other text is no timestamp, and no error', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0123456789-+:.TZtz /'), maxLength: 30 });
  fc.assert(
    fc.property(text, (given) => {
      const timestamp = parseTimestamp(given);
      if (timestamp)
        expect(timestampText(timestamp).replace(/T$/, '')).toBe(given.replace(/T$/, '').replace('+00:00', 'Z'));
    }),
    { numRuns: 2000 },
  );
});

test('days, hours, minutes and seconds that are added are the difference', () => {
  const part = fc.constantFrom('DAY', 'HOUR', 'MINUTE', 'SECOND' as const);
  const quantity = fc.bigInt({ min: -100_000n, max: 100_000n });
  const middle = timestamps.filter(({ fields: { year } }) => year > 300 && year < 9700);
  fc.assert(
    fc.property(part, quantity, middle, (unit, count, timestamp) => {
      const later = dateAdd(unit as 'DAY', count, timestamp);
      expect(dateDiff(unit as 'DAY', timestamp, later)).toBe(count);
      expect(Math.sign(compareInstants(later, timestamp))).toBe(Math.sign(Number(count)));
    }),
  );
});

test('months that are added keep the day, or end the month', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -1000n, max: 1000n }), timestamps, (count, timestamp) => {
      fc.pre(timestamp.fields.year > 100 && timestamp.fields.year < 9900);
      const { year, month, day } = dateAdd('MONTH', count, timestamp).fields;
      const { fields } = timestamp;
      expect(year * 12 + month).toBe(fields.year * 12 + fields.month + Number(count));
      if (day !== fields.day) expect(new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()).toBe(day);
    }),
  );
});

test('what a whole pattern writes it reads', () => {
  const pattern = "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSxxx";
  fc.assert(
    fc.property(timestamps, (timestamp) => {
      fc.pre(timestamp.fields.offset !== undefined);
      const text = timestampWriter(pattern)(timestamp);
      const fraction = timestamp.fields.fraction.slice(0, 9).padEnd(9, '0');
      expect(timestampReader(pattern)(text)).toEqual(new Timestamp({ ...timestamp.fields, fraction }));
    }),
  );
});
