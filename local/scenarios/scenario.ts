import type { LocalCloud } from '../start';

/** A walk through what one system does, printed for talking it through. Throws where an answer has another status. */
export type Scenario = (cloud: LocalCloud, print: (text: string) => void) => Promise<void>;

/** One request of a walk. */
export interface Step {
  /** What it shows. */
  readonly title: string;
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly token?: string;
  /** JSON, or text that is sent as it is. */
  readonly body?: unknown;
  /** @default 200 */
  readonly expected?: number;
}

/** Sends a request and prints it with its answer, tokens left out. Gives the answer's JSON. */
export async function take(cloud: LocalCloud, print: (text: string) => void, step: Step): Promise<unknown> {
  const { title, method, path, token, body, expected = 200 } = step;
  const text = typeof body === 'string' ? body : JSON.stringify(body, null, 2);
  const response = await fetch(cloud.apiUrl + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(text !== undefined && { 'content-type': 'application/json' }),
    },
    ...(text !== undefined && { body: text }),
  });
  const answer: unknown = await response.json();
  print(
    [
      `## ${title}\n`,
      `${method} /api/v1${path}`,
      ...(token === undefined ? [] : ['Authorization: Bearer ...']),
      ...(text === undefined ? [] : [`\n${text}`]),
      `\n-> ${response.status}\n`,
      `${JSON.stringify(answer, null, 2)}\n`,
    ].join('\n'),
  );
  if (response.status !== expected) throw new Error(`'${title}' was answered ${response.status}, not ${expected}`);
  return answer;
}

const password = 'Correct-horse-1';

/** Signs a new user up, confirms and signs in, without a word. Gives the access token. */
export async function newUser(cloud: LocalCloud, email: string): Promise<string> {
  const silent = (path: string, body: object) =>
    take(cloud, () => {}, { title: path, method: 'POST', path, body }) as Promise<Record<string, string>>;
  await silent('/auth/signup', { email, password });
  await silent('/auth/confirm', { email, code: cloud.mailbox.list(email).at(-1)?.code });
  return (await silent('/auth/login', { email, password }))['access_token'] ?? '';
}
