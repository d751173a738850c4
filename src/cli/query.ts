import { open, stat } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CsvInput, type Output, type Query, select } from '../engine/index';
import { csvInputDefaults } from '../files/csv-input-defaults';
import { type Progress, withProgress } from './progress';
import { unreadable } from './unreadable-file';

interface QueryOptions {
  readonly header?: CsvInput['header'];
  readonly delimiter?: string;
  readonly quote?: string;
  readonly escape?: string;
  readonly comment?: string;
  readonly recordDelimiter?: string;
  readonly quotedNewlines: boolean;
  readonly compression?: CsvInput['compression'];
  readonly encoding?: string;
  readonly format?: Output['format'];
  readonly outputHeader?: true;
  readonly quoteFields?: Output['quoteFields'];
  readonly outputDelimiter?: string;
  readonly outputQuote?: string;
  readonly outputEscape?: string;
  readonly outputRecordDelimiter?: string;
}

/** `datadock query`: SQL over a file of this machine, read as the HTTP route reads it. */
export function addQueryCommand(program: Command): void {
  program
    .command('query')
    .summary('run a SELECT over a CSV file')
    .addHelpText(
      'beforeAll',
      `  datadock query towns.csv "SELECT s.town FROM S3Object s WHERE CAST(s.inhabitants AS INT) > 500000"\n`,
    )
    .description(
      'Run one SELECT, in the dialect of Amazon S3 Select, over a CSV file.\nIn delimiters \\t, \\n and \\r are what they are elsewhere.',
    )
    .argument('<file>', 'a CSV file, - for stdin')
    .argument('<expression>', 'SELECT ... FROM S3Object ...')
    .addOption(choice('--header <use>', 'USE', 'IGNORE', 'NONE'))
    .option('--delimiter <char>', 'between fields (default: ,)', characters)
    .option('--quote <char>', `around fields, '' for none (default: ")`, characters)
    .option('--escape <char>', 'before a quote in quotes (default: ")', characters)
    .option('--comment <char>', 'at the start of a line that is none (default: none)', characters)
    .option('--record-delimiter <chars>', 'between records (default: \\n)', characters)
    .option('--no-quoted-newlines', 'a line break in quotes is an error')
    .addOption(choice('--compression <format>', 'NONE', 'GZIP', 'BZIP2'))
    .option('--encoding <name>', 'of the file, such as windows-1252 (default: utf-8)')
    .addOption(new Option('--format <format>', 'of the rows (default: csv)').choices(['csv', 'json', 'ndjson']))
    .option('--output-header', 'write the names of the columns first')
    .addOption(new Option('--quote-fields <when>', '(default: asneeded)').choices(['asneeded', 'always']))
    .option('--output-delimiter <char>', '', characters)
    .option('--output-quote <char>', '', characters)
    .option('--output-escape <char>', '', characters)
    .option('--output-record-delimiter <chars>', '', characters)
    .action(queryAction);
}

/** One of some words, in any case. The first is the default of the HTTP route. */
const choice = (flags: string, ...words: readonly string[]): Option =>
  new Option(flags, `${words.join(', ').toLowerCase()} (default: ${words[0]?.toLowerCase()})`).argParser((text) => {
    if (words.includes(text.toUpperCase())) return text.toUpperCase();
    throw new InvalidArgumentError(`Allowed choices are ${words.join(', ').toLowerCase()}.`);
  });

const characters = (text: string): string =>
  text.replaceAll('\\t', '\t').replaceAll('\\n', '\n').replaceAll('\\r', '\r');

async function queryAction(file: string, expression: string, options: QueryOptions): Promise<void> {
  await withProgress(async (progress) => {
    const { bytes, size } = await opened(file);
    await print(await select(queryOf(expression, options), watched(bytes, size, progress)));
  });
}

function queryOf(expression: string, options: QueryOptions): Query {
  const { header, delimiter, quote, escape, comment, recordDelimiter, compression, encoding } = options;
  const allowQuotedNewlines = options.quotedNewlines;
  return {
    expression,
    reusesChunks: true,
    input: {
      ...csvInputDefaults,
      ...given({
        header,
        delimiter,
        quote,
        escape,
        comment,
        recordDelimiter,
        compression,
        encoding,
        allowQuotedNewlines,
      }),
    },
    output: given({
      format: options.format,
      header: options.outputHeader,
      quoteFields: options.quoteFields,
      delimiter: options.outputDelimiter,
      quote: options.outputQuote,
      escape: options.outputEscape,
      recordDelimiter: options.outputRecordDelimiter,
    }),
  };
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

const given = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;

const chunkBytes = 256 * 1024;

/** The bytes of a file, and how many there are, where that is known. Throws AppError FileUnreadable, the bytes also. */
async function opened(path: string): Promise<{ readonly bytes: AsyncIterable<Uint8Array>; readonly size?: number }> {
  if (path === '-') return { bytes: process.stdin };
  const refuse = unreadable('FileUnreadable', path, 'Give a CSV file, or - for stdin.');
  const { size } = await stat(path).catch(refuse);
  const bytes = async function* () {
    const file = await open(path).catch(refuse);
    // Again and again into the same memory: the engine is done with a chunk when it asks for the next.
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    try {
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, chunkBytes).catch(refuse);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  };
  return { bytes: bytes(), ...(size > 0 && { size }) };
}

async function* watched(
  bytes: AsyncIterable<Uint8Array>,
  size: number | undefined,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of bytes) {
    read += chunk.length;
    if (size !== undefined) progress.step('reading', read, size);
    yield chunk;
  }
}

/** Waits for each chunk to be written: the engine then uses its memory again. */
async function print(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of chunks) if (!(await isWritten(chunk))) return;
}

/** False where the reader has read enough, such as `head`, which is no error. */
const isWritten = (chunk: Uint8Array): Promise<boolean> =>
  new Promise((resolve, reject) =>
    process.stdout.write(chunk, (error?: NodeJS.ErrnoException | null) => {
      if (error && error.code !== 'EPIPE') reject(error);
      else resolve(!error);
    }),
  );
