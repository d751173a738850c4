import { Duration } from 'aws-cdk-lib';
import { Bucket, type CorsRule, HttpMethods } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { limits } from '../src/config';
import { acknowledge } from './acknowledge';
import { privateBucket } from './private-bucket';

interface FilesProps {
  /** The web pages that may send parts and follow links, or `*`. */
  readonly allowedOrigins: readonly string[];
}

/** The private bucket of the users' files. */
export class Files extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { allowedOrigins }: FilesProps) {
    super(scope, id);
    this.bucket = userBucket(this, allowedOrigins);
  }
}

/** A private bucket of what users have uploaded. */
export function userBucket(scope: Construct, allowedOrigins: readonly string[]): Bucket {
  const bucket = new Bucket(scope, 'Bucket', {
    ...privateBucket,
    ...(allowedOrigins.length > 0 && { cors: [corsRule(allowedOrigins)] }),
    lifecycleRules: [
      ...privateBucket.lifecycleRules,
      { abortIncompleteMultipartUploadAfter: Duration.days(limits.uploadDays) },
    ],
  });
  acknowledge(
    bucket,
    'S1',
    'Nobody reaches the bucket but our functions and the links that they sign; API Gateway logs their requests.',
  );
  return bucket;
}

const corsRule = (allowedOrigins: readonly string[]): CorsRule => ({
  allowedOrigins: [...allowedOrigins],
  allowedMethods: [HttpMethods.GET, HttpMethods.HEAD, HttpMethods.PUT],
  allowedHeaders: ['*'],
  exposedHeaders: ['ETag', 'Content-Range', 'Content-Disposition'],
  maxAge: 600,
});
