import type { ServerResponse } from 'node:http';
import type { Bucket } from './bucket';
import { causeOf } from './bucket-notification';
import { checksumHeaders } from './checksums';
import { checkRead, checkWrite } from './conditions';
import { S3Error } from './errors';
import type { Exchange } from './exchange';
import { answerChecksum, answerHeaders, objectHeaders } from './object-headers';
import { openPayload } from './payload';
import { type ByteRange, readRange } from './range';
import type { S3Request } from './request';
import type { StoredObject } from './stored-object';

// PutObject, GetObject, HeadObject and DeleteObject.

const maxKeyBytes = 1024;

/** What a GET reads at once. */
const pieceBytes = 256 * 1024;

export async function putObject(exchange: Exchange): Promise<void> {
  const { request, response, now } = exchange;
  const { headers, key } = request;
  const bucket = bucketOf(exchange);
  const kept = objectHeaders(request);
  const payload = openPayload(exchange);
  // Refuses early what can only fail; what counts is the same question when the object is committed.
  checkWrite(headers, key, bucket.get(key));

  const content = await bucket.receive(payload.chunks);
  const { bytes, md5, checksum } = payload.sums();
  const object: StoredObject = {
    key,
    contents: [content],
    size: bytes,
    etag: `"${md5}"`,
    lastModified: wholeSeconds(now()),
    ...kept,
    ...(checksum ? { checksum } : {}),
  };
  await bucket.commitOrDiscard(object, causeOf(exchange, 'Put'), (current) => checkWrite(headers, key, current));
  response
    .writeHead(200, { etag: object.etag, ...(checksum ? checksumHeaders(checksum) : {}), 'content-length': 0 })
    .end();
}

export async function getObject(exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const opened = bucketOf(exchange).open(request.key);
  if (!opened) throw noSuchKey(request);
  try {
    const { status, headers, range, length } = readAnswer(request, opened.object);
    response.writeHead(status, headers);
    if (length > 0) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(length, pieceBytes));
      await opened.readInto(buffer, range.first, range.last, (piece) => sent(response, piece));
    }
    response.end();
  } finally {
    await opened.close();
  }
}

/** Resolves when the bytes are with the system; rejects when the client leaves, so that the reading ends. */
const sent = (response: ServerResponse, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const leave = () => reject(new Error('the client has left'));
    if (response.destroyed) return leave();
    response.once('close', leave);
    response.write(bytes, (error) => {
      response.off('close', leave);
      if (error) reject(error);
      else resolve();
    });
  });

export function headObject(exchange: Exchange): void {
  const { request, response } = exchange;
  const object = bucketOf(exchange).get(request.key);
  if (!object) throw noSuchKey(request);
  const { status, headers } = readAnswer(request, object);
  response.writeHead(status, headers).end();
}

export async function deleteObject(exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  if (request.headers['if-match'] !== undefined)
    throw new S3Error('NotImplemented', { detail: { Header: 'If-Match' } });
  await bucketOf(exchange).delete(request.key);
  response.writeHead(204).end();
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly range: ByteRange;
  readonly length: number;
}

/** How a GET or HEAD is answered. Throws S3Error where its conditions do not hold or its range is none of the object's. */
function readAnswer(request: S3Request, object: StoredObject): Answer {
  checkRead(request.headers, object);
  const headers = answerHeaders(request, object);
  const part = readRange(request.headers['range'], object.size);
  const range = part ?? { first: 0, last: object.size - 1 };
  const length = range.last - range.first + 1;
  return {
    status: part ? 206 : 200,
    headers: {
      ...headers,
      'content-length': length,
      ...(part
        ? { 'content-range': `bytes ${part.first}-${part.last}/${object.size}` }
        : answerChecksum(request, object)),
    },
    range,
    length,
  };
}

/** The bucket of a request about an object. Throws S3Error NoSuchBucket, or KeyTooLongError. */
export function bucketOf({ request, store }: Pick<Exchange, 'store'> & { readonly request: S3Request }): Bucket {
  const keyBytes = Buffer.byteLength(request.key);
  if (keyBytes > maxKeyBytes) {
    throw new S3Error('KeyTooLongError', { detail: { Size: keyBytes, MaxSizeAllowed: maxKeyBytes } });
  }
  return store.existingBucket(request.bucket);
}

export const noSuchKey = ({ key }: S3Request) => new S3Error('NoSuchKey', { detail: { Key: key } });

export const wholeSeconds = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString();
