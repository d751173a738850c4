import type { Tokens } from '../aws/identity-provider';

/** Tokens as the API shows them. */
export const tokensJson = ({ accessToken, idToken, refreshToken, expiresInSeconds }: Tokens) => ({
  access_token: accessToken,
  id_token: idToken,
  refresh_token: refreshToken,
  token_type: 'Bearer',
  expires_in: expiresInSeconds,
});
