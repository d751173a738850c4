import fc from 'fast-check';
import type { CsvInput } from '../../src/engine/index';
import { SqlError } from '../../src/engine/index';
import { inputOptions } from '../../src/engine/options';
import { readBatches } from '../../src/engine/reader';
import { RecordCursor } from '../../src/engine/record';
import { bytesOf, inChunks } from './run-query';

type Records = readonly (readonly string[])[];

interface ReaderCase {
  readonly name: string;
  readonly bytes: string | Uint8Array;
  readonly input?: Partial<CsvInput>;
  /** The records, and the error after them, if any, with the record and column that it names. */
  readonly records: Records;
  readonly error?: string;
}

const quoted: Partial<CsvInput> = { allowQuotedNewlines: true };

// Source: the dialect's section on reading CSV, rule by rule.
const cases: readonly ReaderCase[] = [
  { name: 'an empty file has no records', bytes: '', records: [] },
  {
    name: 'the last delimiter may be missing',
    bytes: 'a,b\nc,d',
    records: [
      ['a', 'b'],
      ['c', 'd'],
    ],
  },
  { name: 'a byte order mark is dropped', bytes: '\ufeffa,b\n', records: [['a', 'b']] },
  { name: 'a byte order mark before a quote is dropped', bytes: '\ufeff"a",b\n', records: [['a', 'b']] },
  { name: 'only the first mark is one', bytes: 'a\n\ufeffb\n', records: [['a'], ['\ufeffb']] },
  { name: 'a file of a byte order mark has no records', bytes: '\ufeff', records: [] },
  { name: 'CR before LF is dropped', bytes: 'a,b\r\nc\r\n', records: [['a', 'b'], ['c']] },
  { name: 'CR at the very end is dropped', bytes: 'a,b\r', records: [['a', 'b']] },
  { name: 'CR elsewhere is data', bytes: 'a\rb,c\n', records: [['a\rb', 'c']] },
  { name: 'of two CR one is dropped', bytes: 'a\r\r\n', records: [['a\r']] },
  { name: 'CR after a quote is dropped', bytes: '"a","b"\r\n"c"\r', records: [['a', 'b'], ['c']] },
  { name: 'CR inside quotes is data', bytes: '"a\r"\n', records: [['a\r']] },
  { name: 'blank records are skipped everywhere', bytes: '\n\r\na\n\n\nb\n\n', records: [['a'], ['b']] },
  { name: 'a record of blanks has one field', bytes: ' \n', records: [[' ']] },
  { name: 'a quoted empty field is a record', bytes: '""\n', records: [['']] },
  { name: 'comments are skipped', bytes: '#x\na\n#"y\nb\n#', records: [['a'], ['b']] },
  { name: 'a comment runs to the end of its line', bytes: '# it\'s "open\na\n', records: [['a']] },
  { name: 'inside a record the comment character is data', bytes: 'a#b,#c\n', records: [['a#b', '#c']] },
  { name: 'a quoted first field is no comment', bytes: '"#tag",x\n', records: [['#tag', 'x']] },
  { name: 'comments can be off', bytes: '#a\n', input: { comment: '' }, records: [['#a']] },
  { name: 'fields are not trimmed', bytes: ' a , b \n', records: [[' a ', ' b ']] },
  { name: 'a last delimiter makes an empty field', bytes: 'io,"eu,ropa",\n', records: [['io', 'eu,ropa', '']] },
  {
    name: 'delimiters alone make empty fields',
    bytes: ',\n,,\n',
    records: [
      ['', ''],
      ['', '', ''],
    ],
  },
  { name: 'a doubled quote is a quote', bytes: '"a ""b"" c"\n', records: [['a "b" c']] },
  { name: 'a field of one quote', bytes: '"""",x\n', records: [['"', 'x']] },
  { name: 'a field of two quotes', bytes: '""""""\n', records: [['""']] },
  {
    name: 'a quote that is not first is data',
    bytes: ' "a",b\n7" disk,x\n',
    records: [
      [' "a"', 'b'],
      ['7" disk', 'x'],
    ],
  },
  { name: 'an empty quoted field', bytes: '"",x\n', records: [['', 'x']] },
  {
    name: 'an escape keeps what follows',
    bytes: '"A\\B","A\\"B","\\\\"\n',
    input: { escape: '\\' },
    records: [['AB', 'A"B', '\\']],
  },
  { name: 'an escape before a wide character', bytes: '"\\😀\\é"\n', input: { escape: '\\' }, records: [['😀é']] },
  { name: 'an escape outside quotes is data', bytes: 'a\\,b\n', input: { escape: '\\' }, records: [['a\\', 'b']] },
  {
    name: 'with another escape a doubled quote is an error',
    bytes: '"a""b"\n',
    input: { escape: '\\' },
    records: [],
    error: 'CSVUnescapedQuote 1:1',
  },
  { name: 'quoting can be off', bytes: '"a,b"\n', input: { quote: '' }, records: [['"a', 'b"']] },
  { name: 'another quote', bytes: "'a,b',\"\n", input: { quote: "'", escape: "'" }, records: [['a,b', '"']] },
  { name: 'a wide quote', bytes: '«a,««b«,c\n', input: { quote: '«', escape: '«' }, records: [['a,«b', 'c']] },
  {
    name: 'a wide delimiter',
    bytes: 'aéb\ncé\n',
    input: { delimiter: 'é' },
    records: [
      ['a', 'b'],
      ['c', ''],
    ],
  },
  { name: 'a delimiter of four bytes', bytes: 'a😀"b😀c"\n', input: { delimiter: '😀' }, records: [['a', 'b😀c']] },
  { name: 'a tab as delimiter', bytes: 'a\tb,c\n', input: { delimiter: '\t' }, records: [['a', 'b,c']] },
  {
    name: 'CR as delimiter is never dropped',
    bytes: 'a\rb\r\n',
    input: { delimiter: '\r' },
    records: [['a', 'b', '']],
  },
  {
    name: 'another record delimiter',
    bytes: 'a,b;c\n;',
    input: { recordDelimiter: ';' },
    records: [['a', 'b'], ['c\n']],
  },
  {
    name: 'a record delimiter of two',
    bytes: 'a\nb\r\nc\r\n',
    input: { recordDelimiter: '\r\n' },
    records: [['a\nb'], ['c']],
  },
  {
    name: 'a record delimiter of two, cut off',
    bytes: 'a\r\nb\r',
    input: { recordDelimiter: '\r\n' },
    records: [['a'], ['b\r']],
  },
  {
    name: 'a record delimiter in quotes, allowed',
    bytes: '"a\nb\r\nc",d\n',
    input: quoted,
    records: [['a\nb\r\nc', 'd']],
  },
  {
    name: 'a record delimiter in quotes, not allowed',
    bytes: 'a\nx,"b\nc"\n',
    records: [['a']],
    error: 'CSVEscapingRecordDelimiter 2:2',
  },
  { name: 'text after a closing quote', bytes: 'a\nb,"c"d\n', records: [['a']], error: 'CSVUnescapedQuote 2:2' },
  {
    name: 'an unterminated quote',
    bytes: 'a\n"b,c\n',
    input: quoted,
    records: [['a']],
    error: 'CSVUnescapedQuote 2:1',
  },
  { name: 'a quote that opens at the very end', bytes: 'a,"', records: [], error: 'CSVUnescapedQuote 1:2' },
  {
    name: 'an escape at the very end',
    bytes: '"a\\',
    input: { escape: '\\' },
    records: [],
    error: 'CSVUnescapedQuote 1:1',
  },
  { name: 'records have their own widths', bytes: 'a\nb,c,d\ne,f\n', records: [['a'], ['b', 'c', 'd'], ['e', 'f']] },
  { name: 'text beyond ASCII', bytes: 'señor,北京,😀\n', records: [['señor', '北京', '😀']] },
  {
    name: 'an invalid byte',
    bytes: Buffer.from('a\nb\xff\nc\n', 'latin1'),
    records: [['a']],
    error: 'InvalidTextEncoding 2:3',
  },
  {
    name: 'an invalid byte in a comment',
    bytes: Buffer.from('a\n#\xff\nc\n', 'latin1'),
    records: [['a']],
    error: 'InvalidTextEncoding 2:3',
  },
  {
    name: 'a character cut off by the end',
    bytes: Buffer.from('a\nb\xe2\x82', 'latin1'),
    records: [['a']],
    error: 'InvalidTextEncoding 2:3',
  },
  {
    name: 'the first fault of two counts',
    bytes: Buffer.from('a\n\xff\nb,"c"d\n', 'latin1'),
    records: [['a']],
    error: 'InvalidTextEncoding 2:2',
  },
  {
    name: 'a record of the greatest length',
    bytes: `${'x'.repeat(1_048_576)}\ny\n`,
    records: [['x'.repeat(1_048_576)], ['y']],
  },
  {
    name: 'a record that is too long',
    bytes: `a\n${'x'.repeat(1_048_577)}\n`,
    records: [['a']],
    error: 'OverMaxRecordSize 2',
  },
  {
    name: 'a comment that is too long',
    bytes: `a\n#${'x'.repeat(1_048_576)}\n`,
    records: [['a']],
    error: 'OverMaxRecordSize 2',
  },
  { name: 'a record that never ends', bytes: 'x'.repeat(3_000_000), records: [], error: 'OverMaxRecordSize 1' },
  { name: 'the greatest number of columns', bytes: `${','.repeat(4095)}\n`, records: [Array(4096).fill('')] },
  { name: 'too many columns', bytes: `${','.repeat(4096)}\n`, records: [], error: 'OverMaxColumn 1' },
];

