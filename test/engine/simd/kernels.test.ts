import type { Output, Query } from '../../../src/engine/index';
import { figure } from '../../proof/figure';
import type * as RunQuery from '../run-query';
import { randomNumbers } from './random-numbers';

/** `npm run proof` asks for more. */
declare const askedQueries: number | undefined;
const queries = typeof askedQueries === 'undefined' ? 1_500 : askedQueries;

jest.setTimeout(60_000 + 20 * queries);

/** The engine as it is; one for which no machine has SIMD; and one that asks the expressions of each record by themselves. */
const withKernels: typeof RunQuery = require('../run-query');
let withoutSimd: typeof RunQuery = withKernels;
let without: typeof RunQuery = withKernels;
jest.isolateModules(() => {
  jest.doMock('../../../src/engine/simd/simd-tokenizer', () => ({ simdTokenizer: () => undefined }));
  withoutSimd = require('../run-query');
});
jest.isolateModules(() => {
  jest.doMock('../../../src/engine/simd/vector-condition', () => ({ vectorCondition: () => undefined }));
  jest.doMock('../../../src/engine/simd/vector-aggregates', () => ({ vectorAggregates: () => undefined }));
  jest.doMock('../../../src/engine/simd/vector-writing', () => ({
    vectorWriting: () => undefined,
    canRewrite: () => false,
  }));
  without = require('../run-query');
});

type Random = (below: number) => number;
const pick = <T>(random: Random, values: readonly [T, ...T[]]): T => values[random(values.length)] ?? values[0];

const words = [
  'NO',
  'ship',
  'shipped',
  'shipping',
  'æøå',
  '',
  ' ',
  'a"b',
  'x,y',
  'ship\nped',
  'N',
  'two words',
  'c\rr',
  'four,more',
  'seven:\rr',
  'a "longer" text',
  'of two\nlines',
  'back\\slash',
  'tab\t\b\f',
  '\0 and \x1f, in a text of more than 16 bytes \x7f',
  "it's",
] as const;
/** The same numbers, differently written. */
const ties = ['2', '2.0', '2.00', '-3', '-3.0', '1'] as const;
const numbers = [
  '1',
  '-1',
  '+7',
  '007',
  '1.5',
  '1.50',
  '-0.25',
  '.5',
  '5.',
  '-0',
  '900',
  '900.01',
  '12345678901234',
  '123456789012345678901234567890',
  '1e3',
  '9999999999999.9',
] as const;
const notNumbers = ['', 'x', '1x', '--1', '.', ' 2 ', '1,5'] as const;

