import { randomUUID, sign, verify } from 'node:crypto';
import type { UserPoolClientConfig } from './config';
import { notAuthorized } from './errors';
import { seal, unseal } from './jwe';
import type { PoolKeys } from './pool-keys';
import type { Session } from './session';
import type { User } from './users';

export interface Issued {
  readonly user: User;
  /** The names of the user's groups, as the tokens say them. */
  readonly groups: readonly string[];
  readonly client: UserPoolClientConfig;
  readonly session: Session;
  readonly nowMs: number;
}

/** What an operation needs of an access token. */
export interface AccessToken {
  readonly sub: string;
  readonly originJti: string;
  readonly expiresAtSeconds: number;
}

export interface IdToken extends AccessToken {
  readonly clientId: string;
}

interface RefreshToken extends Session {
  readonly sub: string;
  readonly clientId: string;
  readonly expiresAtSeconds: number;
}

/**
 * Makes the tokens of one pool. Access and ID tokens are JWTs with Cognito's claims. A refresh token is, as Cognito's,
 * a JWE that only the pool can open: it says all there is to know of itself, so that signing in writes nothing.
 */
export class TokenIssuer {
  readonly issuer: string;
  readonly #keys: PoolKeys;

  constructor(issuer: string, keys: PoolKeys) {
    this.issuer = issuer;
    this.#keys = keys;
  }

  /** The access and the ID token of a session: `AuthenticationResult` without its refresh token. */
  issue({ user, groups, client, session, nowMs }: Issued) {
    const issuedAtSeconds = Math.floor(nowMs / 1000);
    const shared = {
      sub: user.sub,
      ...(groups.length > 0 && { 'cognito:groups': groups }),
      iss: this.issuer,
      origin_jti: session.originJti,
      event_id: randomUUID(),
      auth_time: session.authTimeSeconds,
      iat: issuedAtSeconds,
    };
    return {
      AccessToken: this.#signed({
        ...shared,
        client_id: client.id,
        token_use: 'access',
        scope: 'aws.cognito.signin.user.admin',
        exp: issuedAtSeconds + client.accessTokenTtlSeconds,
        jti: randomUUID(),
        username: user.sub,
      }),
      IdToken: this.#signed({
        ...shared,
        email: user.email,
        email_verified: user.emailVerified,
        'cognito:username': user.sub,
        aud: client.id,
        token_use: 'id',
        exp: issuedAtSeconds + client.idTokenTtlSeconds,
        jti: randomUUID(),
      }),
      ExpiresIn: client.accessTokenTtlSeconds,
      TokenType: 'Bearer',
    };
  }

  issueRefreshToken({ user, client, session, nowMs }: Issued): string {
    const token: RefreshToken = {
      ...session,
      sub: user.sub,
      clientId: client.id,
      expiresAtSeconds: Math.floor(nowMs / 1000) + client.refreshTokenTtlSeconds,
    };
    return seal(token, this.#keys.sealing);
  }

  /** Throws CognitoError NotAuthorizedException for a token that is forged, another client's or expired. */
  openRefreshToken(token: string, client: UserPoolClientConfig, nowMs: number): RefreshToken {
    const refresh = this.readRefreshToken(token);
    if (refresh?.clientId !== client.id) throw notAuthorized('Invalid Refresh Token');
    if (nowMs >= refresh.expiresAtSeconds * 1000) throw notAuthorized('Refresh Token has expired');
    return refresh;
  }

  /** What a refresh token of this pool says, whosever it is and expired or not; undefined for anything else. */
  readRefreshToken(token: string): RefreshToken | undefined {
    return unseal(token, this.#keys.sealing) as RefreshToken | undefined;
  }

  /** What an access token of this pool says, expired or not; undefined for anything else. */
  readAccessToken(token: string): AccessToken | undefined {
    const claims = this.#verified(token);
    if (claims?.token_use !== 'access') return undefined;
    return { sub: claims.sub, originJti: claims.origin_jti, expiresAtSeconds: claims.exp };
  }

  /** What an ID token of this pool says, expired or not; undefined for anything else. */
  readIdToken(token: string): IdToken | undefined {
    const claims = this.#verified(token);
    if (claims?.token_use !== 'id') return undefined;
    const { sub, aud: clientId, origin_jti: originJti, exp: expiresAtSeconds } = claims;
    return { sub, clientId, originJti, expiresAtSeconds };
  }

  /** The claims, if the token was signed with a published key of this pool. */
  #verified(token: string) {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const key = this.#keys.find(kidOf(header));
    const signed = Buffer.from(`${header}.${payload}`);
    if (!key || !verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) return undefined;
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  }

  #signed(claims: object): string {
    const { key, kid } = this.#keys.signing;
    const signed = `${base64url({ kid, alg: 'RS256' })}.${base64url(claims)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  }
}

function kidOf(header: string): unknown {
  try {
    return JSON.parse(Buffer.from(header, 'base64url').toString()).kid;
  } catch {
    return undefined;
  }
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
