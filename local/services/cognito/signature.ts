import type { IncomingMessage } from 'node:http';
import { algorithm, type Credentials, equal, hmac, maxSkewMs, parseDate, sha256, signingKey } from '../sigv4';
import { CognitoError } from './errors';

/** Who may ask, from where, and when it is. */
export interface Authority {
  readonly credentials: Credentials;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Throws CognitoError unless a request was signed with the credentials, for this region and service, not long ago.
 * Source: IAM user guide, "Create a signed AWS API request"; the errors are those of Cognito's API reference, "Common errors".
 */
export function checkSignature({ method, url, headers }: IncomingMessage, body: string, authority: Authority): void {
  const { authorization } = headers;
  if (authorization === undefined) {
    throw new CognitoError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const [, credential, signedHeaders, signature] =
    /^AWS4-HMAC-SHA256 +Credential=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  const date = headers['x-amz-date']?.toString() ?? '';
  if (!credential || !signedHeaders || !signature || Number.isNaN(parseDate(date))) {
    throw new CognitoError(
      'IncompleteSignatureException',
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters, and 'X-Amz-Date' the date.",
    );
  }
  const [accessKeyId, ...scope] = credential.split('/');
  if (accessKeyId !== authority.credentials.accessKeyId) {
    throw new CognitoError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const expected = [date.slice(0, 8), authority.region, 'cognito-idp', 'aws4_request'].join('/');
  if (scope.join('/') !== expected) {
    throw invalid(`Credential should be scoped to a valid date, region and service: '${expected}'.`);
  }
  if (Math.abs(parseDate(date) - authority.now()) > maxSkewMs) {
    throw invalid(`Signature expired or not yet current: ${date} is not within 15 minutes of the server's time.`);
  }
  const names = signedHeaders.split(';');
  const missing = ['host', 'x-amz-date', 'x-amz-target'].find((name) => !names.includes(name));
  if (missing !== undefined) throw invalid(`'${missing}' must be a 'SignedHeader' in the AWS Signature.`);
  const canonical = [
    method,
    url,
    '',
    ...names.map((name) => `${name}:${headers[name]?.toString().trim().replace(/ +/g, ' ') ?? ''}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const key = signingKey(authority.credentials.secretAccessKey, expected);
  if (!equal(hmac(key, [algorithm, date, expected, sha256(canonical)].join('\n')).toString('hex'), signature)) {
    throw invalid(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    );
  }
}

const invalid = (message: string) => new CognitoError('InvalidSignatureException', message);
