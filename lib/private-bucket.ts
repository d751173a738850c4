import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, BucketEncryption, type BucketProps, type LifecycleRule } from 'aws-cdk-lib/aws-s3';
import { deletedVersionDays } from '../src/config';

/** What was deleted or replaced can be brought back for a while; then its bytes are gone, and the mark of its deletion too. */
const keptAWhile: LifecycleRule = {
  noncurrentVersionExpiration: Duration.days(deletedVersionDays),
  expiredObjectDeleteMarker: true,
};

/**
 * What every bucket of ours is: private, encrypted, reached over TLS only, and kept when the stack is deleted. It keeps the
 * versions that were deleted or replaced for some days: no function may delete those.
 */
export const privateBucket = {
  encryption: BucketEncryption.S3_MANAGED,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
  lifecycleRules: [keptAWhile],
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
} satisfies BucketProps;
