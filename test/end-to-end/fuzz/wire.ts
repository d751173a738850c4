import { Agent, type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';

/** One request as it travels. The path is sent as it is, and so is every header. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Whether the connection broke before the answer's end. */
  readonly isCut: boolean;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
export const closeConnections = () => agent.destroy();

/** Sends what Node's client is willing to send; undefined for anything else. */
export function sendByClient(base: string, sent: Sent): Promise<Answer> | undefined {
  const { hostname, port } = new URL(base);
  // A list of names and values keeps names that repeat.
  const headers = [...sent.headers, ['host', `${hostname}:${port}`] as const].flat();
  if (sent.body.length > 0 || sent.method !== 'GET') headers.push('content-length', String(sent.body.length));
  const options = { agent, hostname, port, method: sent.method, path: sent.path };
  try {
    const outgoing = request({ ...options, headers: headers as unknown as Record<string, string> });
    return answerTo(outgoing, sent.body).catch((error: NodeJS.ErrnoException) => {
      // The server may end an idle connection just when it is used again.
      const isStale = outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
      const again = isStale ? sendByClient(base, sent) : undefined;
      return again ?? Promise.reject(error);
    });
  } catch {
    return undefined; // A path or a header that Node's client refuses.
  }
}

const answerTo = (outgoing: ClientRequest, body: Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      const answered = (isCut: boolean) =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Answer['headers'],
          body: Buffer.concat(chunks),
          isCut,
        });
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => answered(true));
      response.on('end', () => answered(!response.complete));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

/** The request as bytes, with whatever stands in its headers. */
export function bytesOf(base: string, { method, path, headers, body }: Sent): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${new URL(base).host}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

/** After so much silence there is no more to come: what was sent may have been no whole request. */
const silenceMs = 500;

/** Writes bytes to the server and gives all that comes back until either side has ended. */
export function sendBytes(base: string, bytes: Buffer, silence = silenceMs): Promise<readonly Answer[]> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const chunks: Buffer[] = [];
    socket.setTimeout(silence, () => socket.end());
    socket.on('data', (chunk) => chunks.push(chunk));
    // A server that has refused need not read on: its answer counts, not how the connection ends.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(answersOf(Buffer.concat(chunks))));
    socket.write(bytes);
  });
}

/** The answers in what a connection brought, one after another. */
function answersOf(bytes: Buffer): readonly Answer[] {
  const answers: Answer[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const end = rest.indexOf('\r\n\r\n');
    const [first = '', ...lines] = rest
      .subarray(0, end < 0 ? rest.length : end)
      .toString('latin1')
      .split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0);
    const headers = Object.fromEntries(
      lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
    );
    const { body, after, isCut } = bodyOf(end < 0 ? Buffer.alloc(0) : rest.subarray(end + 4), headers, status);
    if (status >= 200 || status === 0) answers.push({ status, headers, body, isCut });
    rest = after;
  }
  return answers;
}

interface Body {
  readonly body: Buffer;
  readonly after: Buffer;
  readonly isCut: boolean;
}

function bodyOf(bytes: Buffer, headers: Answer['headers'], status: number): Body {
  if (status < 200 || status === 304) return { body: Buffer.alloc(0), after: bytes, isCut: false };
  if (headers['transfer-encoding'] === 'chunked') return chunkedBody(bytes);
  const length = Number(headers['content-length'] ?? bytes.length);
  return { body: bytes.subarray(0, length), after: bytes.subarray(length), isCut: bytes.length < length };
}

function chunkedBody(bytes: Buffer): Body {
  const chunks: Buffer[] = [];
  for (let rest = bytes; ; ) {
    const end = rest.indexOf('\r\n');
    const length = Number.parseInt(rest.subarray(0, Math.max(end, 0)).toString(), 16);
    if (!(length > 0)) {
      return {
        body: Buffer.concat(chunks),
        after: rest.subarray(end < 0 ? rest.length : end + 4),
        isCut: length !== 0,
      };
    }
    chunks.push(rest.subarray(end + 2, end + 2 + length));
    rest = rest.subarray(end + 2 + length + 2);
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const maxShownBytes = 3_000;

/** A line to paste that sends the request again. */
export function curlLine(base: string, { method, path, headers, body }: Sent): string {
  const fields = headers.map(([name, value]) => `-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`);
  const request = ['curl -sS -i --path-as-is', `-X ${method}`, quoted(base + path), ...fields].join(' ');
  if (body.length === 0) return request;
  if (body.length > maxShownBytes) return `${request} --data-binary @... # ${body.length} bytes: made by the seed`;
  return `echo ${body.toString('base64')} | base64 -d | ${request} --data-binary @-`;
}

/** A line to paste that writes the bytes to the server again. */
export function netcatLine(base: string, bytes: Buffer): string {
  const { hostname, port } = new URL(base);
  const shown = bytes.subarray(0, maxShownBytes).toString('base64');
  return `echo ${shown} | base64 -d | nc -N ${hostname} ${port} # ${bytes.length} bytes`;
}
