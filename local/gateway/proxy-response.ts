/** What a function answered, ready for HTTP. Header names are in lower case. */
export interface ProxyResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string[]>>;
}

interface Answer {
  statusCode?: unknown;
  headers?: Record<string, unknown> | null;
  multiValueHeaders?: Record<string, unknown[]> | null;
  cookies?: unknown[];
  body?: unknown;
  isBase64Encoded?: unknown;
}

/** Between a stream's metadata and its body. */
const delimiter = Buffer.alloc(8);

/** The metadata of a stream must be complete within its first 16 KB. */
const maxMetadataBytes = 16 * 1024;

/**
 * Reads a buffered answer. Throws where it has not the form that API Gateway asks for.
 * Source: API Gateway developer guide, "Output format of a Lambda function for proxy integration".
 */
export function readBuffered(
  payload: Buffer,
): ProxyResponse & { readonly body: string; readonly isBase64Encoded: boolean } {
  const answer = parse(payload);
  const known = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'];
  const unknown = Object.keys(answer).find((key) => !known.includes(key));
  if (unknown !== undefined) throw malformed(`it has the unknown key '${unknown}'`);
  const { body = '', isBase64Encoded = false } = answer;
  if (body !== null && typeof body !== 'string') throw malformed(`its body is ${typeof body}, not a string`);
  return { ...statusAndHeaders(answer), body: body ?? '', isBase64Encoded: isBase64Encoded === true };
}

/**
 * Reads the metadata in front of a stream and leaves the rest of the stream as the body. Throws where there
 * is no metadata: also for a stream that ends without a byte.
 * Source: API Gateway developer guide, "Set up a Lambda proxy integration with payload response streaming".
 */
export async function readStreamed(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<ProxyResponse & { readonly body: AsyncGenerator<Uint8Array> }> {
  let start = Buffer.alloc(0);
  for (;;) {
    const { value, done } = await chunks.next();
    if (done) throw malformed(`the stream ended after ${start.length} bytes without metadata and delimiter`);
    start = Buffer.concat([start, value]);
    const end = start.subarray(0, maxMetadataBytes).indexOf(delimiter);
    if (end >= 0) {
      const answer = parse(start.subarray(0, end));
      return { ...statusAndHeaders(answer), body: rest(start.subarray(end + delimiter.length), chunks) };
    }
    if (start.length >= maxMetadataBytes) {
      await chunks.return(undefined);
      throw malformed(`the stream has no delimiter within ${maxMetadataBytes} bytes`);
    }
  }
}

async function* rest(first: Uint8Array, chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    yield* chunks;
  } finally {
    await chunks.return(undefined);
  }
}

function parse(json: Buffer): Answer {
  let answer: unknown;
  try {
    answer = JSON.parse(json.toString());
  } catch {
    throw malformed('it is not JSON');
  }
  if (answer === null || typeof answer !== 'object') throw malformed('it is not an object');
  return answer;
}

function statusAndHeaders({ statusCode, headers, multiValueHeaders, cookies }: Answer): ProxyResponse {
  const status = Number(statusCode);
  if (statusCode == null || !Number.isInteger(status) || status < 200 || status > 599) {
    throw malformed(`its statusCode is ${JSON.stringify(statusCode)}`);
  }
  const merged: Record<string, string[]> = {};
  const add = (name: string, value: unknown) => {
    if (dropped.has(name.toLowerCase())) return;
    const to = remapped.has(name.toLowerCase()) ? `x-amzn-remapped-${name.toLowerCase()}` : name.toLowerCase();
    merged[to] ??= [];
    if (!merged[to].includes(String(value))) merged[to].push(String(value));
  };
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) for (const value of values) add(name, value);
  for (const [name, value] of Object.entries(headers ?? {})) if (value != null) add(name, value);
  for (const cookie of cookies ?? []) add('set-cookie', cookie);
  merged['content-type'] ??= ['application/json'];
  return { status, headers: merged };
}

/** Headers that API Gateway keeps for itself. Source: API Gateway developer guide, "Important notes", for REST APIs. */
const remapped = new Set([
  'authorization',
  'connection',
  'content-md5',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
]);

/** Headers that reach no client. Source: the same. */
const dropped = new Set([
  'expect',
  'host',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

const malformed = (what: string) => new Error(`Malformed Lambda proxy response: ${what}`);
