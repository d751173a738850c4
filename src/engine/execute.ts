import { abortable } from './abortable';
import { analyse, type CheckedSelect } from './analysis';
import { fieldFinder } from './columns';
import { decompressed } from './decompress';
import { type CsvInput, inputOptions, outputOptions, type Query } from './options';
import { OutputBuffer } from './output-buffer';
import { parse } from './parser';
import { type Plan, plan } from './plan';
import { readBatches } from './reader';
import { RecordCursor } from './record';
import type { RecordBatch } from './record-batch';
import { SqlError, ValueError } from './sql-error';
import { StepBudget } from './step-budget';
import { type Writer, writerOf } from './writer';

/**
 * Answers a query, as chunks of the result. The first value is not one of them: it is empty, and says that the plan is
 * made and the first batch of records read and worked on, as far as to the first chunk. Throws SqlError.
 */
export async function* execute(
  { expression, input: givenInput, output: givenOutput }: Query,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = inputOptions(givenInput);
  const output = outputOptions(givenOutput);
  const select = analyse(expression, parse(expression));

  const buffer = new OutputBuffer();
  const execution = new Execution(expression, select, input, writerOf(output, buffer), buffer);
  let isReady = false;
  for await (const batch of readBatches(decompressed(abortable(source, signal), input.compression), input)) {
    signal?.throwIfAborted();
    for (const chunk of execution.run(batch)) {
      if (!isReady) yield nothing;
      isReady = true;
      yield chunk;
    }
    if (!isReady) yield nothing;
    isReady = true;
    if (execution.isDone) break;
  }
  const last = execution.finish();
  if (!isReady) yield nothing;
  yield* last;
}

const nothing = new Uint8Array(0);

/** The work on a query's batches: no waiting in it. */
class Execution {
  /** Whether later records cannot change the result. */
  isDone: boolean;
  #sql: string;
  #select: CheckedSelect;
  #input: CsvInput;
  #writer: Writer;
  #buffer: OutputBuffer;
  #record: RecordCursor;
  #plan: Plan | undefined;
  #budget = new StepBudget();
  #isBegun = false;
  #rowsLeft: number;

  constructor(sql: string, select: CheckedSelect, input: CsvInput, writer: Writer, buffer: OutputBuffer) {
    this.#sql = sql;
    this.#select = select;
    this.#input = input;
    this.#writer = writer;
    this.#buffer = buffer;
    this.#record = new RecordCursor(input);
    this.#rowsLeft = select.maxRows;
    this.isDone = select.maxRows === 0;
  }

  /** Works on a batch, and gives the chunks that this makes. */
  *run(batch: RecordBatch): Generator<Uint8Array> {
    this.#budget.grant(batch.bytes.length);
    const first = this.#plan ? 0 : this.#start(batch);
    const { accepts, aggregates } = this.#plan as Plan;
    const record = this.#record;
    for (let index = first; index < batch.count && !this.isDone; index++) {
      record.moveTo(batch, index);
      try {
        if (!accepts(record)) continue;
        if (aggregates.length === 0) this.#writeRow();
        else for (const { argument, accumulator } of aggregates) accumulator.add(argument(record));
      } catch (error) {
        throw located(error, record);
      }
      if (this.#buffer.isFull) yield* this.#buffer.takeFull();
    }
    yield* this.#buffer.takeAll();
  }

  /** Makes the plan, now that the header is known. Answers the first record of data. */
  #start(batch: RecordBatch): number {
    const { header: mode } = this.#input;
    const header = mode === 'USE' ? this.#texts(batch, 0) : undefined;
    this.#plan = plan(this.#select, fieldFinder(this.#sql, header), header, this.#budget);
    if (mode !== 'NONE') {
      this.#begin(header?.length ?? 0);
      return 1;
    }
    return 0;
  }

  #texts(batch: RecordBatch, index: number): readonly string[] {
    this.#record.moveTo(batch, index);
    return Array.from({ length: this.#record.width }, (_, field) => this.#record.text(field) ?? '');
  }

  /** Without a header the first row of the result tells how many columns there are. */
  #begin(width: number): void {
    const names = this.#plan?.names(width) ?? [];
    if (this.#isBegun || names.length === 0) return;
    this.#isBegun = true;
    this.#writer.begin(names);
  }

  #writeRow(): void {
    if (!this.#isBegun) this.#begin(this.#record.width);
    this.#plan?.write(this.#record, this.#writer);
    this.#writer.endRecord();
    if (--this.#rowsLeft === 0) this.isDone = true;
  }

  /** What comes after the last record: aggregates, which over no records at all have an answer too. */
  finish(): Uint8Array[] {
    if (this.#select.isAggregate && this.#select.maxRows > 0) {
      this.#plan ??= plan(this.#select, () => 0, undefined, this.#budget);
      try {
        this.#writeRow();
      } catch (error) {
        throw located(error);
      }
    }
    this.#writer.end();
    return this.#buffer.takeAll();
  }
}

/** A value's error, with the record that it was in. */
function located(error: unknown, record?: RecordCursor): unknown {
  if (!(error instanceof ValueError)) return error;
  if (!record) return new SqlError(error.code, error.message);
  const { number } = record;
  return new SqlError(error.code, `${error.message} (record ${number} of the file)`, { record: number });
}
