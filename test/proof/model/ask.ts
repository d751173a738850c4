export interface Request {
  readonly method?: string;
  /** Below `/api/v1`, or a whole URL. */
  readonly path: string;
  readonly token?: string | undefined;
  readonly json?: unknown;
  readonly csv?: string;
  readonly form?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  /** Parsed where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the operation expects is compared with it.
  readonly body: any;
  readonly etag: string | null;
}

/** What an operation may use of the running product. */
export interface Ask {
  (request: Request): Promise<Answer>;
  /** The code of the last mail to someone. */
  readonly codeFor: (email: string) => Promise<string | undefined>;
  /** Runs the command line. */
  readonly datadock: (...args: readonly string[]) => Promise<Answer>;
}

export const askOf = (server: () => { readonly url: string }, datadock: Ask['datadock']): Ask => {
  const ask = async ({ method, path, token, json, csv, form, headers: more }: Request): Promise<Answer> => {
    const headers = new Headers(more);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (json !== undefined) headers.set('content-type', 'application/json');
    if (csv !== undefined) headers.set('content-type', 'text/csv');
    const body = json === undefined ? (csv ?? form) : JSON.stringify(json);
    const url = path.startsWith('http') ? path : `${server().url}/api/v1${path}`;
    const response = await fetch(url, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers,
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: isJson ? JSON.parse(text) : text, etag: response.headers.get('etag') };
  };
  const codeFor = async (email: string) => {
    const response = await fetch(`${server().url}/local/mailbox?to=${encodeURIComponent(email)}`);
    const { data } = (await response.json()) as { readonly data: readonly { readonly code: string }[] };
    return data.at(-1)?.code;
  };
  return Object.assign(ask, { codeFor, datadock });
};
