import { createHash } from 'node:crypto';
import { causeOf } from './bucket-notification';
import { type ChecksumName, type ChecksumType, checksumHeaders, checksumNameIn, checksumOfParts } from './checksums';
import { checkWrite } from './conditions';
import { S3Error } from './errors';
import { type Exchange, sendXml } from './exchange';
import { objectHeaders } from './object-headers';
import { bucketOf, wholeSeconds } from './objects';
import { openPayload } from './payload';
import type { S3Request } from './request';
import { requestText } from './request-text';
import type { StoredObject } from './stored-object';
import type { Upload, UploadedPart } from './uploads';
import { childrenOf, element, parseXml, textOf, xmlDocument } from './xml';

// CreateMultipartUpload, UploadPart, CompleteMultipartUpload and AbortMultipartUpload.
// Source: S3 API reference, these operations, and S3 user guide, "Amazon S3 multipart upload limits".

const maxPartNumber = 10_000;
/** Of every part but the last. */
const minPartBytes = 5 * 1024 ** 2;
const maxObjectBytes = 50 * 1024 ** 4;
/** Of a list of 10 000 parts with their checksums. */
const maxListBytes = 4 * 1024 ** 2;

export async function createMultipartUpload(exchange: Exchange): Promise<void> {
  const { request, now } = exchange;
  const bucket = bucketOf(exchange);
  const checksum = checksumAsked(request);
  const id = await bucket.uploads.begin({
    key: request.key,
    initiatedAt: wholeSeconds(now()),
    ...objectHeaders(request),
    ...(checksum ? { checksum } : {}),
  });
  const names = [element('Bucket', bucket.name), element('Key', request.key), element('UploadId', id)];
  sendXml(exchange, 200, xmlDocument('InitiateMultipartUploadResult', names), algorithmHeaders(checksum));
}

const algorithmHeaders = (checksum: Upload['checksum']): Record<string, string> =>
  checksum ? { 'x-amz-checksum-algorithm': checksum.name.toUpperCase(), 'x-amz-checksum-type': checksum.type } : {};

function checksumAsked({ headers }: S3Request): Upload['checksum'] {
  const algorithm = headers['x-amz-checksum-algorithm'];
  const type = headers['x-amz-checksum-type'];
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw new S3Error('InvalidRequest', {
      message: 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    });
  }
  const name = checksumNameIn(`x-amz-checksum-${algorithm.toLowerCase()}`);
  if (type !== undefined && !isPossible(name, type)) {
    throw new S3Error('InvalidRequest', {
      message: `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    });
  }
  return { name, type: (type ?? 'COMPOSITE') as ChecksumType };
}

const isPossible = (name: ChecksumName, type: string): boolean =>
  type === 'COMPOSITE' || (type === 'FULL_OBJECT' && name.startsWith('crc'));

export async function uploadPart(exchange: Exchange): Promise<void> {
  const { request, response, now } = exchange;
  const bucket = bucketOf(exchange);
  const number = partNumber(request);
  const upload = existingUpload(exchange);
  const payload = openPayload(exchange, upload.checksum?.name ?? 'none');
  const content = await bucket.receive(payload.chunks);
  const { md5, checksum } = payload.sums();
  const part: UploadedPart = {
    number,
    content,
    md5,
    ...(upload.checksum && checksum ? { checksum: checksum.value } : {}),
    lastModified: wholeSeconds(now()),
  };
  let before: UploadedPart | undefined;
  try {
    before = await bucket.uploads.putPart(upload, part);
  } catch (error) {
    await bucket.discard([content]);
    throw error;
  }
  if (before) await bucket.discard([before.content]);
  const { 'x-amz-checksum-type': _, ...sum } = checksum ? checksumHeaders(checksum) : {};
  response.writeHead(200, { etag: `"${md5}"`, ...sum, 'content-length': 0 }).end();
}

export async function completeMultipartUpload(exchange: Exchange): Promise<void> {
  const { request, now } = exchange;
  const bucket = bucketOf(exchange);
  const listed = readPartList(await requestText(exchange, maxListBytes, 'not of the body'));
  const done: { object?: StoredObject } = {};
  let unused: readonly UploadedPart[] = [];
  await bucket.uploads.end(existingUpload(exchange), async (upload) => {
    const parts = listed.map((claim) => existingPart(upload, claim));
    const object = assembled(upload, parts, request, wholeSeconds(now()));
    await bucket.commit(object, causeOf(exchange, 'CompleteMultipartUpload'), (current) =>
      checkWrite(request.headers, request.key, current),
    );
    done.object = object;
    unused = [...upload.parts.values()].filter((part) => !parts.includes(part));
  });
  await bucket.discard(unused.map(({ content }) => content));
  const { object } = done;
  if (!object) throw new Error('the upload ended without an object');
  sendXml(exchange, 200, resultDocument(exchange, object));
}

export async function abortMultipartUpload(exchange: Exchange): Promise<void> {
  const bucket = bucketOf(exchange);
  const upload = existingUpload(exchange);
  await bucket.uploads.end(upload, async () => {});
  await bucket.discard([...upload.parts.values()].map(({ content }) => content));
  exchange.response.writeHead(204).end();
}

/** Throws S3Error NoSuchUpload. */
export const existingUpload = (exchange: Exchange): Upload =>
  bucketOf(exchange).uploads.existing(exchange.request.query.get('uploadId') ?? '', exchange.request.key);

function partNumber({ query }: S3Request): number {
  const text = query.get('partNumber') ?? '';
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number >= 1 && number <= maxPartNumber) return number;
  throw new S3Error('InvalidArgument', {
    message: `Part number must be an integer between 1 and ${maxPartNumber}, inclusive`,
    detail: { ArgumentName: 'partNumber', ArgumentValue: text },
  });
}

/** What the client says of a part. */
interface PartClaim {
  readonly number: number;
  readonly etag: string;
  readonly checksums: Readonly<Record<string, string>>;
}

function readPartList(xml: string): readonly PartClaim[] {
  const nodes = childrenOf(parseXml(xml, 'CompleteMultipartUpload'), 'Part');
  if (nodes.length === 0 || nodes.length > maxPartNumber) throw new S3Error('MalformedXML');
  const claims = nodes.map((node) => {
    const [number, etag] = [Number(textOf(node, 'PartNumber')), textOf(node, 'ETag')];
    if (!Number.isInteger(number) || etag === undefined) throw new S3Error('MalformedXML');
    const sums = Object.keys(node as object).filter((name) => name.startsWith('Checksum'));
    const checksums = Object.fromEntries(
      sums.map((name) => [name.slice('Checksum'.length).toLowerCase(), textOf(node, name) ?? '']),
    );
    return { number, etag: etag.replaceAll('"', ''), checksums };
  });
  if (claims.some(({ number }, index) => number <= (claims[index - 1]?.number ?? 0))) {
    throw new S3Error('InvalidPartOrder');
  }
  return claims;
}

function existingPart({ checksum, parts }: Upload, { number, etag, checksums }: PartClaim): UploadedPart {
  const part = parts.get(number);
  const claimed = Object.entries(checksums);
  const isWrong = claimed.some(([name, value]) => name !== checksum?.name || value !== part?.checksum);
  if (part?.md5 !== etag || isWrong) throw new S3Error('InvalidPart', { detail: { PartNumber: number, ETag: etag } });
  if (checksum?.type === 'COMPOSITE' && claimed.length === 0) {
    throw new S3Error('InvalidRequest', {
      message: `The upload was created using a ${checksum.name} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    });
  }
  return part;
}

