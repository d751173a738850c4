import * as z from 'zod';
import type { UserPoolClientConfig } from './config';
import { existing } from './described-user';
import { clientNotFound, invalidParameter, notAuthorized, notFound, userDisabled } from './errors';
import { checkPasswordStands } from './password';
import type { Pool } from './pool';
import { isOver } from './session';
import type { AccessToken } from './tokens';
import type { User } from './users';

/** One operation of Cognito's API. */
export interface Operation {
  /** Whether AWS takes it only from an IAM identity; the others are open to whoever knows a client's id. */
  readonly signed: boolean;
  run(pools: readonly Pool[], input: unknown): Promise<object>;
}

/** An operation that names the pool by one of its clients. Unsigned. */
export function clientOperation<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (pool: Pool, client: UserPoolClientConfig, input: z.output<z.ZodObject<Shape>>) => Promise<object>,
): Operation {
  const named = z.object({ ClientId: clientId });
  const schema = z.object(shape);
  return {
    signed: false,
    run(pools, input) {
      const { ClientId } = parse(named, input);
      const request = parse(schema, input);
      for (const pool of pools) {
        const client = pool.config.clients.find(({ id }) => id === ClientId);
        if (client) return run(pool, client, request);
      }
      throw clientNotFound(ClientId);
    },
  };
}

/**
 * An operation of a signed-in user, whom an access token names, in the user's turn. Unsigned.
 * Throws CognitoError NotAuthorizedException for a token that is forged, expired or revoked, or whose user is disabled,
 * UserNotFoundException, PasswordResetRequiredException.
 */
export function userOperation<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (pool: Pool, user: User, input: z.output<z.ZodObject<Shape>>) => Promise<object>,
): Operation {
  const signedIn = z.object({ AccessToken: z.string().regex(/^[\w=.-]+$/) });
  const schema = z.object(shape);
  return {
    signed: false,
    run(pools, input) {
      const { AccessToken } = parse(signedIn, input);
      const request = parse(schema, input);
      for (const pool of pools) {
        const token = pool.tokens.readAccessToken(AccessToken);
        if (token) return pool.users.exclusively(token.sub, async () => run(pool, userOf(pool, token), request));
      }
      throw notAuthorized('Invalid Access Token');
    },
  };
}

function userOf(pool: Pool, token: AccessToken): User {
  if (pool.now() >= token.expiresAtSeconds * 1000) throw notAuthorized('Access Token has expired');
  const user = existing(pool, token.sub);
  if (user.disabled) throw userDisabled();
  if (isOver(token, user)) throw notAuthorized('Access Token has been revoked');
  checkPasswordStands(user);
  return user;
}

/** An operation that names the pool itself. Signed. */
export function adminOperation<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (pool: Pool, input: z.output<z.ZodObject<Shape>>) => Promise<object>,
): Operation {
  const named = z.object({ UserPoolId: z.string() });
  const schema = z.object(shape);
  return {
    signed: true,
    run(pools, input) {
      const { UserPoolId } = parse(named, input);
      const request = parse(schema, input);
      const pool = pools.find(({ config }) => config.id === UserPoolId);
      if (!pool) throw notFound(`User pool ${UserPoolId} does not exist.`);
      return run(pool, request);
    },
  };
}

export const clientId = z.string();

/** The name of a user or a group. Source: API reference, UsernameType. */
export const named = z
  .string()
  .max(128)
  .regex(
    /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u,
    'Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+',
  );

/** Email or `sub`. */
export const username = named;

// Source: API reference, PasswordType.
export const password = z
  .string()
  .max(256)
  .regex(/^[\S]+.*[\S]+$/, 'Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$');

export const attributes = z.array(z.object({ Name: z.string(), Value: z.string().optional() }));

/** Throws CognitoError InvalidParameterException, which repeats no value. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `Value at '${path.join('.')}' failed to satisfy constraint: ${message}`,
  );
  throw invalidParameter(
    `${faults.length} validation error${faults.length > 1 ? 's' : ''} detected: ${faults.join('; ')}`,
  );
}
