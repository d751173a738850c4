/** An answer before it takes Lambda's shape. Header names are lower-case. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or bytes as they come. */
  readonly body: string | AsyncIterable<Uint8Array>;
  /** The error code of a problem, for the log. */
  readonly code?: string;
}

export const jsonReply = (body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

export const streamReply = (
  body: AsyncIterable<Uint8Array>,
  headers: Readonly<Record<string, string>>,
  status = 200,
): Reply => ({ status, headers, body });

/** The client holds the newest version. Source: RFC 9110, section 15.4.5. */
export const notModifiedReply = (etag: string): Reply => ({
  status: 304,
  headers: { etag, 'cache-control': 'private, no-store' },
  body: '',
});

export const headersReply = (headers: Readonly<Record<string, string>>): Reply => ({ status: 200, headers, body: '' });
