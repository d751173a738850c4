import { S3Error } from './errors';
import { type Exchange, sendXml } from './exchange';
import { openPayload } from './payload';
import { element, xmlDocument } from './xml';

// CreateBucket, HeadBucket and ListBuckets.

/** Far above any CreateBucketConfiguration. */
const maxConfigurationBytes = 64 * 1024;

export async function createBucket(exchange: Exchange): Promise<void> {
  const { request, response, region, store, now } = exchange;
  const location = locationIn(await readConfiguration(exchange));
  // us-east-1 is the region that a bucket is in when it says nothing.
  if (location !== undefined && (location !== region || region === 'us-east-1')) {
    throw new S3Error('InvalidLocationConstraint', { detail: { LocationConstraint: location } });
  }
  if (location === undefined && region !== 'us-east-1') throw new S3Error('IllegalLocationConstraintException');
  const isNew = await store.createBucket(request.bucket, new Date(Math.floor(now() / 1000) * 1000).toISOString());
  // Only us-east-1 lets an owner create a bucket again.
  if (!isNew && region !== 'us-east-1') {
    throw new S3Error('BucketAlreadyOwnedByYou', { detail: { BucketName: request.bucket } });
  }
  response.writeHead(200, { location: `/${request.bucket}`, 'content-length': 0 }).end();
}

async function readConfiguration(exchange: Exchange): Promise<string> {
  const { headers } = exchange.request;
  if ((headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined) return '';
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of openPayload(exchange).chunks) {
    bytes += chunk.length;
    if (bytes > maxConfigurationBytes) throw new S3Error('MalformedXML');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The one element that is read is too small for a parser of XML; whatever else is in the body is refused, not skipped. */
function locationIn(xml: string): string | undefined {
  const body = xml.replace(/^\s*<\?xml[^>]*\?>/, '').trim();
  if (body === '') return undefined;
  const [, inner] =
    /^<CreateBucketConfiguration(?:\s[^>]*)?>(.*)<\/CreateBucketConfiguration>$/s.exec(body) ??
    /^<CreateBucketConfiguration(?:\s[^>]*)?\/>()$/.exec(body) ??
    [];
  if (inner === undefined) throw new S3Error('MalformedXML');
  if (inner.trim() === '') return undefined;
  const [, location] = /^<LocationConstraint>([a-z0-9-]*)<\/LocationConstraint>$/.exec(inner.trim()) ?? [];
  if (location === undefined) {
    throw new S3Error('NotImplemented', {
      message: 'Of a CreateBucketConfiguration only LocationConstraint is emulated.',
    });
  }
  return location;
}

export function headBucket({ request, response, region, store }: Exchange): void {
  store.existingBucket(request.bucket);
  response.writeHead(200, { 'x-amz-bucket-region': region }).end();
}

export function listBuckets(exchange: Exchange): void {
  const buckets = exchange.store
    .buckets()
    .map(({ name, createdAt }) => element('Bucket', [element('Name', name), element('CreationDate', createdAt)]));
  sendXml(exchange, 200, xmlDocument('ListAllMyBucketsResult', [element('Buckets', buckets)]));
}
