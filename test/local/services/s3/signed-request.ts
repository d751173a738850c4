import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { credentials, region } from './fixture';

// Requests that the SDK would not make: signed like its own, but with the headers, the body and the end that a test wants.

export interface SignedRequest {
  readonly method: string;
  /** As it is sent: `/bucket/key?list-type=2`, sorted and encoded by the test. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Of `x-amz-content-sha256`. */
  readonly payloadHash?: string;
  readonly at?: Date;
  /** Sent, but not signed. */
  readonly unsigned?: Readonly<Record<string, string>>;
}

export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly signature: string;
  readonly date: string;
  readonly scope: string;
  readonly key: Buffer;
}

export const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
export const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

export function sign(endpoint: string, asked: SignedRequest): Signed {
  const { method, path, body = '', payloadHash = sha256(body), at = new Date(), unsigned = {} } = asked;
  const date = at.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
  const headers: Record<string, string> = {
    host: new URL(endpoint).host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': date,
    ...asked.headers,
  };
  const names = Object.keys(headers).sort();
  const [target, query = ''] = path.split('?');
  const canonical = [
    method,
    target,
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n');
  const key = scope
    .split('/')
    .reduce<Buffer>((previous, part) => hmac(previous, part), Buffer.from(`AWS4${credentials.secretAccessKey}`));
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { headers: { ...headers, ...unsigned, authorization }, signature, date, scope, key };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** Of an error. */
  readonly code: string | undefined;
}

/** Sends what `asked` says, with the path as it is written. */
export function sendSigned(endpoint: string, asked: SignedRequest): Promise<Reply> {
  return sendRaw(endpoint, asked.method, asked.path, sign(endpoint, asked).headers, asked.body);
}

export function sendRaw(
  endpoint: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | string = '',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(endpoint);
    const sent = request({ hostname, port, method, path, headers: { ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const [, code] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, code });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
