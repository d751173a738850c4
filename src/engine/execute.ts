import { abortable } from './abortable';
import { analyse, type CheckedSelect } from './analysis';
import { fieldFinder } from './columns';
import { decoded } from './decode';
import { decompressed } from './decompress';
import { maxBlockBytes } from './limits';
import { type CsvInput, checkScanRange, inputOptions, type Output, outputOptions, type Query } from './options';
import { OutputBuffer } from './output-buffer';
import { parse } from './parser';
import { type Plan, plan } from './plan';
import { readBatches } from './reader';
import { RecordCursor } from './record';
import type { RecordBatch, Wanted } from './record-batch';
import { nothingWritten, unknownFlag } from './simd/kernel-block';
import type { Select } from './simd/vector-condition';
import { errorAt, SqlError, ValueError } from './sql-error';
import { StepBudget } from './step-budget';
import { type Writer, writerOf } from './writer';

/** How much has been read so far. */
export interface Progress {
  /** Bytes of the file as it is stored. */
  bytesScanned: number;
  /** Bytes after decompression. */
  bytesProcessed: number;
}

/**
 * Answers a query, as chunks of the result. The first value is not one of them: it is empty, and says that the plan is
 * made and the first record read, the header aside, with the others of its block as far as to the first chunk. Throws SqlError.
 */
export async function* execute(
  query: Query,
  source: AsyncIterable<Uint8Array>,
  progress: Progress,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = inputOptions(query.input);
  const output = outputOptions(query.output);
  checkScanRange(query.scanRange, input);
  const select = analyse(query.expression, parse(query.expression));

  const plain = watched(abortable(source, signal), input.compression, progress);
  const buffer = new OutputBuffer(query.reusesChunks);
  const execution = new Execution(query, select, input, output, buffer);
  let isReady = false;
  /** Of the header, while it is not known whether a record can be read. */
  const held: Uint8Array[] = [];
  for await (const batch of readBatches(decoded(plain, input.encoding), input, { wanted: () => execution.wanted })) {
    signal?.throwIfAborted();
    for (const chunk of execution.run(batch)) {
      if (!execution.hasRead) {
        held.push(chunk);
        continue;
      }
      if (!isReady) yield nothing;
      isReady = true;
      if (held.length > 0) yield* held.splice(0);
      yield chunk;
    }
    if (!isReady && execution.hasRead) yield nothing;
    isReady ||= execution.hasRead;
    if (execution.isDone) break;
  }
  const last = execution.finish();
  if (!isReady) yield nothing;
  yield* held;
  yield* last;
}

/** The bytes after decompression, of which `progress` keeps count. */
function watched(
  source: AsyncIterable<Uint8Array>,
  compression: CsvInput['compression'],
  progress: Progress,
): AsyncIterable<Uint8Array> {
  const scan = (bytes: number) => {
    progress.bytesScanned += bytes;
  };
  const process = (bytes: number) => {
    progress.bytesProcessed += bytes;
  };
  if (compression !== 'NONE') return counted(decompressed(counted(source, scan), compression), process);
  return counted(source, (bytes) => {
    scan(bytes);
    process(bytes);
  });
}

/** Without a generator, which would be another turn for each chunk. */
function counted(source: AsyncIterable<Uint8Array>, count: (bytes: number) => void): AsyncIterable<Uint8Array> {
  const note = (result: IteratorResult<Uint8Array>) => {
    if (!result.done) count(result.value.length);
    return result;
  };
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        next: () => Promise.resolve(iterator.next()).then(note),
        return: () => iterator.return?.() ?? Promise.resolve({ done: true, value: undefined }),
      };
    },
  };
}

const nothing = new Uint8Array(0);
const selectAll: Select = (kernel, from, to) => kernel.selectAll(from, to);

/** The work on a query's batches: no waiting in it. */
class Execution {
  /** Whether later records cannot change the result. */
  isDone: boolean;
  /** Whether a record has been read that is no header. */
  hasRead = false;
  #query: Query;
  #now: Date;
  #select: CheckedSelect;
  #input: CsvInput;
  #output: Output;
  #writer: Writer;
  #buffer: OutputBuffer;
  #record: RecordCursor;
  #plan: Plan | undefined;
  #budget = new StepBudget();
  #isBegun = false;
  #isBeyond = false;
  #rowsLeft: number;

