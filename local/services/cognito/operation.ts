import * as z from 'zod';
import type { UserPoolClientConfig } from './config';
import { invalidParameter, notFound } from './errors';
import type { Pool } from './pool';

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
  const named = z.object({ ClientId: z.string() });
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
      throw notFound(`User pool client ${ClientId} does not exist.`);
    },
  };
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

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `Value at '${path.join('.')}' failed to satisfy constraint: ${message}`,
  );
  throw invalidParameter(
    `${faults.length} validation error${faults.length > 1 ? 's' : ''} detected: ${faults.join('; ')}`,
  );
}
