import { createHash } from 'node:crypto';
import type { Bucket, OpenObject } from './bucket';
import { causeOf } from './bucket-notification';
import { startChecksum } from './checksums';
import { checkRead, checkWrite } from './conditions';
import { S3Error } from './errors';
import { type Exchange, sendXml } from './exchange';
import { objectHeaders } from './object-headers';
import { bucketOf, noSuchKey, wholeSeconds } from './objects';
import type { S3Request } from './request';
import type { StoredObject } from './stored-object';
import { element, xmlDocument } from './xml';

/** A larger object is copied in parts, which is not emulated. */
const maxCopyBytes = 5 * 1024 ** 3;

/** CopyObject. A copy has the ETag of an object that was put whole. Source: S3 API reference, CopyObject. */
export async function copyObject(exchange: Exchange): Promise<void> {
  const { request, now } = exchange;
  const target = bucketOf(exchange);
  const from = sourceOf(request);
  const source = exchange.store.existingBucket(from.bucket).open(from.key);
  if (!source) throw noSuchKey({ ...request, key: from.key });
  try {
    checkSource(request, source.object);
    const isReplaced = replacesMetadata(request);
    if (!isReplaced && from.bucket === request.bucket && from.key === request.key) {
      throw new S3Error('InvalidRequest', {
        message:
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      });
    }
    checkWrite(request.headers, request.key, target.get(request.key));
    const { headers, metadata } = isReplaced ? objectHeaders(request) : source.object;
    const copied = await copyBytes(source, target);
    const object = { key: request.key, lastModified: wholeSeconds(now()), headers, metadata, ...copied };
    await target.commitOrDiscard(object, causeOf(exchange, 'Copy'), (current) =>
      checkWrite(request.headers, request.key, current),
    );
    sendXml(
      exchange,
      200,
      xmlDocument('CopyObjectResult', [element('LastModified', object.lastModified), element('ETag', object.etag)]),
    );
  } finally {
    await source.close();
  }
}

function sourceOf({ headers }: S3Request): { readonly bucket: string; readonly key: string } {
  const given = headers['x-amz-copy-source'] ?? '';
  let path: string;
  try {
    path = decodeURIComponent(given).replace(/^\//, '');
  } catch (cause) {
    throw new S3Error('InvalidArgument', { message: 'The copy source is not percent-encoded UTF-8', cause });
  }
  const at = path.indexOf('/');
  if (at < 1 || at === path.length - 1) {
    throw new S3Error('InvalidArgument', {
      message: 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      detail: { ArgumentName: 'x-amz-copy-source', ArgumentValue: given },
    });
  }
  if (/\?versionId=/.test(given)) throw new S3Error('NotImplemented', { detail: { Header: 'x-amz-copy-source' } });
  return { bucket: path.slice(0, at), key: path.slice(at + 1) };
}

/** The conditions of a read, under longer names; an object that is not as asked is 412, never 304. */
function checkSource({ headers }: S3Request, object: StoredObject): void {
  const prefix = 'x-amz-copy-source-';
  const conditions = Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(`${prefix}if-`))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
  try {
    checkRead(conditions, object);
  } catch (error) {
    throw error instanceof S3Error && error.code === 'NotModified' ? new S3Error('PreconditionFailed') : error;
  }
  if (object.size > maxCopyBytes) {
    throw new S3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${maxCopyBytes}`,
    });
  }
}

function replacesMetadata({ headers }: S3Request): boolean {
  const directive = headers['x-amz-metadata-directive'] ?? 'COPY';
  if (directive === 'COPY' || directive === 'REPLACE') return directive === 'REPLACE';
  throw new S3Error('InvalidArgument', {
    message: 'Unknown metadata directive.',
    detail: { ArgumentName: 'x-amz-metadata-directive', ArgumentValue: directive },
  });
}

async function copyBytes({ object, read }: OpenObject, target: Bucket) {
  const md5 = createHash('md5');
  const sum = object.checksum && startChecksum(object.checksum.name);
  async function* bytes() {
    for await (const chunk of read(0, object.size - 1)) {
      md5.update(chunk);
      sum?.update(chunk);
      yield chunk;
    }
  }
  const content = await target.receive(bytes());
  return {
    contents: [content],
    size: object.size,
    etag: `"${md5.digest('hex')}"`,
    ...(object.checksum && sum
      ? { checksum: { name: object.checksum.name, value: sum.digest().toString('base64') } }
      : {}),
  };
}
