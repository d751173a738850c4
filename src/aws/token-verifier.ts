import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { FetchError, JwksValidationError, JwkValidationError, JwtBaseError } from 'aws-jwt-verify/error';
import { type PenaltyBox, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { setting } from '../config';

/** What a token says of whoever sends it. */
export interface TokenClaims {
  readonly sub: string;
  /** Of the sign-in, in seconds since the epoch. */
  readonly authTime: number;
}

/** Checks tokens where API Gateway does not: on routes that are open to guests. */
export interface TokenVerifier {
  /** Undefined for what is no access token of the pool, or no longer. Rejects where the pool's keys cannot be had. */
  verify(token: string): Promise<TokenClaims | undefined>;
}

let verifier: ReturnType<typeof createVerifier> | undefined;

/** Keys are fetched once, and again for a key id that is not among them. */
export function cognitoTokenVerifier(): TokenVerifier {
  verifier ??= createVerifier(setting('COGNITO_USER_POOL_ID'));
  const pool = verifier;
  return {
    async verify(token) {
      try {
        const { sub, auth_time: authTime, exp } = await pool.verify(token);
        // The verifier lets a token without an end live for ever, and asks for no subject.
        return exp === undefined || !sub ? undefined : { sub, authTime };
      } catch (error) {
        if (keyErrors.some((kind) => error instanceof kind) || !(error instanceof JwtBaseError)) throw error;
        return undefined;
      }
    },
  };
}

/** Faults of the pool's keys, which say nothing about the token. */
const keyErrors = [FetchError, JwksValidationError, JwkValidationError];

const createVerifier = (userPoolId: string) =>
  CognitoJwtVerifier.create(
    // As API Gateway's authorizer: any client of the pool, and the scope that only access tokens carry.
    { userPoolId, clientId: null, tokenUse: 'access', scope: 'aws.cognito.signin.user.admin' },
    { jwksCache: new SimpleJwksCache({ fetcher: { fetch: fetchKeys }, penaltyBox: unknownKeys() }) },
  );

const fetchTimeoutMs = 3_000;

/** From where the SDK would ask the pool, too: at Cognito, or the endpoint that the SDK's own variable names. */
async function fetchKeys(uri: string): Promise<ArrayBuffer> {
  const { pathname, href } = new URL(uri);
  const endpoint = process.env['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'];
  const url = endpoint ? new URL(pathname, endpoint).href : href;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchTimeoutMs) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await response.arrayBuffer();
  } catch (cause) {
    throw new FetchError(url, cause);
  }
}

const penaltyMs = 10_000;
const maxUnknownKeys = 20;

/**
 * Forged key ids must not make every request fetch the keys: the same one does so once in ten seconds, and all together
 * twenty times. One by one, so that a forged id does not shut out a key that is new.
 */
function unknownKeys(): PenaltyBox {
  const failedAtMs = new Map<string, number>();
  return {
    async wait(_uri, kid) {
      for (const [key, atMs] of failedAtMs) if (atMs < Date.now() - penaltyMs) failedAtMs.delete(key);
      if (failedAtMs.has(kid) || failedAtMs.size >= maxUnknownKeys) throw new KidUnknown();
    },
    registerFailedAttempt: (_uri, kid) => void failedAtMs.set(kid, Date.now()),
    registerSuccessfulAttempt: (_uri, kid) => void failedAtMs.delete(kid),
  };
}

class KidUnknown extends JwtBaseError {}
