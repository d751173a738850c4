import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { unpackAwsChunked } from './aws-chunked';
import type { Bucket } from './bucket';
import type { Buckets } from './buckets';
import { checksumHeaders, Digests, verifiedChecksums } from './checksums';
import { checkReadConditions, rangeOf, writeCondition } from './conditions';
import { badDigest, notImplemented, S3Error } from './errors';
import { listObjects } from './listing';
import { objectHeaders, type StoredObject } from './object';
import type { Signed } from './signature';
import { element, type Xml, xmlDocument } from './xml';

/** A request whose signature is verified, with what it names. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signed: Signed;
  readonly query: URLSearchParams;
  readonly buckets: Buckets;
  readonly now: () => number;
}

interface BucketCall extends Call {
  readonly bucket: Bucket;
  readonly bucketName: string;
}

interface ObjectCall extends BucketCall {
  readonly key: string;
}

/** By method; the parameters that choose another operation of S3 are refused before. */
export const rootOperations: Readonly<Record<string, (call: Call) => Promise<void> | void>> = {
  GET: ({ response, buckets }) =>
    sendXml(
      response,
      element('ListAllMyBucketsResult', [
        element(
          'Buckets',
          buckets.names().map((name) => element('Bucket', [element('Name', name)])),
        ),
      ]),
    ),
};

export const bucketOperations: Readonly<Record<string, (call: BucketCall) => Promise<void> | void>> = {
  HEAD: ({ response }) => void response.writeHead(200).end(),
  GET: ({ response, bucket, bucketName, query }) => {
    if (query.get('list-type') !== '2') throw notImplemented('ListObjects (version 1)');
    sendXml(response, listObjects(bucketName, bucket, query));
  },
};

export const objectOperations: Readonly<Record<string, (call: ObjectCall) => Promise<void> | void>> = {
  PUT: putObject,
  GET: getObject,
  HEAD: getObject,
  DELETE: async ({ response, bucket, key }) => {
    await bucket.delete(key);
    response.writeHead(204).end();
  },
};

/** Parameters of operations that are emulated; any other that S3 knows names an operation that is not. */
const knownParameters =
  /^(x-id|list-type|prefix|delimiter|max-keys|start-after|continuation-token|encoding-type|fetch-owner|response-.*|x-amz-.*)$/i;

export function refuseOtherOperations(query: URLSearchParams): void {
  for (const name of query.keys()) if (!knownParameters.test(name)) throw notImplemented(`The operation of ?${name}`);
}

const maxKeyBytes = 1024;
/** Source: S3, "Uploading objects": the most that one PUT takes. */
const maxObjectBytes = 5 * 1024 ** 3;

async function putObject({ request, response, signed, bucket, key, now }: ObjectCall): Promise<void> {
  const { headers } = request;
  if (headers['x-amz-copy-source'] !== undefined) throw notImplemented('CopyObject');
  if (Buffer.byteLength(key) > maxKeyBytes) throw new S3Error(400, 'KeyTooLongError', 'Your key is too long');
  const condition = writeCondition(headers);
  condition(bucket.get(key)); // Refused before the body is read; asked again when the object is made.

  const { bytes, trailers } = bodyOf(request, signed);
  const digests = new Digests();
  const content = await bucket.writeContent(counted(bytes, digests));
  try {
    const { md5, sha256Hex, checksums } = digests.finish();
    checkBody(request, signed, digests.size, { md5, sha256Hex });
    const object: StoredObject = {
      key,
      content,
      size: digests.size,
      etag: `"${md5.toString('hex')}"`,
      modifiedMs: now(),
      checksums: verifiedChecksums({ ...headers, ...trailers }, checksums),
      headers: objectHeaders(headers),
    };
    await bucket.put(object, condition);
    response.writeHead(200, { etag: object.etag, ...checksumHeaders(object.checksums) }).end();
  } catch (error) {
    if (bucket.get(key)?.content !== content) await bucket.discardContent(content);
    throw error;
  }
}

/** The body as it was before it was packed for the way. */
function bodyOf(request: IncomingMessage, { payload }: Signed) {
  // Left open when reading stops early, since the answer goes out on the same connection.
  const bytes: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  if (payload === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return unpackAwsChunked(bytes);
  if (payload.startsWith('STREAMING-')) throw notImplemented('A body of signed chunks');
  return { bytes, trailers: {} };
}

async function* counted(bytes: AsyncIterable<Buffer>, digests: Digests): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    digests.update(chunk);
    if (digests.size > maxObjectBytes) {
      throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
    }
    yield chunk;
  }
}

/** What the request says of its body must be so. Throws S3Error. */
function checkBody(
  { headers, complete }: IncomingMessage,
  { payload }: Signed,
  size: number,
  { md5, sha256Hex }: { readonly md5: Buffer; readonly sha256Hex: string },
): void {
  const decodedLength = headers['x-amz-decoded-content-length'];
  if (!complete || (decodedLength !== undefined && Number(decodedLength) !== size)) {
    throw new S3Error(400, 'IncompleteBody', 'You did not provide the number of bytes specified by the HTTP header');
  }
  if (/^[0-9a-f]{64}$/.test(payload) && payload !== sha256Hex) {
    throw new S3Error(
      400,
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined && contentMd5 !== md5.toString('base64')) throw badDigest('Content-MD5');
}

/** GET, and HEAD, which is the same without the bytes. */
async function getObject({ request, response, query, bucket, key }: ObjectCall): Promise<void> {
  const { object, file } = await bucket.read(key);
  try {
    checkReadConditions(request.headers, object);
    const range = rangeOf(request.headers.range, object.size);
    const { first, last } = range ?? { first: 0, last: object.size - 1 };
    response.writeHead(range ? 206 : 200, {
      ...object.headers,
      ...overrides(query),
      etag: object.etag,
      'last-modified': new Date(object.modifiedMs).toUTCString(),
      'accept-ranges': 'bytes',
      'content-length': last - first + 1,
      ...(range ? { 'content-range': `bytes ${first}-${last}/${object.size}` } : {}),
      ...(request.headers['x-amz-checksum-mode'] === 'ENABLED' && !range ? checksumHeaders(object.checksums) : {}),
    });
    if (request.method === 'HEAD' || last < first) response.end();
    else await pipeline(file.createReadStream({ start: first, end: last, autoClose: false }), response);
  } finally {
    await file.close();
  }
}

/** `response-content-type` and the like, in the query of a signed GET. */
function overrides(query: URLSearchParams): Record<string, string> {
  const given = [...query].filter(([name]) => name.startsWith('response-'));
  return Object.fromEntries(given.map(([name, value]) => [name.slice('response-'.length), value]));
}

export function sendXml(response: ServerResponse, root: Xml, status = 200): void {
  const body = Buffer.from(xmlDocument(root));
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': body.length }).end(body);
}
