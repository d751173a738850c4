import { once } from 'node:events';
import { type IncomingMessage, request as requestInClear } from 'node:http';
import { request as requestByTls } from 'node:https';
import * as z from 'zod';

/** A person, as far as the directory knows. */
export interface DirectoryUser {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly role: string | null;
}

/** What one request brought. Users who are not in the map were not answered for. */
export interface DirectoryAnswer {
  /** By id; null for a user whom the directory does not have. */
  readonly users: ReadonlyMap<string, DirectoryUser | null>;
  /** Why some of the users are missing; absent where none is. */
  readonly failure?: DirectoryFailure;
}

export interface DirectoryFailure {
  readonly details: string;
  /** `refused`: any other request would be answered in the same way. */
  readonly kind: 'passing' | 'refused';
  /** What the directory asks to wait. */
  readonly retryAfterMs?: number;
}

export interface UserDirectory {
  /** Asks for users in one request. Does not throw: a failure is part of the answer. */
  fetchUsers(ids: readonly string[]): Promise<DirectoryAnswer>;
}

export interface GraphqlDirectoryOptions {
  readonly url: string;
  /** The token for the Authorization header, which AppSync takes without the word Bearer. */
  readonly token: () => Promise<string>;
  /** A request that took longer has failed. @default 10 seconds */
  readonly timeoutMs?: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A request that took longer has failed. */
export const answerTimeoutMs = 10_000;

/** Far above the answer for 25 users. */
const maxAnswerBytes = 1024 * 1024;

/**
 * A GraphQL API with `fetchUser(id: String!) { id firstName lastName role }`, such as AppSync's. A request asks for each
 * user under an alias of its own.
 */
export function graphqlUserDirectory({
  url,
  token,
  timeoutMs = answerTimeoutMs,
  now,
}: GraphqlDirectoryOptions): UserDirectory {
  const send = url.startsWith('https:') ? requestByTls : requestInClear;
  return {
    async fetchUsers(ids) {
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const headers = {
          'content-type': 'application/json',
          accept: 'application/json',
          authorization: await token(),
        };
        // Not fetch, which takes 40 MB for the requests of 20 000 users. A redirect is not followed: the token is for the
        // address that was given, and no other.
        const request = send(url, { method: 'POST', headers, signal: timeout }).end(JSON.stringify(queryOf(ids)));
        const [response] = (await once(request, 'response')) as [IncomingMessage];
        const body = await readText(response);
        return response.statusCode === 200
          ? readAnswer(ids, body)
          : { users: new Map(), failure: failureOf(response, now()) };
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        const details = timeout.aborted ? `it did not answer within ${timeoutMs / 1000} s` : (code ?? message);
        return { users: new Map(), failure: { kind: 'passing', details } };
      }
    },
  };
}

function queryOf(ids: readonly string[]) {
  const parameters = ids.map((_, index) => `$id${index}: String!`).join(', ');
  const fields = ids.map((_, index) => `u${index}: fetchUser(id: $id${index}) { id firstName lastName role }`);
  return {
    query: `query users(${parameters}) { ${fields.join(' ')} }`,
    variables: Object.fromEntries(ids.map((id, index) => [`id${index}`, id])),
  };
}

/** Too many requests, a time-out and whatever is the server's fault may pass; any other status says that we are wrong. */
function failureOf({ statusCode: status = 0, headers }: IncomingMessage, nowMs: number): DirectoryFailure {
  const retryAfterMs = readRetryAfter(headers['retry-after'], nowMs);
  return {
    kind: status >= 500 || status === 429 || status === 408 ? 'passing' : 'refused',
    details: `it answered ${status}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** Seconds, or a date. Source: RFC 9110, section 10.2.3. */
function readRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error(`it answered more than ${maxAnswerBytes} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const text = z.string().nullish();
const Answer = z.object({
  data: z.record(z.string(), z.object({ firstName: text, lastName: text, role: text }).nullable()).nullish(),
  errors: z.array(z.object({ message: z.string().optional(), path: z.array(z.unknown()).nullish() })).nullish(),
});

/** A field that an error names, or that is null beside an error which names none, has failed; the others are good. */
function readAnswer(ids: readonly string[], body: string): DirectoryAnswer {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { users: new Map(), failure: { kind: 'passing', details: 'its answer is not JSON, or was cut short' } };
  }
  const parsed = Answer.safeParse(json);
  if (!parsed.success) {
    return { users: new Map(), failure: { kind: 'passing', details: 'its answer is not one of fetchUser' } };
  }
  const { data, errors } = parsed.data;
  const failed = new Set(errors?.map(({ path }) => path?.[0]));
  const users = new Map<string, DirectoryUser | null>();
  for (const [index, id] of ids.entries()) {
    const alias = `u${index}`;
    const user = data?.[alias];
    if (user === undefined || failed.has(alias) || (user === null && failed.has(undefined))) continue;
    const { firstName = null, lastName = null, role = null } = user ?? {};
    users.set(id, user && { firstName, lastName, role });
  }
  if (users.size === ids.length) return { users };
  const message = errors?.find((error) => error.message)?.message;
  const details = message === undefined ? 'its answer lacks users that it was asked for' : `it answered: ${message}`;
  return { users, failure: { kind: 'passing', details } };
}
