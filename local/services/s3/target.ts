import { S3Error } from './errors';

/** What a request's URL names. Not parsed by `URL`, which would take `..` in a key for a folder. */
export interface Target {
  /** The path between its slashes, decoded; the first is empty. */
  readonly segments: readonly string[];
  /** Undefined at the root. */
  readonly bucket: string | undefined;
  /** Undefined where the bucket itself is named. */
  readonly key: string | undefined;
  readonly query: URLSearchParams;
}

/** Throws S3Error InvalidURI. */
export function targetOf(url: string): Target {
  const [path = '', ...query] = url.split('?');
  const segments = path.split('/').map(decoded);
  const [, bucket, ...key] = segments;
  return {
    segments,
    bucket: bucket || undefined,
    key: key.join('/') || undefined,
    query: new URLSearchParams(query.join('?')),
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new S3Error(400, 'InvalidURI', 'Could not parse the specified URI.');
  }
}
