import type { IncomingMessage } from 'node:http';
import { ServiceError } from './json-protocol';
import { algorithm, type Credentials, equal, hmac, maxSkewMs, parseDate, sha256, signingKey } from './sigv4';

// AWS Signature Version 4 in the Authorization header, over a body that is there as a whole: how services of AWS's JSON
// protocols are asked. Source: IAM user guide, "Create a signed AWS API request". The names of the errors are those that
// DynamoDB documents in its developer guide, "Error handling"; Cognito and SQS document none of their own. Which fault is
// told where there are several is a guess.

/** Who may call what, where, and when it is. */
export interface Authority {
  readonly credentials: Credentials;
  readonly region: string;
  /** As in a scope: `cognito-idp`, `sqs`. */
  readonly service: string;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** A refusal of whoever signed, or did not sign. */
export class SignatureError extends ServiceError {}

interface Claim {
  readonly accessKeyId: string;
  /** `20260101T000000Z` */
  readonly date: string;
  /** `20260101/us-east-1/cognito-idp/aws4_request` */
  readonly scope: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

/**
 * Throws SignatureError MissingAuthenticationTokenException, IncompleteSignatureException, UnrecognizedClientException,
 * InvalidSignatureException unless the request, with this body, was signed with the credentials, for this service and region, and is
 * neither stale nor early.
 */
export function checkSignature(request: IncomingMessage, body: Buffer, authority: Authority): void {
  const claim = readClaim(request);
  const { credentials } = authority;
  // Keys that do not expire come without a session token.
  if (claim.accessKeyId !== credentials.accessKeyId || request.headers['x-amz-security-token'] !== undefined) {
    throw unrecognized();
  }
  checkScope(claim, authority);
  checkDate(claim.date, authority.now());
  checkSignedHeaders(request, claim.signedHeaders);

  const stringToSign = [algorithm, claim.date, claim.scope, sha256(canonicalRequest(request, claim, body))].join('\n');
  const expected = hmac(signingKey(credentials.secretAccessKey, claim.scope), stringToSign).toString('hex');
  if (!equal(expected, claim.signature)) {
    throw invalid(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
}

function readClaim({ headers }: IncomingMessage): Claim {
  const { authorization } = headers;
  if (!authorization) throw new SignatureError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const [named = '', ...rest] = authorization.split(' ');
  if (named !== algorithm) throw incomplete(`Unsupported AWS 'algorithm': '${named}'.`);
  const parameters = new Map(
    rest
      .join('')
      .split(',')
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const credential = parameters.get('Credential');
  const signature = parameters.get('Signature');
  const signedHeaders = parameters.get('SignedHeaders');
  const date = headers['x-amz-date'];
  if (!credential || !signature || !signedHeaders || typeof date !== 'string') {
    const lacking = Object.entries({ Credential: credential, Signature: signature, SignedHeaders: signedHeaders })
      .filter(([, value]) => !value)
      .map(([name]) => `Authorization header requires '${name}' parameter.`);
    if (!date) lacking.push("Authorization header requires existence of a 'X-Amz-Date' header.");
    throw incomplete(lacking.join(' '));
  }
  const [accessKeyId = '', ...scope] = credential.split('/');
  if (scope.length !== 4) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'.`,
    );
  }
  return { accessKeyId, date, scope: scope.join('/'), signedHeaders, signature };
}

function checkScope({ scope, date }: Claim, { region, service }: Authority): void {
  const [scopeDate, scopeRegion, scopeService, terminator] = scope.split('/');
  if (scopeRegion !== region) throw invalid(`Credential should be scoped to a valid region: '${region}'.`);
  if (scopeService !== service) throw invalid(`Credential should be scoped to correct service: '${service}'.`);
  if (terminator !== 'aws4_request') {
    throw invalid(`Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`);
  }
  if (scopeDate !== date.slice(0, 8)) {
    throw invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != '${date.slice(0, 8)}', from '${date}'.`,
    );
  }
}

function checkDate(date: string, nowMs: number): void {
  const signedAtMs = parseDate(date);
  if (Number.isNaN(signedAtMs)) throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${date}'.`);
  if (signedAtMs < nowMs - maxSkewMs) {
    const earliest = basicFormat(nowMs - maxSkewMs);
    throw invalid(`Signature expired: ${date} is now earlier than ${earliest} (${basicFormat(nowMs)} - 15 min.)`);
  }
  if (signedAtMs > nowMs + maxSkewMs) {
    const latest = basicFormat(nowMs + maxSkewMs);
    throw invalid(`Signature not yet current: ${date} is still later than ${latest} (${basicFormat(nowMs)} + 15 min.)`);
  }
}

/** What steers a request must be signed: `host` and every `x-amz-` header, the operation's name among them. */
function checkSignedHeaders({ headers }: IncomingMessage, signedHeaders: string): void {
  const signed = new Set(signedHeaders.split(';'));
  const steering = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  const unsigned = steering.find((name) => !signed.has(name));
  if (unsigned) throw invalid(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
}

/** The only path is `/`, without a query: whatever else was asked for goes in as it came, and so matches nothing. */
function canonicalRequest(request: IncomingMessage, { signedHeaders }: Claim, body: Buffer): string {
  const headers = signedHeaders.split(';').map((name) => {
    const values = request.headersDistinct[name] ?? [];
    return `${name}:${values.map((value) => value.trim().replace(/ +/g, ' ')).join(',')}`;
  });
  return [request.method, request.url, '', ...headers, '', signedHeaders, sha256(body)].join('\n');
}

const basicFormat = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

const incomplete = (message: string): SignatureError => new SignatureError('IncompleteSignatureException', message);

const invalid = (message: string): SignatureError => new SignatureError('InvalidSignatureException', message);

const unrecognized = (): SignatureError =>
  new SignatureError('UnrecognizedClientException', 'The security token included in the request is invalid.');