  constructor(query: Query, select: CheckedSelect, input: CsvInput, output: Output, buffer: OutputBuffer) {
    this.#query = query;
    this.#now = query.now ?? new Date();
    this.#select = select;
    this.#input = input;
    this.#output = output;
    this.#writer = writerOf(output, buffer);
    this.#buffer = buffer;
    this.#record = new RecordCursor(input);
    this.#rowsLeft = select.maxRows;
    this.isDone = select.maxRows === 0;
  }

  /** What the next records are needed for. */
  get wanted(): Wanted {
    const { vector } = this.#plan ?? {};
    if (!vector || this.#query.scanRange) return 'fields';
    if (vector.countsOnly) return 'count';
    const hasNames = this.#isBegun || !this.#output.header;
    return vector.rewrites && hasNames && this.#rowsLeft > maxBlockBytes ? 'rows' : 'fields';
  }

  /** Works on a batch, and gives the chunks that this makes. */
  run(batch: RecordBatch): Iterable<Uint8Array> {
    if (batch.rows) return this.#giveRows(batch.rows, batch.count);
    if (this.wanted === 'count') return this.#count(batch.count);
    return this.#runOverFields(batch);
  }

  *#runOverFields(batch: RecordBatch): Generator<Uint8Array> {
    this.#budget.grant(batch.bytes.length);
    const first = this.#plan ? 0 : this.#start(batch);
    this.hasRead ||= batch.count > first;
    const { start, end } = this.#inScanRange(batch, first);
    if (this.isDone) return;
    if (this.wanted === 'count') this.#count(end - start);
    else yield* this.#runAtOnce(batch, start, end);
    if (this.#isBeyond) this.isDone = true;
    yield* this.#buffer.takeAll();
  }

  /** Selects the records that WHERE accepts, then adds them up or writes them, as many at once as the kernel can. */
  *#runAtOnce(batch: RecordBatch, start: number, end: number): Generator<Uint8Array> {
    const plan = this.#plan as Plan;
    const { fault, count } = this.#selectRecords(batch, start, end);
    if (plan.aggregates.length > 0) this.#aggregate(batch, count);
    else yield* this.#writeSelected(batch, count);
    if (fault) throw fault;
  }

