import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Rows, SqlError, select } from '../../../src/engine/index';
import { errorMessage, event } from './event-stream';
import type { Exchange } from './exchange';
import { bucketOf, noSuchKey } from './objects';
import { requestText } from './request-text';
import { readSelectRequest } from './select-request';
import { element } from './xml';

// SelectObjectContent, by the engine of the product itself: what it answers over CSV is what `QUERY_ENGINE=builtin` does.

/** The text of a query may be 256 KB, each of whose bytes may be written as a reference. */
const maxBodyBytes = 2 * 1024 * 1024;

/** How long the connection may stand still before an event says that the work goes on. */
const defaultQuietMs = 5000;

export async function selectObjectContent(exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  if (request.query.get('select-type') !== '2') {
    throw new SqlError('InvalidRequestParameter', 'The parameter select-type must be 2.');
  }
  if (request.headers['range'] !== undefined) {
    throw new SqlError('UnsupportedRangeHeader', 'A Range header is not supported for this operation.');
  }
  const body = await requestText(exchange, maxBodyBytes);
  const opened = bucketOf(exchange).open(request.key);
  if (!opened) throw noSuchKey(request);
  const left = new AbortController();
  response.once('close', () => left.abort());
  try {
    const { size } = opened.object;
    const { query, hasProgress } = readSelectRequest(body, size);
    const source = size > 0 ? opened.read(0, size - 1) : none();
    // A fault of the query, or of the first records, is an answer with a status; later ones are messages in the stream.
    const rows = await select(query, source, left.signal);
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    await pipeline(Readable.from(messagesOf(rows, hasProgress)), response);
  } finally {
    await opened.close();
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}

/**
 * The events of an answer: Records as they are made, Cont or Progress in between when that takes long, Stats and End; or,
 * where a record is at fault, an error after which nothing comes.
 */
export async function* messagesOf(rows: Rows, hasProgress: boolean, quietMs = defaultQuietMs): AsyncGenerator<Buffer> {
  const iterator = rows[Symbol.asyncIterator]();
  let bytesReturned = 0;
  const counts = (name: string) => {
    const { bytesScanned, bytesProcessed } = rows.progress;
    const elements = [
      element('BytesScanned', bytesScanned),
      element('BytesProcessed', bytesProcessed),
      element('BytesReturned', bytesReturned),
    ];
    return event(name, 'text/xml', Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${element(name, elements)}`));
  };
  try {
    for (;;) {
      const next = iterator.next();
      while (await isQuiet(next, quietMs)) yield hasProgress ? counts('Progress') : event('Cont');
      const { done, value } = await next;
      if (done) break;
      bytesReturned += value.length;
      yield event('Records', 'application/octet-stream', value);
    }
    if (hasProgress) yield counts('Progress');
    yield counts('Stats');
    yield event('End');
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    yield errorMessage(error.code, error.message);
  } finally {
    await iterator.return?.();
  }
}

/** Whether something is still awaited after the quiet time. */
async function isQuiet(awaited: Promise<unknown>, quietMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const quiet = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), quietMs);
  });
  try {
    const settled = awaited.then(
      () => false,
      () => false,
    );
    return await Promise.race([settled, quiet]);
  } finally {
    clearTimeout(timer);
  }
}
