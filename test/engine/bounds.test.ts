import { gzipSync } from 'node:zlib';
import type { CsvInput } from '../../src/engine/index';
import { answerOf, resultOf } from './run-query';

// Queries and files that are made to hurt: each is answered, by rows or by an error, after a bounded number of steps.

const all = 'SELECT * FROM S3Object';
const count = 'SELECT COUNT(*) FROM S3Object';

const repeated = (part: string, times: number, glue: string) => Array(times).fill(part).join(glue);

test.each([
  ['parentheses', `SELECT ${'('.repeat(100_000)} FROM S3Object`],
  ['closed parentheses', `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)} FROM S3Object`],
  ['sums without blanks', `SELECT ${repeated('1', 128_000, '+')} FROM S3Object`],
  ['NOT', `SELECT ${'NOT '.repeat(60_000)} FROM S3Object`],
  ['signs', `SELECT ${'- '.repeat(100_000)}1 FROM S3Object`],
  ['sums', `SELECT ${repeated('1', 10_000, ' + ')} FROM S3Object`],
  ['equations', `SELECT ${repeated('_1', 10_000, ' = ')} FROM S3Object`],
  ['casts', `SELECT ${'CAST('.repeat(40_000)} FROM S3Object`],
  ['lists', `SELECT ${'1 IN ('.repeat(40_000)} FROM S3Object`],
])('refuses %s that are nested too deep, and keeps its stack', async (_, expression) => {
  expect(await answerOf({ expression }, 'a\n')).toMatch(/^error MaxOperatorsExceeded/);
});

test('takes a chain of ten thousand OR', async () => {
  const expression = `SELECT COUNT(*) FROM S3Object WHERE ${repeated("_1 = 'b'", 10_000, ' OR ')}`;
  expect(await resultOf({ expression }, 'a\nb\n')).toBe('1\n');
});

test('refuses a query text over 256 KB', async () => {
  const expression = `SELECT _1 FROM S3Object -- ${'x'.repeat(262_144)}`;
  expect(await answerOf({ expression }, 'a\n')).toBe('error ExpressionTooLong');
});

test('refuses a LIKE that would take minutes', async () => {
  const expression = `${all} WHERE _1 LIKE '%${'a'.repeat(20_000)}b%'`;
  expect(await answerOf({ expression }, `${'a'.repeat(900_000)}\n`)).toMatch(/^error MaxStepsExceeded/);
});

test('answers a LIKE of 5 KB over a field of 100 KB', async () => {
  const count = (pattern: string) => ({ expression: `SELECT COUNT(*) FROM S3Object WHERE _1 LIKE '${pattern}'` });
  const data = `${'a'.repeat(100_000)}\n`;
  expect(await resultOf(count('%a'.repeat(2_500)), data)).toBe('1\n');
  expect(await resultOf(count(`${'%a'.repeat(2_500)}b`), data)).toBe('0\n');
  expect(await resultOf(count('_'.repeat(5_000)), data)).toBe('0\n');
  // At each of 100 000 places all of the pattern is compared: too much.
  expect(await answerOf(count(`%${'_'.repeat(5_000)}b%`), data)).toBe('error MaxStepsExceeded record 1');
});

test('allows a LIKE with many wildcards over ordinary text', async () => {
  const expression = `SELECT COUNT(*) FROM S3Object WHERE _1 LIKE '%a_c%d_f%z%'`;
  expect(await resultOf({ expression }, 'xxabcyydefzz\n'.repeat(20_000))).toBe('20000\n');
});

test('keeps numbers and texts within bounds', async () => {
  const product = `SELECT ${repeated('1e6000', 300, ' * ')} FROM S3Object`;
  expect(await answerOf({ expression: product }, 'a\n')).toMatch(/^error ExternalEvalException/);
  const text = `SELECT ${repeated('_1', 400, ' || ')} FROM S3Object`;
  expect(await answerOf({ expression: text }, `${'x'.repeat(1_000_000)}\n`)).toMatch(/^error ColumnTooLong/);
});

test('takes a condition of 300 nested CASEs', async () => {
  const nested = `${"CASE WHEN _1 = 'a' THEN ".repeat(300)}1${' END'.repeat(300)}`;
  expect(await resultOf({ expression: `SELECT ${nested} FROM S3Object` }, 'a\nb\n')).toBe('1\n\n');
});

test('looks up a long list of texts, in as many records as there are', async () => {
  const expression = `${count} WHERE _1 IN (${repeated("'b'", 20_000, ',')})`;
  expect(await resultOf({ expression }, 'a\nb\n'.repeat(100_000))).toBe('100000\n');
});

const cells = `${'a'.repeat(100_000)}\n`.repeat(10);
const short = '1\n'.repeat(200_000);

test.each<[string, string, string]>([
  ['ten thousand OR over short records', `${count} WHERE ${repeated("_1 = 'b'", 10_000, ' OR ')}`, short],
  ['as many casts', `${count} WHERE ${repeated('CAST(_1 AS INT) = 7', 9000, ' OR ')}`, short],
  ['a list of thousands of items', `SELECT ${repeated('_1', 60_000, ',')} FROM S3Object`, short],
  ['functions of long texts', `${count} WHERE ${repeated("UPPER(_1) = 'b'", 10_000, ' OR ')}`, cells],
  ['comparisons of long texts', `${count} WHERE ${repeated("_1 = _1 || 'b'", 10_000, ' OR ')}`, cells],
  ['TRIM of all of a text', `SELECT ${repeated("TRIM(BOTH 'ba' FROM _1)", 5000, ',')} FROM S3Object`, cells],
  ['patterns from the data', `${count} WHERE ${repeated("_1 LIKE _1 || 'b'", 10_000, ' OR ')}`, cells],
  [
    'formats from the data',
    `SELECT ${repeated('COUNT(TO_STRING(`2031T`, _1))', 1000, ',')} FROM S3Object`,
    `${'y-'.repeat(50_000)}\n`,
  ],
  ['numbers far apart', `${count} WHERE ${repeated('1e6000 % 7 = 0', 9000, ' OR ')}`, short],
])('refuses %s with a code of its own', async (_, expression, data) => {
  expect(await answerOf({ expression }, data)).toMatch(/^error MaxStepsExceeded record \d+$/);
});

test.each<[string, Partial<CsvInput>, string, string]>([
  ['a record of 1.2 MB', {}, `${'x'.repeat(1_200_000)}\n`, 'OverMaxRecordSize record 1'],
  [
    'a quote that is never closed',
    { allowQuotedNewlines: true },
    `"${'x,\n'.repeat(500_000)}`,
    'OverMaxRecordSize record 1',
  ],
  ['a record of thousands of columns', {}, `a\n${','.repeat(100_000)}`, 'OverMaxColumn record 2'],
])('refuses %s', async (_, input, data, error) => {
  expect(await answerOf({ expression: count, input }, data)).toBe(`error ${error}`);
});

test('refuses a compressed file that grows without end, and takes one that is as repetitive as data may be', async () => {
  const input = { compression: 'GZIP' } as const;
  const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, '\n'));
  expect(await answerOf({ expression: count, input }, bomb)).toBe('error MaxStepsExceeded');
  const data = gzipSync('Mars,2\n'.repeat(1_000_000));
  expect(await resultOf({ expression: count, input }, data)).toBe('1000000\n');
});
