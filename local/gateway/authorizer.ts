import { JwtExpiredError } from 'aws-jwt-verify/error';
import type { MethodAuthorizer } from '../template/api';
import { GatewayError } from './gateway-responses';
import { createTokenVerifier, KeysUnavailable } from './token-verifier';

/** Gives the claims of an Authorization header that the method accepts. Throws GatewayError UNAUTHORIZED. */
export type Authorize = (
  authorization: string | undefined,
  authorizer: MethodAuthorizer,
) => Promise<Readonly<Record<string, unknown>>>;

/**
 * A user pool authorizer, which fetches the pools' keys from `cognitoUrl`.
 * With scopes, only access tokens pass, because ID tokens have none. Every refusal is 401.
 * Source: API Gateway developer guide, "Control access to REST APIs using Amazon Cognito user pools as an authorizer".
 */
export function createAuthorizer(userPoolIds: readonly string[], cognitoUrl: string): Authorize {
  const verifier = createTokenVerifier(userPoolIds, cognitoUrl);

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
      if (error instanceof KeysUnavailable) throw new GatewayError('AUTHORIZER_FAILURE', error.message);
      if (error instanceof JwtExpiredError) throw new GatewayError('UNAUTHORIZED', 'The incoming token has expired');
      throw new GatewayError('UNAUTHORIZED');
    }
  };
}
