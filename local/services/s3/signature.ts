import type { Session, Sessions } from '../sessions';
import { algorithm, type Credentials, equal, hmac, maxSkewMs, parseDate, sha256, signingKey } from '../sigv4';
import { S3Error } from './errors';
import type { S3Request } from './request';
import { uriEncode, uriEncodePath } from './uri';

// AWS Signature Version 4, in the Authorization header or in the query of a presigned URL.
// Source: S3 API reference, "Authenticating Requests (AWS Signature Version 4)".

/** Who may ask, from where, and when it is. */
export interface Authority {
  readonly credentials: Credentials;
  /** Those who come with a session token. @default nobody does */
  readonly sessions?: Sessions | undefined;
  readonly region: string;
  /** Milliseconds since 1970. */
  now(): number;
}

/** What a good signature vouches for. */
export interface Authenticated {
  /** The SHA-256 of the body in hexadecimal, or a word that says how the body is sent. */
  readonly payloadHash: string;
  readonly signing: Signing;
  /** Whose policies decide what may be done; absent for the owner, who may do everything. */
  readonly session?: Session;
}

/** What the signatures of a body's chunks go on from. */
export interface Signing {
  readonly key: Buffer;
  /** `20260101T000000Z` */
  readonly date: string;
  /** `20260101/us-east-1/s3/aws4_request` */
  readonly scope: string;
  /** Of the request, in hexadecimal. */
  readonly signature: string;
}

interface Claim {
  readonly accessKeyId: string;
  readonly date: string;
  readonly scope: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly payloadHash: string;
}

const maxExpiresSeconds = 7 * 24 * 60 * 60;

/**
 * Throws S3Error unless the request was signed with the credentials, or with those of a session that goes on, for this
 * region, and is neither stale nor early.
 */
export function authenticate(request: S3Request, authority: Authority): Authenticated {
  const { region, now } = authority;
  const { authorization } = request.headers;
  if (authorization !== undefined && request.isPresigned) {
    throw new S3Error('InvalidArgument', {
      message: 'Only one auth mechanism allowed; send the X-Amz-Algorithm parameter or the Authorization header.',
    });
  }
  if (authorization === undefined && !request.isPresigned) throw new S3Error('AccessDenied');
  const claim =
    authorization === undefined
      ? presignedClaim(request, region, now())
      : headerClaim(request, authorization, region, now());
  const session = sessionOf(request, authority);
  const { accessKeyId, secretAccessKey } = session ?? authority.credentials;
  if (claim.accessKeyId !== accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', { detail: { AWSAccessKeyId: claim.accessKeyId } });
  }
  requireSigned(request, claim.signedHeaders);

  const key = signingKey(secretAccessKey, claim.scope);
  const canonical = canonicalRequest(request, claim);
  const stringToSign = [algorithm, claim.date, claim.scope, sha256(canonical)].join('\n');
  if (!equal(hmac(key, stringToSign).toString('hex'), claim.signature)) {
    throw new S3Error('SignatureDoesNotMatch', {
      detail: { AWSAccessKeyId: claim.accessKeyId, StringToSign: stringToSign, CanonicalRequest: canonical },
    });
  }
  const { payloadHash, ...signing } = claim;
  return { payloadHash, signing: { key, ...signing }, ...(session && { session }) };
}

/** The session of the token that a request carries. Throws S3Error where it is none, or has ended. */
function sessionOf({ headers }: S3Request, { sessions, now }: Authority): Session | undefined {
  const token = headers['x-amz-security-token'];
  if (token === undefined) return undefined;
  const session = sessions?.open(token);
  if (!session) throw new S3Error('InvalidToken');
  if (now() >= session.expiresAtMs) throw new S3Error('ExpiredToken');
  return session;
}

/** The same for a browser's form: what is signed is its policy. Throws S3Error. */
export function authenticateForm(fields: ReadonlyMap<string, string>, { credentials, region }: Authority): void {
  const [date = '', credential = '', signature = '', policy = ''] = [
    'x-amz-date',
    'x-amz-credential',
    'x-amz-signature',
    'policy',
  ].map((name) => fields.get(name));
  if (fields.get('x-amz-algorithm') !== algorithm || !date || !credential || !signature || !policy) {
    throw new S3Error('AccessDenied');
  }
  const { accessKeyId, scope } = readCredential(credential, date, region, 'AuthorizationQueryParametersError');
  if (accessKeyId !== credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', { detail: { AWSAccessKeyId: accessKeyId } });
  }
  const expected = hmac(signingKey(credentials.secretAccessKey, scope), policy).toString('hex');
  if (!equal(expected, signature)) throw new S3Error('SignatureDoesNotMatch', { detail: { StringToSign: policy } });
}