function field(random: Random, column: number, hasTies: boolean): string {
  const text =
    column < 2
      ? pick(random, words)
      : random(200) === 0
        ? pick(random, notNumbers)
        : random(2)
          ? pick(random, hasTies ? ties : numbers)
          : (random(hasTies ? 2 : 20_000) / 100).toFixed(random(4));
  const isQuoted = /[",\n]/.test(text) || random(5) === 0;
  return isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The same data in another form, of which mostly only the kernel without SIMD knows. */
const otherForms = [
  {
    input: { escape: '\\' },
    of: (data: string) => data.replaceAll('\\', '\\\\').replaceAll('""', '\\"'),
  },
  // This one, the kernel with SIMD knows, too.
  {
    input: { quote: "'", escape: "'" },
    of: (data: string) => data.replaceAll("'", '’').replaceAll('"', "'"),
  },
  {
    input: { delimiter: '€', quote: '“', escape: '“' },
    of: (data: string) => data.replaceAll(',', '€').replaceAll('"', '“'),
  },
] as const;

function file(random: Random): string {
  const lines = ['a,b,c,d'];
  const hasTies = random(3) === 0;
  for (let count = random(80); count > 0; count--) {
    const width = random(12) === 0 ? random(6) : 4;
    lines.push(Array.from({ length: width }, (_, column) => field(random, column, hasTies)).join(','));
    if (random(60) === 0) lines.push(random(2) ? '5" disk,x,1,2' : '');
  }
  return lines.join(random(4) ? '\n' : '\r\n') + (random(3) ? '\n' : '');
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const column = (random: Random) => `s.${pick(random, ['a', 'b', 'c', 'd', '_5', '_1'])}`;
const number = (random: Random) =>
  `CAST(${pick(random, ['s.c', 's.d'])} AS ${pick(random, ['DECIMAL', 'DECIMAL', 'INT', 'FLOAT'])})`;
const comparison = (random: Random) => pick(random, ['=', '<>', '<', '<=', '>', '>=']);
const literal = (random: Random) =>
  pick(random, ['1', '1.5', '1.50', '900', '0', '100.25', '123456789012345', '0.000001']);

function condition(random: Random, depth = 0): string {
  switch (random(depth > 1 ? 6 : 9)) {
    case 0:
      return `${column(random)} ${pick(random, ['=', '<>'])} ${quoted(pick(random, words))}`;
    case 1:
      return `${column(random)} ${pick(random, ['', 'NOT '])}LIKE ${quoted(pick(random, ['ship%', '%', 'NO', '', 'æ%', 's_ip%', '%ped', 'a"%', 'two %']))}`;
    case 2:
    case 3:
      return `${number(random)} ${comparison(random)} ${literal(random)}`;
    case 4:
      return `${literal(random)} ${comparison(random)} ${number(random)}`;
    case 5:
      return `${column(random)} IS ${pick(random, ['', 'NOT '])}MISSING`;
    case 6:
      return `NOT (${condition(random, depth + 1)})`;
    default:
      return `(${condition(random, depth + 1)} ${pick(random, ['AND', 'AND', 'OR'])} ${condition(random, depth + 1)})`;
  }
}

function list(random: Random): string {
  switch (random(5)) {
    case 0:
      return '*';
    case 1:
      return Array.from({ length: 1 + random(4) }, () => `${column(random)}${random(6) ? '' : ' AS "n ""\\"'}`).join(
        ', ',
      );
    case 2:
      return `${column(random)}, ${column(random)} || 'x'`;
    case 3:
      return 'COUNT(*)';
    default:
      return Array.from(
        { length: 1 + random(4) },
        () => `${pick(random, ['SUM', 'AVG', 'MIN', 'MAX', 'COUNT'])}(${number(random)})`,
      ).join(', ');
  }
}

test(`${queries} random queries have the same result, or the same error, with either kernel as without`, async () => {
  const random = randomNumbers(11_2026);
  let errors = 0;
  let rows = 0;
  for (let i = 0; i < queries; i++) {
    const where = random(4) ? ` WHERE ${condition(random).replace(/^\((.*)\)$/s, '$1')}` : '';
    const limit = random(6) ? '' : ` LIMIT ${random(5)}`;
    const form = otherForms[random(12)] ?? { input: {}, of: (data: string) => data };
    const query: Query = {
      expression: `SELECT ${list(random)} FROM S3Object s${where}${limit}`,
      input: { header: 'USE', comment: '', allowQuotedNewlines: true, ...form.input },
      output: random(3)
        ? {}
        : pick<Partial<Output>>(random, [
            { format: 'json' },
            { format: 'ndjson' },
            { format: 'ndjson', recordDelimiter: pick(random, [';', '\r\n']) },
            { delimiter: ';' },
            { quoteFields: 'always' },
            { header: true },
          ]),
    };
    const data = form.of(file(random));
    const expected = await without.answerOf(query, data);
    for (const { answerOf } of [withKernels, withoutSimd]) {
      const actual = await answerOf(query, data);
      if (actual !== expected)
        throw new Error(`${query.expression}\n${JSON.stringify([query, data])}\n${actual}\nnot\n${expected}`);
    }
    if (expected.startsWith('error')) errors++;
    rows += expected.split('\n').length;
  }
  // It would prove little if most queries failed, or answered nothing.
  expect(errors).toBeLessThan(queries / 2);
  expect(errors).toBeGreaterThan(queries / 100);
  expect(rows).toBeGreaterThan(2 * queries);
  figure({
    proof: 'engine',
    what: 'random queries, with kernels and without',
    asked: 'the same bytes, or the same error',
    measured: `${queries} queries, ${rows} rows, ${errors} errors, 0 differ`,
  });
});

/** Among plain lines such as kernels leave to the exact code, or change. */
function manyLines(): string {
  const random = randomNumbers(7);
  const odd = [
    '',
    '\r',
    '5" disk',
    '#comment "open',
    '"a\nb",c',
    'x'.repeat(5_000),
    ',',
    '"",""',
    '"q""q"',
    ' ',
    'c\r',
  ];
  const lines = Array.from({ length: 70_000 }, (_, line) =>
    random(line % 10_000 < 500 ? 5 : 500)
      ? `plain,${random(2) ? `"${random(1e6)}"` : 7}`
      : (odd[random(odd.length)] ?? ''),
  );
  return lines.join('\n');
}

test.each<[string, Query['input']]>([
  ['quoted line breaks', { header: 'USE', comment: '', allowQuotedNewlines: true }],
  ['comments', { header: 'IGNORE', comment: '#', allowQuotedNewlines: true }],
  ['no quotes', { header: 'NONE', comment: '', quote: '' }],
])('records are counted block after block as they are read: with %s', async (_, input) => {
  const data = manyLines();
  expect(data.length).toBeGreaterThan(1_000_000);
  const query = { expression: 'SELECT COUNT(*), COUNT(*) FROM S3Object', input };
  const expected = await withoutSimd.answerOf(query, data);
  expect(expected).toMatch(/^\d{5},\d{5}\n$/);
  expect(await withKernels.answerOf(query, data)).toBe(expected);
  const faulty = Buffer.from(`${data}\n"open`);
  faulty[900_000] = 0xff;
  expect(await withKernels.answerOf(query, faulty)).toBe(await withoutSimd.answerOf(query, faulty));
});

test.each<[string, Query]>([
  ['all', { expression: 'SELECT * FROM S3Object', input: { comment: '', allowQuotedNewlines: true } }],
  ['a header', { expression: 'SELECT * FROM S3Object', input: { header: 'USE' }, output: { header: true } }],
  ['names', { expression: 'SELECT * FROM S3Object', input: { header: 'IGNORE' }, output: { header: true } }],
  ['a limit', { expression: 'SELECT * FROM S3Object LIMIT 50000', input: { comment: '', allowQuotedNewlines: true } }],
  ['a scan range', { expression: 'SELECT * FROM S3Object', scanRange: { start: 5_000, end: 600_000 } }],
  ['other ends', { expression: 'SELECT * FROM S3Object', output: { recordDelimiter: '\r\n' } }],
  ['JSON', { expression: 'SELECT * FROM S3Object', input: { comment: '' }, output: { format: 'json' } }],
  [
    'JSON lines',
    { expression: 'SELECT _2, _1, _2 FROM S3Object', input: { header: 'IGNORE' }, output: { format: 'ndjson' } },
  ],
])('records are written block after block as they are read: %s', async (_, query) => {
  const data = manyLines().replaceAll('"a\nb"', query.input?.allowQuotedNewlines ? '"a\nb"' : '"a\rb"');
  const expected = await without.answerOf(query, data);
  expect(expected.length).toBeGreaterThan(500_000);
  expect(await withKernels.answerOf(query, data)).toBe(expected);
  const faulty = Buffer.from(`${data}\n"open`);
  expect(await withKernels.answerOf(query, faulty)).toBe(await without.answerOf(query, faulty));
  faulty[faulty.length >> 1] = 0xff;
  expect(await withKernels.answerOf(query, faulty)).toBe(await without.answerOf(query, faulty));
});

test.each([1, 20_000, 21_500, 43_000, 60_000, 300_000])(
  'text that grows sixfold in JSON is written whole: %i bytes, each once and thrice',
  async (length) => {
    const data = `a,b\nx,${'\x01'.repeat(length)}\n${'"'.repeat(2 * (length >> 1) + 2)},y\n`;
    for (const list of ['*', 'b, a, b, b']) {
      const query: Query = {
        expression: `SELECT ${list} FROM S3Object`,
        input: { header: 'USE' },
        output: { format: 'ndjson' },
      };
      expect(await withKernels.answerOf(query, data)).toBe(await without.answerOf(query, data));
    }
  },
);

test.each<[string, readonly string[], Query['input']]>([
  ['more columns than a kernel writes', Array.from({ length: 300 }, (_, i) => `c${i}`), { header: 'USE' }],
  ['names that are too long for a kernel', ['a'.repeat(5_000), 'b'.repeat(5_000)], { header: 'USE' }],
  ['more columns than a kernel names', Array.from({ length: 70 }, (_, i) => `c${i}`), { header: 'NONE' }],
])('JSON has all that a record has: %s', async (_, cells, input) => {
  const record = cells.join(',');
  const query: Query = { expression: 'SELECT * FROM S3Object', input, output: { format: 'json' } };
  const answer = await withKernels.answerOf(query, `${record}\n1,2\n${record}\n`);
  const names = input?.header === 'USE' ? cells : cells.map((_, i) => `_${i + 1}`);
  const objectOf = (values: readonly string[]) => Object.fromEntries(values.map((value, i) => [names[i], value]));
  expect(JSON.parse(answer).slice(-2)).toEqual([objectOf(['1', '2']), objectOf(cells)]);
});
