import fc from 'fast-check';
import { resultOf } from './run-query';

// What the reader takes apart the writer puts together, for every text, however the bytes are cut.

const field = fc.string({
  unit: fc.constantFrom('a', 'é', '😀', '"', ',', '\n', '\r', '\\', '#', ' ', ';', "'"),
  maxLength: 8,
});
const records = fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { maxLength: 12 });
const chunkBytes = fc.integer({ min: 1, max: 40 });

const lenient = { comment: '', allowQuotedNewlines: true };
const quotedCsv = (rows: readonly (readonly string[])[], escape: string) =>
  rows
    .map((row) => row.map((text) => `"${escaped(text, escape)}"`).join(','))
    .map((line) => `${line}\n`)
    .join('');

const escaped = (text: string, escape: string) =>
  escape === '"' ? text.replaceAll('"', '""') : text.replaceAll(escape, escape + escape).replaceAll('"', `${escape}"`);

const all = 'SELECT * FROM S3Object';

test.each(['"', '\\'])('records written with the escape %s come back as they were', async (escape) => {
  await fc.assert(
    fc.asyncProperty(records, chunkBytes, async (rows, cut) => {
      const data = quotedCsv(rows, escape);
      const query = {
        expression: all,
        input: { ...lenient, escape },
        output: { escape, quoteFields: 'always' as const },
      };
      expect(await resultOf(query, data, cut)).toBe(data);
    }),
  );
});

test('what is written with quotes where needed reads as the same records', async () => {
  await fc.assert(
    fc.asyncProperty(records, chunkBytes, async (rows, cut) => {
      // A record of one empty field is an empty line, which a reader skips.
      const kept = rows.filter((row) => row.length > 1 || row[0] !== '');
      const asNeeded = await resultOf({ expression: all, input: lenient }, quotedCsv(kept, '"'), cut);
      const again = { expression: all, input: lenient, output: { quoteFields: 'always' as const } };
      expect(await resultOf(again, asNeeded, cut)).toBe(quotedCsv(kept, '"'));
    }),
  );
});

test('JSON holds the text of each field', async () => {
  await fc.assert(
    fc.asyncProperty(records, chunkBytes, async (rows, cut) => {
      const query = { expression: all, input: lenient, output: { format: 'json' as const } };
      const objects: unknown = JSON.parse(await resultOf(query, quotedCsv(rows, '"'), cut));
      expect(objects).toEqual(rows.map((row) => Object.fromEntries(row.map((text, i) => [`_${i + 1}`, text]))));
    }),
  );
});

test.each(['"', '\\', 'é'])(
  'with the escape %s a computed text is written as the field of that text',
  async (escape) => {
    const long = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é', '"', ',', '\n', '\\'), maxLength: 120 });
    const quoteFields = fc.constantFrom('asneeded' as const, 'always' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(long, { minLength: 1, maxLength: 4 }), quoteFields, async (row, quotes) => {
        const output = { escape, quoteFields: quotes };
        const written = (text: string) => {
          const needsQuotes = quotes === 'always' || /[",\r\n]/.test(text);
          return needsQuotes ? `"${escaped(text, escape)}"` : text;
        };
        const expression = `SELECT ${row.map((_, i) => `_${i + 1} || ''`).join(', ')} FROM S3Object`;
        const answer = await resultOf({ expression, input: lenient, output }, quotedCsv([row], '"'));
        expect(answer).toBe(`${row.map(written).join(',')}\n`);
      }),
    );
  },
);

test('a field equals its own text, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(field, field, async (text, other) => {
      const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;
      const expression = `SELECT _1 = ${literal(text)}, ${literal(other)} = _1, _1 LIKE _1 FROM S3Object`;
      const isLike = !/[%_]/.test(text);
      const expected = `true,${text === other},${isLike}\n`;
      expect(await resultOf({ expression, input: lenient }, quotedCsv([[text]], '"'))).toBe(expected);
    }),
  );
});

