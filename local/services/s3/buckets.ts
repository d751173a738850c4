import { S3Error } from './errors';
import { type Exchange, sendXml } from './exchange';
import { requestText } from './request-text';
import { element, parseXml, textOf, xmlDocument } from './xml';

// CreateBucket, HeadBucket and ListBuckets.

/** Far above any CreateBucketConfiguration. */
const maxConfigurationBytes = 64 * 1024;

export async function createBucket(exchange: Exchange): Promise<void> {
  const { request, response, region, store, now } = exchange;
  const location = locationIn(await requestText(exchange, maxConfigurationBytes));
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

/** Whatever else is in the body is refused, not skipped. */
function locationIn(xml: string): string | undefined {
  if (xml.trim() === '') return undefined;
  const configuration = parseXml(xml, 'CreateBucketConfiguration');
  const names = typeof configuration === 'string' ? [] : Object.keys(configuration);
  if (names.some((name) => name !== 'LocationConstraint')) {
    throw new S3Error('NotImplemented', {
      message: 'Of a CreateBucketConfiguration only LocationConstraint is emulated.',
    });
  }
  return textOf(configuration, 'LocationConstraint');
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
