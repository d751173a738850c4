import { type CsvInput, SqlError } from '../../../src/engine/index';
import { maxColumns } from '../../../src/engine/limits';
import { inputOptions, outputOptions } from '../../../src/engine/options';
import { OutputBuffer } from '../../../src/engine/output-buffer';
import { readBatches } from '../../../src/engine/reader';
import { RecordCursor } from '../../../src/engine/record';
import type { RecordBatch, Wanted } from '../../../src/engine/record-batch';
import { simdTokenizer } from '../../../src/engine/simd/simd-tokenizer';
import { Tokenizer } from '../../../src/engine/tokenizer';
import { writerOf } from '../../../src/engine/writer';
import { figure } from '../../proof/figure';
import { inChunks } from '../run-query';
import { randomCsv } from './random-csv';
import { randomNumbers } from './random-numbers';

// A query that does not look at the fields of its records asks for less: for their number, or for the records written again
// as they are. Whatever is asked for, the answer is the one that the fields would have given.

/** `npm run proof` asks for more. */
declare const askedInputs: number | undefined;
const inputs = typeof askedInputs === 'undefined' ? 5_000 : askedInputs / 5;

jest.setTimeout(60_000 + 5 * inputs);

const forms: readonly Partial<CsvInput>[] = [
  { comment: '', allowQuotedNewlines: true },
  { allowQuotedNewlines: true },
  {},
  { delimiter: ';', quote: "'", escape: "'", comment: '', allowQuotedNewlines: true },
];

interface Outcome {
  readonly count: number;
  readonly rows: string;
  readonly fault: string;
  /** How many batches were not given as fields. */
  readonly short: number;
}

/** What comes of some bytes in small blocks; `tokenizer` undefined stands for the exact one. */
async function outcomeOf(
  bytes: Uint8Array,
  input: CsvInput,
  blockSize: number,
  wanted: Wanted,
  isExact: boolean,
): Promise<Outcome> {
  const { delimiter, quote, escape } = input;
  const output = new OutputBuffer();
  const chunks: Uint8Array[] = [];
  const writer = writerOf(outputOptions({ delimiter, quote, escape }), output);
  const record = new RecordCursor(input);
  const writeFields = (batch: RecordBatch) => {
    for (let index = 0; index < batch.count; index++) {
      record.moveTo(batch, index);
      for (let field = 0; field < record.width; field++) writer.field(record, field, '');
      writer.endRecord();
    }
    chunks.push(...output.takeAll());
  };
  let [count, short, fault] = [0, 0, ''];
  const makeTokenizer = (form: CsvInput, capacity: number) =>
    (isExact ? undefined : simdTokenizer(form, capacity)) ?? new Tokenizer(form, capacity);
  try {
    const source = inChunks(bytes, bytes.length || 1);
    for await (const batch of readBatches(source, input, { blockSize, makeTokenizer, wanted: () => wanted })) {
      count += batch.count;
      if (batch.rows) chunks.push(...output.records(batch.rows));
      else if (wanted !== 'count') writeFields(batch);
      if (batch.rows || wanted === 'count') short++;
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    fault = `${error.code} ${JSON.stringify(error.place)}`;
  }
  return { count, rows: Buffer.concat(chunks).toString('latin1'), fault, short };
}

test.each<Wanted>(['rows', 'count'])(
  `${inputs} random inputs give the same when asked for their %s`,
  async (wanted) => {
    const random = randomNumbers(wanted === 'rows' ? 20_261_126 : 20_261_127);
    let [rewritten, faults, records] = [0, 0, 0];
    for (let i = 0; i < inputs; i++) {
      const input = inputOptions(forms[i % forms.length]);
      const bytes = randomCsv(random, input);
      const blockSize = 16 + random(600);
      const expected = await outcomeOf(bytes, input, blockSize, wanted, true);
      const actual = await outcomeOf(bytes, input, blockSize, wanted, false);
      const [a, b] = [actual, expected].map(({ count, rows, fault }) => JSON.stringify([count, rows, fault]));
      if (a !== b) {
        const what = JSON.stringify([bytes.toString('latin1'), forms[i % forms.length]]);
        throw new Error(`input ${i}, blocks of ${blockSize}: ${what}\n${a}\nnot\n${b}`);
      }
      if (actual.short > 0) rewritten++;
      if (actual.fault) faults++;
      records += actual.count;
    }
    // It would prove little if the kernel had done nothing, or all inputs were faulty.
    expect(rewritten).toBeGreaterThan(inputs / 3);
    expect(faults).toBeLessThan(inputs / 1.2);
    expect(records).toBeGreaterThan(inputs);
    figure({
      proof: 'engine',
      what: `random input, asked for its ${wanted}, with the kernel and by its fields`,
      asked: 'the same answer, or the same fault',
      measured: `${inputs} inputs, ${records} records, ${faults} inputs with a fault, ${rewritten} with the kernel's answer, 0 differ`,
    });
  },
);

test.each<Wanted>(['rows', 'count'])(
  'what stands across the 64 bytes that are looked at together is the same: %s',
  async (wanted) => {
    const input = inputOptions(forms[0]);
    const pieces = [
      '" disk',
      '"y"',
      '""',
      '"a,b"',
      '"a""b"',
      '""""',
      '"y"\r',
      '\r',
      '\n',
      '\n\r',
      'c\rd',
      '"c\rd"',
      '"y"z',
      '" disk\na"',
    ];
    for (const piece of pieces) {
      for (let before = 0; before < 130; before++) {
        const filler = 'x'.repeat(before % 7 === 0 ? Math.max(0, before - 1) : before);
        const bytes = Buffer.from(
          `${filler}${before % 3 === 2 ? '' : before % 3 ? '\n' : ','}${piece}\nq,"${filler}",${piece}\n,1\n`,
        );
        const [expected, actual] = [
          await outcomeOf(bytes, input, 1024, wanted, true),
          await outcomeOf(bytes, input, 1024, wanted, false),
        ];
        expect({ ...actual, short: 0, bytes: bytes.toString() }).toEqual({
          ...expected,
          short: 0,
          bytes: bytes.toString(),
        });
      }
    }
  },
);

test.each<Wanted>(['rows', 'count', 'fields'])(
  'a record with as many columns as there may be is read, and no longer one: %s',
  async (wanted) => {
    const input = inputOptions(forms[0]);
    for (const columns of [maxColumns, maxColumns + 1]) {
      for (const cell of ['', 'x', '"y"', '"a,b"']) {
        const record = Array(columns).fill(cell).join(',');
        const bytes = Buffer.from(`a,b\n${record}\nc,d\n`);
        const actual = await outcomeOf(bytes, input, 65_536, wanted, false);
        expect({ ...actual, short: 0 }).toEqual({ ...(await outcomeOf(bytes, input, 65_536, wanted, true)), short: 0 });
        expect(actual.fault === '').toBe(columns === maxColumns);
      }
    }
  },
);
