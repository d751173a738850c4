import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { JwtExpiredError } from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { MethodAuthorizer } from '../template/api';
import { GatewayError } from './gateway-responses';

/** Gives the claims of an Authorization header that the method accepts. Throws GatewayError UNAUTHORIZED. */
export type Authorize = (
  authorization: string | undefined,
  authorizer: MethodAuthorizer,
) => Promise<Readonly<Record<string, unknown>>>;

/** The embedded user pool answers from memory; one that does not within this time never will. */
const fetchTimeoutMs = 5_000;

/**
 * A user pool authorizer. Tokens name the issuer that they would have on AWS, so the verifier looks for the keys there,
 * and `cognitoUrl` is where they are really fetched: once, and again for a key id that is not known.
 * With scopes, only access tokens pass, because ID tokens have none. Every refusal is 401.
 * Source: API Gateway developer guide, "Control access to REST APIs using Amazon Cognito user pools as an authorizer".
 */
export function createAuthorizer(userPoolIds: readonly string[], cognitoUrl: string): Authorize {
  const jwksCache = new SimpleJwksCache({
    fetcher: {
      fetch: async (uri) => {
        const response = await fetch(new URL(new URL(uri).pathname, cognitoUrl), {
          signal: AbortSignal.timeout(fetchTimeoutMs),
        }).catch((error: unknown) => {
          throw new GatewayError('AUTHORIZER_FAILURE', String(error));
        });
        if (!response.ok) throw new GatewayError('AUTHORIZER_FAILURE', `the keys answered ${response.status}`);
        return response.arrayBuffer();
      },
    },
  });
  const verifier = CognitoJwtVerifier.create(
    userPoolIds.map((userPoolId) => ({ userPoolId, clientId: null, tokenUse: null })),
    { jwksCache },
  );

  return async (authorization, { scopes, userPoolIds: allowed }) => {
    const token = authorization?.replace(/^Bearer /i, '');
    if (!token) throw new GatewayError('UNAUTHORIZED');
    try {
      const claims = await verifier.verify(token, {
        clientId: null,
        tokenUse: scopes.length > 0 ? 'access' : 'id',
        ...(scopes.length > 0 && { scope: [...scopes] }),
      });
      // The verifier lets a token without an end live for ever; the pool never signs one.
      if (claims.exp === undefined) throw new GatewayError('UNAUTHORIZED');
      if (!allowed.some((userPoolId) => claims.iss.endsWith(`/${userPoolId}`))) throw new GatewayError('UNAUTHORIZED');
      return claims;
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      if (error instanceof JwtExpiredError) throw new GatewayError('UNAUTHORIZED', 'The incoming token has expired');
      throw new GatewayError('UNAUTHORIZED');
    }
  };
}
