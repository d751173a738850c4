import { readFileSync } from 'node:fs';
import { kernelFile, kernelText } from '../../../bin/kernel';
import { type CsvInput, SqlError } from '../../../src/engine/index';
import { inputOptions } from '../../../src/engine/options';
import { readBatches } from '../../../src/engine/reader';
import { simdTokenizer } from '../../../src/engine/simd/simd-tokenizer';
import { Tokenizer } from '../../../src/engine/tokenizer';
import { figure } from '../../proof/figure';
import { inChunks } from '../run-query';
import { randomNumbers } from './random-numbers';

/** `npm run proof` asks for more. */
declare const askedInputs: number | undefined;
const inputs = typeof askedInputs === 'undefined' ? 20_000 : askedInputs;

jest.setTimeout(60_000 + inputs);

test('the kernel that is committed is the one that its source compiles to', () => {
  expect(readFileSync(kernelFile, 'utf8')).toBe(kernelText());
});

const simd = (input: CsvInput, capacity: number): Tokenizer => {
  const tokenizer = simdTokenizer(input, capacity);
  if (!tokenizer) throw new Error('the kernel does not suit this input');
  return tokenizer;
};
const scalar = (input: CsvInput, capacity: number) => new Tokenizer(input, capacity);

/** The records as offsets into the file, and the fault after them. */
async function recordsOf(bytes: Uint8Array, input: CsvInput, blockSize: number, make: typeof scalar): Promise<string> {
  const lines: string[] = [];
  try {
    for await (const batch of readBatches(inChunks(bytes, bytes.length || 1), input, {
      blockSize,
      makeTokenizer: make,
    })) {
      for (let record = 0; record < batch.count; record++) {
        const [from, to] = [batch.records[record], batch.records[record + 1]];
        lines.push(Array.from(batch.fields.subarray(from, to), (offset) => offset + batch.offset).join(' '));
      }
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    lines.push(`${error.code} ${JSON.stringify(error.place)}`);
  }
  return lines.join('\n');
}

const forms: readonly Partial<CsvInput>[] = [
  {},
  { allowQuotedNewlines: true },
  { comment: '', allowQuotedNewlines: true },
  { quote: '', escape: '', comment: '' },
  { delimiter: ';', quote: "'", escape: "'", recordDelimiter: '|', allowQuotedNewlines: true },
  { delimiter: '\t', recordDelimiter: '\r', comment: '' },
];

/** Bytes of which most mean something: well-formed for the greater part in every other input. */
function randomCsv(random: (below: number) => number, input: CsvInput): Buffer {
  const { delimiter: d, quote: q, recordDelimiter: end, comment } = input;
  const isTame = random(2) === 0;
  const pieces: string[] = [];
  const text = () =>
    'abcdefghijklmnopqrstuvwxyz æ'.slice(0, random(28)) + (random(20) === 0 ? 'x'.repeat(random(200)) : '');
  const field = () =>
    random(3) === 0 ? `${q}${text()}${random(4) ? '' : d}${random(6) ? '' : q + q}${random(6) ? '' : end}${q}` : text();
  const odd = [d, q, end, comment, '\r', '\n', '\r\n', q + q, ' ', 'a', '#', '\0', d + q, q + d, q + end, end + q];
  for (let count = random(60); count > 0; count--) {
    pieces.push(
      isTame && random(40) ? field() + (random(5) ? d : random(3) ? end : `\r${end}`) : (odd[random(odd.length)] ?? ''),
    );
  }
  return Buffer.from(pieces.join(''));
}

test(`${inputs} random inputs have the same records and faults with the kernel as without`, async () => {
  const random = randomNumbers(20_261_125);
  let faults = 0;
  let records = 0;
  for (let i = 0; i < inputs; i++) {
    const input = inputOptions(forms[i % forms.length]);
    const bytes = randomCsv(random, input);
    const blockSize = 16 + random(400);
    const expected = await recordsOf(bytes, input, blockSize, scalar);
    const actual = await recordsOf(bytes, input, blockSize, simd);
    if (actual !== expected) {
      throw new Error(
        `input ${i}, blocks of ${blockSize}: ${JSON.stringify(bytes.toString('latin1'))}\n${actual}\nnot\n${expected}`,
      );
    }
    records += expected.split('\n').length;
    if (/^[A-Z]/m.test(expected)) faults++;
  }
  // It would prove little if all inputs were faulty, or none.
  expect(faults).toBeGreaterThan(inputs / 20);
  expect(faults).toBeLessThan(inputs / 1.2);
  expect(records).toBeGreaterThan(inputs);
  figure({
    proof: 'engine',
    what: 'random input through the SIMD tokenizer and the exact one',
    asked: 'the same records, or the same fault',
    measured: `${inputs} inputs, ${records} records, ${faults} inputs with a fault, 0 differ`,
  });
});

test.each([',\n', 'a\n', ',,,\n', '"",\n', ','])(
  'a block that is full of %j has room for all that is found in it',
  async (piece) => {
    const input = inputOptions({ comment: '' });
    const bytes = Buffer.from(piece.repeat(8_192).slice(0, 8_192));
    expect(await recordsOf(bytes, input, 4_096, simd)).toBe(await recordsOf(bytes, input, 4_096, scalar));
  },
);

test.each<[string, Partial<CsvInput>]>([
  ['an escape of its own', { escape: '\\' }],
  ['a quote that numbers may hold', { quote: '5', escape: '5' }],
  ['a delimiter of several bytes', { delimiter: '€' }],
  ['records ended by two characters', { recordDelimiter: '\r\n' }],
  ['a comment sign of several bytes', { comment: '§' }],
])('%s is left to the exact tokenizer', (_, form) => {
  expect(simdTokenizer(inputOptions(form), 1024)).toBeUndefined();
});
