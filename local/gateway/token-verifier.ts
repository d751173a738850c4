import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';

/** The keys could not be fetched, so that nothing is known of the token. */
export class KeysUnavailable extends Error {}

/** The embedded user pool answers from memory; one that does not within this time never will. */
const fetchTimeoutMs = 5_000;

/**
 * Verifies tokens of the user pools, for any client. Tokens name the issuer that they would have on AWS, so the verifier
 * looks for the keys there, and `cognitoUrl` is where they are really fetched: once, and again for a key id that is not
 * known. Throws what aws-jwt-verify throws, and KeysUnavailable.
 */
export function createTokenVerifier(userPoolIds: readonly string[], cognitoUrl: string) {
  const jwksCache = new SimpleJwksCache({
    fetcher: {
      fetch: async (uri) => {
        const response = await fetch(new URL(new URL(uri).pathname, cognitoUrl), {
          signal: AbortSignal.timeout(fetchTimeoutMs),
        }).catch((error: unknown) => {
          throw new KeysUnavailable(String(error));
        });
        if (!response.ok) throw new KeysUnavailable(`the keys answered ${response.status}`);
        return response.arrayBuffer();
      },
    },
  });
  return CognitoJwtVerifier.create(
    userPoolIds.map((userPoolId) => ({ userPoolId, clientId: null, tokenUse: null })),
    { jwksCache },
  );
}
