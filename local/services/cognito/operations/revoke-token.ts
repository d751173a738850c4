import * as z from 'zod';
import { CognitoError } from '../errors';
import { clientOperation } from '../operation';

/** Unexpired revocations a user may have: each takes a sign-in first, and all of them are written with the user. */
const maxRevokedSessions = 1000;

/**
 * Ends one refresh token and, for Cognito's own operations of a user, the access tokens of the same sign-in: whoever else
 * verifies those cannot know. A token that nobody knows is as good as revoked, so it is no error.
 * Source: API reference, RevokeToken; RFC 7009, section 2.
 */
export const revokeToken = clientOperation(
  { Token: z.string().regex(/^[\w=.-]+$/) },
  async (pool, client, { Token }) => {
    // A refresh token is a JWE, of five parts; access and ID tokens are JWTs, of three.
    if (Token.split('.').length === 3) {
      throw new CognitoError('UnsupportedTokenTypeException', 'Only refresh tokens can be revoked.');
    }
    const token = pool.tokens.readRefreshToken(Token);
    if (!token) return {};
    if (token.clientId !== client.id) {
      throw new CognitoError('UnauthorizedException', 'The token was issued to another client.');
    }
    const { sub, originJti } = token;
    const expiresAtSeconds = token.expiresAtSeconds + client.accessTokenTtlSeconds;

    return pool.users.exclusively(sub, async () => {
      const user = pool.users.find(sub);
      const revoked = (user?.revokedSessions ?? []).filter((session) => pool.now() < session.expiresAtSeconds * 1000);
      if (!user || revoked.some((session) => session.originJti === originJti)) return {};
      if (revoked.length >= maxRevokedSessions) {
        throw new CognitoError('TooManyRequestsException', 'Too many tokens of the user were revoked one by one.');
      }
      await pool.users.put({ ...user, revokedSessions: [...revoked, { originJti, expiresAtSeconds }] });
      return {};
    });
  },
);