function headerClaim({ headers }: S3Request, authorization: string, region: string, now: number): Claim {
  if (!authorization.startsWith(`${algorithm} `)) {
    throw new S3Error('InvalidRequest', {
      message: `The authorization mechanism you have provided is not supported. Please use ${algorithm}.`,
    });
  }
  const [, credential, signedHeaders, signature] =
    /^\S+ +Credential=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/.exec(authorization) ?? [];
  if (!credential || !signedHeaders || !signature) throw new S3Error('AuthorizationHeaderMalformed');
  const payloadHash = headers['x-amz-content-sha256'];
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', {
      message: 'Missing required header for this request: x-amz-content-sha256',
    });
  }
  const date = headers['x-amz-date'] ?? '';
  const signedAt = parseDate(date);
  if (Number.isNaN(signedAt)) {
    throw new S3Error('AccessDenied', { message: 'AWS authentication requires a valid x-amz-date header' });
  }
  if (Math.abs(signedAt - now) > maxSkewMs) {
    throw new S3Error('RequestTimeTooSkewed', {
      detail: {
        RequestTime: date,
        ServerTime: new Date(now).toISOString(),
        MaxAllowedSkewMilliseconds: maxSkewMs,
      },
    });
  }
  const { accessKeyId, scope } = readCredential(credential, date, region, 'AuthorizationHeaderMalformed');
  return { accessKeyId, date, scope, signedHeaders, signature, payloadHash };
}

function presignedClaim({ query }: S3Request, region: string, now: number): Claim {
  const [date, expires, credential, signedHeaders, signature] = [
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-Credential',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
  ].map((name) => query.get(name));
  const signedAt = parseDate(date ?? '');
  if (query.get('X-Amz-Algorithm') !== algorithm || !date || !expires || !credential || !signedHeaders || !signature) {
    throw new S3Error('AuthorizationQueryParametersError');
  }
  if (Number.isNaN(signedAt)) {
    throw new S3Error('AuthorizationQueryParametersError', {
      message: "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
    });
  }
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > maxExpiresSeconds) {
    throw new S3Error('AuthorizationQueryParametersError', {
      message: `X-Amz-Expires must be a whole number of seconds from 1 to ${maxExpiresSeconds}, a week`,
    });
  }
  const expiresAt = signedAt + Number(expires) * 1000;
  if (now >= expiresAt) {
    throw new S3Error('AccessDenied', {
      message: 'Request has expired',
      detail: {
        'X-Amz-Expires': expires,
        Expires: new Date(expiresAt).toISOString(),
        ServerTime: new Date(now).toISOString(),
      },
    });
  }
  if (signedAt - now > maxSkewMs) throw new S3Error('AccessDenied', { message: 'Request is not yet valid' });
  const { accessKeyId, scope } = readCredential(credential, date, region, 'AuthorizationQueryParametersError');
  const payloadHash = query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD';
  return { accessKeyId, date, scope, signedHeaders, signature, payloadHash };
}

/** `ID/20260101/us-east-1/s3/aws4_request` */
function readCredential(
  credential: string,
  date: string,
  region: string,
  code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError',
) {
  const [accessKeyId = '', ...scope] = credential.split('/');
  const expected = [date.slice(0, 8), region, 's3', 'aws4_request'];
  if (scope.length !== expected.length || scope.some((part, index) => part !== expected[index])) {
    throw new S3Error(code, {
      message: `The credential's scope is '${scope.join('/')}'; expecting '${expected.join('/')}'`,
      detail: { Region: region },
    });
  }
  return { accessKeyId, scope: scope.join('/') };
}

/** What steers a request must be signed: `host` and every `x-amz-` header. */
function requireSigned({ message }: S3Request, signedHeaders: string): void {
  const signed = new Set(signedHeaders.split(';'));
  const unsigned = ['host', ...Object.keys(message.headers).filter((name) => name.startsWith('x-amz-'))].filter(
    (name) => !signed.has(name),
  );
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', {
      message: 'There were headers present in the request which were not signed',
      detail: { HeadersNotSigned: unsigned.join(', ') },
    });
  }
}

function canonicalRequest(request: S3Request, { signedHeaders, payloadHash }: Claim): string {
  const query = request.parameters
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .sort(byNameThenValue);
  const headers = signedHeaders.split(';').map((name) => {
    const values = request.message.headersDistinct[name] ?? [];
    return `${name}:${values.map((value) => value.trim().replace(/ +/g, ' ')).join(',')}`;
  });
  return [
    request.method,
    uriEncodePath(request.path),
    query.join('&'),
    ...headers,
    '',
    signedHeaders,
    payloadHash,
  ].join('\n');
}

/** `=` sorts after digits and `-`, so names are compared apart from values. */
function byNameThenValue(a: string, b: string): number {
  const [nameA = '', valueA = ''] = a.split('=');
  const [nameB = '', valueB = ''] = b.split('=');
  if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  return valueA < valueB ? -1 : Number(valueA > valueB);
}