test('any bytes are either read or refused with an error of S3 Select, the same however they are cut', async () => {
  const bytes = fc.uint8Array({ maxLength: 60 });
  const noise = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '#', '\\', 'é'), maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        bytes,
        noise.map((text) => Buffer.from(text)),
      ),
      chunkBytes,
      async (data, cut) => {
        const answer = async (size: number) =>
          resultOf({ expression: all }, data, size).catch((error: { name: string; code: string; message: string }) => {
            expect(error.name).toBe('SqlError');
            return `${error.code} ${error.message}`;
          });
        expect(await answer(cut)).toBe(await answer(9999));
      },
    ),
    { numRuns: 500 },
  );
});

// A writer and a parser that share nothing with the engine, for tables in any dialect of CSV.

interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  readonly recordDelimiter: string;
}

const written = (table: readonly (readonly string[])[], { delimiter, quote, recordDelimiter }: Dialect) =>
  table
    .map((row) => row.map((text) => quote + text.split(quote).join(quote + quote) + quote).join(delimiter))
    .map((line) => line + recordDelimiter)
    .join('');

/** Takes a whole text apart from the left, one field after the other. */
function parsed(text: string, { delimiter, quote, recordDelimiter }: Dialect): string[][] {
  const table: string[][] = [];
  let row: string[] = [];
  let rest = text;
  while (rest !== '') {
    let value = '';
    if (rest.startsWith(quote)) {
      const parts = rest.slice(quote.length).split(quote);
      let index = 0;
      // An empty part between two quotes is what a doubled quote leaves.
      while (parts[index + 1] === '' && index + 2 < parts.length) {
        value += parts[index] + quote;
        index += 2;
      }
      value += parts[index];
      rest = parts.slice(index + 1).join(quote);
    } else {
      const ends = [rest.indexOf(delimiter), rest.indexOf(recordDelimiter)].filter((end) => end >= 0);
      const end = Math.min(...ends);
      value = rest.slice(0, end);
      rest = rest.slice(end);
    }
    row.push(value);
    if (rest.startsWith(delimiter)) {
      rest = rest.slice(delimiter.length);
      continue;
    }
    expect(rest.startsWith(recordDelimiter)).toBe(true);
    rest = rest.slice(recordDelimiter.length);
    table.push(row);
    row = [];
  }
  return table;
}

const dialects: readonly Dialect[] = [
  { delimiter: ',', quote: '"', recordDelimiter: '\n' },
  { delimiter: ';', quote: '"', recordDelimiter: '\n' },
  { delimiter: '\t', quote: "'", recordDelimiter: '\n' },
  { delimiter: '¦', quote: '"', recordDelimiter: '\n' },
  { delimiter: '😀', quote: '«', recordDelimiter: '¶' },
  { delimiter: ',', quote: '"', recordDelimiter: '\r\n' },
];

describe.each(dialects)('a table in the dialect %j', (dialect) => {
  const { delimiter, quote, recordDelimiter } = dialect;
  // Next to a character of a delimiter stand others that share its first byte.
  const alphabet = [
    ...new Set([...delimiter, ...quote, ...recordDelimiter, 'a', '\n', '\r', '§', '😁', '»', ' ', '#']),
  ];
  const texts = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 });
  const tables = fc.array(fc.array(texts, { minLength: 2, maxLength: 5 }), { maxLength: 10 });

  test.each(['always', 'asneeded'] as const)('is the same table when written with quotes %s', async (quoteFields) => {
    const options = { ...dialect, escape: quote };
    const query = { expression: all, input: { ...lenient, ...options }, output: { ...options, quoteFields } };
    await fc.assert(
      fc.asyncProperty(tables, chunkBytes, async (table, cut) => {
        expect(parsed(await resultOf(query, written(table, dialect), cut), dialect)).toEqual(table);
      }),
    );
  });
});
