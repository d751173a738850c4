import { jsonOf, type RunningServer } from './server';

export const password = 'Correct-horse-1';

/** What a test asks of a server that runs while the test does. */
export interface Client {
  /** Any request below `/api/v1`. */
  readonly send: (path: string, init?: RequestInit, token?: string) => Promise<Response>;
  readonly get: (path: string, token?: string, headers?: Record<string, string>) => Promise<Response>;
  readonly post: (path: string, body: unknown, token?: string) => Promise<Response>;
  readonly upload: (token: string, name: string, bytes: Uint8Array) => Promise<Response>;
  /** Uploads a map, as a browser's form does. */
  readonly uploadMap: (
    token: string,
    name: string,
    content: string | Uint8Array<ArrayBuffer>,
    fields?: Readonly<Record<string, string>>,
  ) => Promise<Response>;
  readonly mailsTo: (email: string) => Promise<readonly { readonly code: string }[]>;
  readonly codeFor: (email: string) => Promise<string>;
  /** Signs up and confirms. */
  readonly confirmed: (email: string) => Promise<void>;
  /** The JSON of the answer: tokens, or a problem. */
  readonly login: (email: string, secret?: string) => Promise<{ access_token: string; [name: string]: string }>;
  /** Signs up, confirms and signs in; answers the access token. */
  readonly aUser: (email: string) => Promise<string>;
}

export function clientOf(server: { readonly current: RunningServer }): Client {
  const send: Client['send'] = (path, init = {}, token) => {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    return fetch(`${server.current.url}/api/v1${path}`, { ...init, headers });
  };
  const get: Client['get'] = (path, token, headers = {}) => send(path, { headers }, token);
  const post: Client['post'] = (path, body, token) =>
    send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }, token);
  const upload: Client['upload'] = (token, name, bytes) =>
    send(
      `/files?name=${encodeURIComponent(name)}`,
      { method: 'POST', headers: { 'content-type': 'text/csv' }, body: bytes },
      token,
    );
  const uploadMap: Client['uploadMap'] = (token, name, content, fields = {}) => {
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.set(field, value);
    form.set('file', new Blob([content]), name);
    return send('/maps', { method: 'POST', body: form }, token);
  };
  const mailsTo: Client['mailsTo'] = async (email) =>
    (await jsonOf(fetch(`${server.current.url}/local/mailbox?to=${encodeURIComponent(email)}`))).data;
  const codeFor: Client['codeFor'] = async (email) => (await mailsTo(email)).at(-1)?.code ?? '';
  const confirmed: Client['confirmed'] = async (email) => {
    await post('/auth/signup', { email, password });
    const answer = await post('/auth/confirm', { email, code: await codeFor(email) });
    if (answer.status !== 200) throw new Error(`${email} was not confirmed: ${await answer.text()}`);
  };
  const login: Client['login'] = (email, secret = password) => jsonOf(post('/auth/login', { email, password: secret }));
  const aUser: Client['aUser'] = async (email) => {
    await confirmed(email);
    return (await login(email)).access_token;
  };
  return { send, get, post, upload, uploadMap, mailsTo, codeFor, confirmed, login, aUser };
}

/** Expects a problem document of this status and code, as every failure is answered; gives it. */
export async function expectProblem(response: Response, status: number, code: string) {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const requestId = response.headers.get('x-request-id');
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  const problem = await jsonOf(response);
  expect(problem).toMatchObject({ status, code, request_id: requestId, instance: `urn:uuid:${requestId}` });
  expect(problem.type).toBe(`/api/v1/docs#errors-${code}`);
  expect(problem.detail).toBeTruthy();
  return problem;
}
