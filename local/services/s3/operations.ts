import { isBucketName } from './bucket-name';
import { getBucketNotification, putBucketNotification } from './bucket-notification';
import { createBucket, headBucket, listBuckets } from './buckets';
import { copyObject } from './copy-object';
import { deleteBucketCors, getBucketCors, putBucketCors } from './cors';
import { S3Error } from './errors';
import type { Exchange, Operation } from './exchange';
import { listObjectsV2 } from './list-objects';
import { abortMultipartUpload, completeMultipartUpload, createMultipartUpload, uploadPart } from './multipart';
import { listMultipartUploads, listParts } from './multipart-lists';
import { deleteObject, getObject, headObject, putObject } from './objects';
import type { S3Request } from './request';
import { selectObjectContent } from './select-object-content';

/**
 * What is emulated: method, what it is about, and the query parameter that makes another operation of it. All else is
 * answered NotImplemented, by name, rather than with half a meaning.
 */
const operations: Readonly<Record<string, Operation>> = {
  'GET service': listBuckets,
  'PUT bucket': createBucket,
  'HEAD bucket': headBucket,
  'GET bucket': listObjectsV2,
  'GET bucket uploads': listMultipartUploads,
  'PUT bucket cors': putBucketCors,
  'GET bucket cors': getBucketCors,
  'DELETE bucket cors': deleteBucketCors,
  'PUT bucket notification': putBucketNotification,
  'GET bucket notification': getBucketNotification,
  'PUT object': (exchange) => (isCopy(exchange) ? copyObject(exchange) : putObject(exchange)),
  'GET object': getObject,
  'HEAD object': headObject,
  'DELETE object': deleteObject,
  'POST object select': selectObjectContent,
  'POST object uploads': createMultipartUpload,
  'PUT object uploadId': uploadPart,
  'GET object uploadId': listParts,
  'POST object uploadId': completeMultipartUpload,
  'DELETE object uploadId': abortMultipartUpload,
};

const isCopy = ({ request }: Exchange): boolean => request.headers['x-amz-copy-source'] !== undefined;

/** Query parameters that make another operation of a request. Source: S3 API reference, the operations' request syntax. */
const subresources = new Set(
  `accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle
  location logging metadataConfiguration metadataTable metrics notification object-lock ownershipControls partNumber
  policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select session tagging
  torrent uploadId uploads versionId versioning versions website`.split(/\s+/),
);

/** The `x-amz-` headers and parameters that are understood, or that change nothing. */
const understood =
  /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256|decoded-content-length|trailer|mp-object-size|copy-source|copy-source-if-.+|metadata-directive|sdk-checksum-algorithm|checksum-.+|meta-.+|user-agent)$/;

/** Finds the operation that a request asks for. Throws S3Error InvalidBucketName, MethodNotAllowed or NotImplemented. */
export function operationOf(request: S3Request): Operation {
  const { method, bucket, query, headers } = request;
  if (bucket !== '' && !isBucketName(bucket)) {
    throw new S3Error('InvalidBucketName', { detail: { BucketName: bucket } });
  }
  if (!['GET', 'HEAD', 'PUT', 'POST', 'DELETE'].includes(method)) {
    throw new S3Error('MethodNotAllowed', { detail: { Method: method } });
  }
  const header = Object.keys(headers).find((name) => name.startsWith('x-amz-') && !understood.test(name));
  if (header !== undefined) throw new S3Error('NotImplemented', { detail: { Header: header } });

  const { subject, subresource } = subjectOf(request);
  const operation = operations[operationName(request)];
  const isOldListing = operation === listObjectsV2 && query.get('list-type') !== '2';
  const isPartCopy = subresource === 'uploadId' && headers['x-amz-copy-source'] !== undefined;
  if (!operation || isOldListing || isPartCopy) {
    throw new S3Error('NotImplemented', {
      message: `${method} of ${subject}${subresource === undefined ? '' : ` with '${subresource}'`}${isOldListing ? ' without list-type=2' : ''} is not emulated.`,
    });
  }
  return operation;
}

/** What a request asks for, as in the table: `GET object`. */
export function operationName(request: S3Request): string {
  const { subject, subresource } = subjectOf(request);
  return [request.method, subject, subresource].filter(Boolean).join(' ');
}

function subjectOf({ bucket, key, query }: S3Request) {
  const subject = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  // A part's number comes with its upload's id, and makes an operation of its own without.
  const names = [...query.keys()].filter((name) => subresources.has(name));
  return { subject, subresource: names.find((name) => name !== 'partNumber') ?? names[0] };
}