  /** Fills the kernel's selection with records that WHERE accepts, up to the first at which it fails. */
  #selectRecords(batch: RecordBatch, start: number, end: number) {
    const { accepts, whereSteps, aggregates, vector } = this.#plan as Plan;
    const { kernel } = batch;
    const most = aggregates.length > 0 ? Number.POSITIVE_INFINITY : this.#rowsLeft;
    const isExact = vector.condition?.isExact === true;
    const candidates = (vector.condition?.select ?? selectAll)(kernel, start, end);
    const { selection } = kernel;
    let count = 0;
    for (let place = 0; place < candidates && count < most; place++) {
      const candidate = selection[place] as number;
      const index = (candidate & ~unknownFlag) >>> 0;
      if (!isExact || candidate !== index) {
        this.#record.moveTo(batch, index);
        try {
          this.#budget.spend(whereSteps);
          if (!accepts(this.#record)) continue;
        } catch (error) {
          return { count, fault: inRecord(error, this.#record) };
        }
      }
      selection[count++] = index;
    }
    return { count, fault: undefined };
  }

  #count(records: number): readonly Uint8Array[] {
    this.hasRead = true;
    for (const { accumulator } of this.#plan?.aggregates ?? []) accumulator.addCount(records);
    return [];
  }

  /** More of them are asked for than a block has. */
  #giveRows(rows: Buffer, count: number): Generator<Uint8Array> {
    this.hasRead = true;
    this.#rowsLeft -= count;
    return this.#buffer.records(rows);
  }

  #aggregate(batch: RecordBatch, count: number): void {
    const { kernel } = batch;
    const { aggregates, vector, listSteps } = this.#plan as Plan;
    const record = this.#record;
    const moveTo = (index: number) => {
      record.moveTo(batch, index);
      return record;
    };
    try {
      this.#budget.spend(count * listSteps);
      if (vector.aggregate) {
        vector.aggregate(kernel, count, moveTo);
        return;
      }
      for (let place = 0; place < count; place++) {
        moveTo(kernel.selection[place] as number);
        for (const { argument, accumulator } of aggregates) accumulator.add(argument(record));
      }
    } catch (error) {
      throw inRecord(error, record);
    }
  }

  *#writeSelected(batch: RecordBatch, count: number): Generator<Uint8Array> {
    const { writing } = (this.#plan as Plan).vector;
    writing?.prepare(batch.kernel);
    for (let place = 0; place < count; ) {
      this.#record.moveTo(batch, batch.kernel.selection[place] as number);
      if (!this.#isBegun) this.#begin(this.#record.width);
      const canWrite = writing && this.#writer.isUnderWay;
      const { records, output } = canWrite ? writing.write(batch.kernel, place, count - place) : nothingWritten;
      if (records > 0) {
        this.#spendOnList(records);
        this.#rowsLeft -= records;
        // What was written row by row waits for its chunk to be full.
        yield* this.#buffer.records(output);
      }
      // A record that is too long for that, or none of its kind.
      place += records || this.#writeRows(batch, place, writing ? place + 1 : count);
      if (this.#buffer.isFull) yield* this.#buffer.takeFull();
    }
    if (this.#rowsLeft === 0) this.isDone = true;
  }

  #spendOnList(records: number): void {
    try {
      this.#budget.spend(records * (this.#plan as Plan).listSteps);
    } catch (error) {
      throw inRecord(error, this.#record);
    }
  }

  /** Writes records, row by row, until a chunk is full, and answers how many. No generator: V8 makes little of a loop in one. */
  #writeRows(batch: RecordBatch, from: number, to: number): number {
    const { write, listSteps } = this.#plan as Plan;
    const { selection } = batch.kernel;
    const record = this.#record;
    const writer = this.#writer;
    const buffer = this.#buffer;
    const budget = this.#budget;
    let place = from;
    try {
      while (place < to && !buffer.isFull) {
        record.moveTo(batch, selection[place++] as number);
        budget.spend(listSteps);
        write(record, writer);
        writer.endRecord();
      }
    } catch (error) {
      throw inRecord(error, record);
    }
    this.#rowsLeft -= place - from;
    return place - from;
  }

  /** The records of a batch whose first byte is in the scan range. After the first that is beyond it the work is done. */
  #inScanRange(batch: RecordBatch, first: number): { readonly start: number; readonly end: number } {
    const range = this.#query.scanRange;
    if (!range) return { start: first, end: batch.count };
    const startOf = (index: number) => {
      this.#record.moveTo(batch, index);
      return batch.offset + this.#record.start;
    };
    let start = first;
    while (start < batch.count && startOf(start) < range.start) start++;
    let end = start;
    while (end < batch.count && startOf(end) <= range.end) end++;
    this.#isBeyond = end < batch.count;
    return { start, end };
  }

  /** Makes the plan, now that the header is known. Answers the first record of data. */
  #start(batch: RecordBatch): number {
    const { header: mode } = this.#input;
    const header = mode === 'USE' ? this.#texts(batch, 0) : undefined;
    this.#plan = plan(
      this.#select,
      fieldFinder(this.#query.expression, header),
      header,
      this.#budget,
      this.#now,
      this.#input,
      this.#output,
    );
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

  /** What comes after the last record: aggregates, which over no records at all have an answer too. */
  finish(): Uint8Array[] {
    if (this.#select.isAggregate && this.#select.maxRows > 0) {
      this.#plan ??= plan(this.#select, () => 0, undefined, this.#budget, this.#now, this.#input, this.#output);
      try {
        if (!this.#isBegun) this.#begin(this.#record.width);
        this.#plan.write(this.#record, this.#writer);
        this.#writer.endRecord();
      } catch (error) {
        throw inQuery(error, this.#query.expression);
      }
    }
    this.#writer.end();
    return this.#buffer.takeAll();
  }
}

/** An error of the result's one record of aggregates, with the item that it was in. */
function inQuery(error: unknown, sql: string): unknown {
  return error instanceof ValueError ? errorAt(sql, error.offset ?? 0, error.code, error.message) : error;
}

/** A value's error, with the record that it was in. */
function inRecord(error: unknown, record: RecordCursor): unknown {
  if (!(error instanceof ValueError)) return error;
  const { code, message, column } = error;
  const place = { record: record.number, ...(column !== undefined && { column }) };
  const where = `record ${record.number} of the file${column === undefined ? '' : `, column ${column}`}`;
  return new SqlError(code, `${message} (${where})`, place);
}