async function read({ bytes, input }: ReaderCase, chunkBytes: number, blockBytes: number) {
  const options = inputOptions(input);
  const cursor = new RecordCursor(options);
  const records: string[][] = [];
  try {
    for await (const batch of readBatches(inChunks(bytesOf(bytes), chunkBytes), options, { blockSize: blockBytes })) {
      for (let index = 0; index < batch.count; index++) {
        cursor.moveTo(batch, index);
        expect(cursor.number).toBe(records.length + 1);
        records.push(Array.from({ length: cursor.width }, (_, field) => cursor.text(field) ?? 'MISSING'));
      }
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { records, error: `${error.code} ${Object.values(error.place ?? {}).join(':')}` };
  }
  return { records, error: undefined };
}

const isLong = ({ bytes }: ReaderCase) => bytes.length > 10_000;

test.each(cases)('reads the same however it is cut: $name', async (example) => {
  const expected = { records: example.records, error: example.error };
  // One byte at a time into a small block is quadratic in the record's length: long records are cut coarsely.
  const chunks = isLong(example) ? [65_536, 262_144, 9_999_999] : [1, 2, 3, 7, 65_536];
  const blocks = isLong(example) ? [262_144] : [16, 17, 24, 64, 262_144];
  for (const chunkBytes of chunks) {
    for (const blockBytes of blocks) expect(await read(example, chunkBytes, blockBytes)).toEqual(expected);
  }
});

test('reads any text the same in blocks of any size', async () => {
  const bytes = fc
    .string({
      unit: fc.constantFrom('a', 'é', '😀', '"', '""', '",', ',', ';', '\n', '\r', '\r\n', '#', '\\'),
      maxLength: 80,
    })
    .map((text) => Buffer.from(text));
  const input = fc.record({
    escape: fc.constantFrom('"', '\\', '', 'é'),
    delimiter: fc.constantFrom(',', ';', '😀'),
    recordDelimiter: fc.constantFrom('\n', '\r\n', '\r'),
    comment: fc.constantFrom('#', '', 'é'),
    allowQuotedNewlines: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(bytes, input, fc.integer({ min: 1, max: 30 }), async (data, options, chunkBytes) => {
      const example = { name: '', bytes: data, input: options, records: [] };
      const whole = await read(example, 9999, 9999);
      for (const blockBytes of [16, 31, 64]) expect(await read(example, chunkBytes, blockBytes)).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});
