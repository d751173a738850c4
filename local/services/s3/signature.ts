import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3Error } from './errors';
import type { Target } from './target';

export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What the signature says of the body: its SHA-256 in hexadecimal, `UNSIGNED-PAYLOAD`, or a kind of stream. */
export interface Signed {
  readonly payload: string;
}

/** What a request or a presigned URL says of its signature. */
interface Claim {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** As in `20260102T030405Z`. */
  readonly date: string;
  readonly payload: string;
}

const maxSkewMs = 15 * 60_000;
const maxPresignedSeconds = 7 * 24 * 3600;

/**
 * Verifies that a request is signed with the key, in its Authorization header or in its query.
 * Throws S3Error. Source: AWS Signature Version 4, "Create a signed AWS API request".
 */
export function verifySignature(request: IncomingMessage, target: Target, key: SigningKey, nowMs: number): Signed {
  const claim = request.headers.authorization
    ? claimOfHeader(request, request.headers.authorization, nowMs)
    : claimOfQuery(target.query, nowMs);
  const [accessKeyId = '', day = '', region = '', service = '', end = ''] = claim.credential.split('/');
  if (accessKeyId !== key.accessKeyId) {
    throw new S3Error(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  }
  if (service !== 's3' || end !== 'aws4_request' || !claim.date.startsWith(day)) throw malformed();
  const scope = `${day}/${region}/${service}/${end}`;
  const canonical = sha256(canonicalRequest(request, target, claim));
  const signingKey = [day, region, service, end].reduce(hmac, `AWS4${key.secretAccessKey}` as string | Buffer);
  const expected = hmac(signingKey, ['AWS4-HMAC-SHA256', claim.date, scope, canonical].join('\n'));
  const given = Buffer.from(claim.signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new S3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  }
  return { payload: claim.payload };
}

function claimOfHeader({ headers }: IncomingMessage, authorization: string, nowMs: number): Claim {
  const parts = /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
    authorization,
  );
  const date = String(headers['x-amz-date'] ?? '');
  if (!parts) throw malformed();
  if (!(Math.abs(instantOf(date) - nowMs) <= maxSkewMs)) {
    throw new S3Error(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    );
  }
  const [, credential = '', signedHeaders = '', signature = ''] = parts;
  const payload = String(headers['x-amz-content-sha256'] ?? '');
  return { credential, signedHeaders: signedHeaders.split(';'), signature, date, payload };
}

function claimOfQuery(query: URLSearchParams, nowMs: number): Claim {
  const get = (name: string) => query.get(`X-Amz-${name}`) ?? '';
  if (get('Algorithm') !== 'AWS4-HMAC-SHA256') throw new S3Error(403, 'AccessDenied', 'Access Denied');
  const seconds = Number(get('Expires'));
  if (!(seconds >= 1 && seconds <= maxPresignedSeconds)) {
    throw new S3Error(400, 'AuthorizationQueryParametersError', 'X-Amz-Expires must be from 1 to 604800 seconds');
  }
  const date = get('Date');
  const age = nowMs - instantOf(date);
  if (!(age >= -maxSkewMs && age < seconds * 1000)) throw new S3Error(403, 'AccessDenied', 'Request has expired');
  return {
    credential: get('Credential'),
    signedHeaders: get('SignedHeaders').split(';'),
    signature: get('Signature'),
    date,
    payload: query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  };
}

function canonicalRequest({ method = '', headers }: IncomingMessage, target: Target, claim: Claim): string {
  const { signedHeaders, payload } = claim;
  const path = target.segments.map(encoded).join('/');
  const query = [...target.query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const lines = signedHeaders.map((name) => `${name}:${headerOf(headers, name)}`);
  return [method, path, query, ...lines, '', signedHeaders.join(';'), payload].join('\n');
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const headerOf = (headers: IncomingMessage['headers'], name: string): string =>
  [headers[name] ?? ''].flat().join(',').trim().replace(/ +/g, ' ');

/** RFC 3986: everything but letters, digits and `-._~`. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const instantOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const malformed = () => new S3Error(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.');