function assembled(
  upload: Upload,
  parts: readonly UploadedPart[],
  request: S3Request,
  lastModified: string,
): StoredObject {
  const small = parts.slice(0, -1).find(({ content }) => content.size < minPartBytes);
  if (small) {
    throw new S3Error('EntityTooSmall', {
      detail: { ProposedSize: small.content.size, MinSizeAllowed: minPartBytes, PartNumber: small.number },
    });
  }
  const size = parts.reduce((bytes, { content }) => bytes + content.size, 0);
  if (size > maxObjectBytes) throw new S3Error('EntityTooLarge', { detail: { ProposedSize: size } });
  const expected = request.headers['x-amz-mp-object-size'];
  if (expected !== undefined && Number(expected) !== size) {
    throw new S3Error('InvalidRequest', {
      message: `The provided 'x-amz-mp-object-size' header value does not match what was computed, ${size}.`,
    });
  }
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part.md5, 'hex');
  const checksum = checksumOf(upload, parts, request);
  return {
    key: upload.key,
    contents: parts.map(({ content }) => content),
    size,
    etag: `"${md5.digest('hex')}-${parts.length}"`,
    lastModified,
    headers: upload.headers,
    metadata: upload.metadata,
    ...(checksum ? { checksum } : {}),
  };
}

/** The object's checksum, which must be what the request says that it is. */
function checksumOf({ checksum }: Upload, parts: readonly UploadedPart[], { headers }: S3Request) {
  const type = headers['x-amz-checksum-type'];
  if (type !== undefined && type !== checksum?.type) {
    throw new S3Error('InvalidRequest', {
      message: `The upload was created using the ${checksum?.type ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
    });
  }
  if (!checksum) return undefined;
  const sum = checksumOfParts(
    checksum,
    parts.map((part) => ({ value: part.checksum ?? '', bytes: part.content.size })),
  );
  const claimed = headers[`x-amz-checksum-${sum.name}`];
  if (claimed !== undefined && claimed !== sum.value && claimed !== sum.value.replace(/-\d+$/, '')) {
    throw new S3Error('BadDigest', {
      message: `The ${sum.name} you specified did not match the calculated checksum.`,
    });
  }
  return sum;
}

function resultDocument({ request }: Exchange, { key, etag, checksum }: StoredObject): string {
  return xmlDocument('CompleteMultipartUploadResult', [
    element('Location', `http://${request.headers['host']}/${request.bucket}/${key}`),
    element('Bucket', request.bucket),
    element('Key', key),
    element('ETag', etag),
    ...(checksum
      ? [
          element(`Checksum${checksum.name.toUpperCase()}`, checksum.value),
          element('ChecksumType', checksum.type ?? 'FULL_OBJECT'),
        ]
      : []),
  ]);
}
