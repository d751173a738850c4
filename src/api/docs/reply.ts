import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Headers } from '../event';
import { notModifiedReply, type Reply, streamReply } from '../reply';
import { docsPage } from './page';

interface Rendered {
  readonly etag: string;
  readonly policy: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

let rendered: Promise<Rendered> | undefined;

/** The documentation page, made at the first request of an instance and the same from then on. */
export async function docsReply(headers: Headers): Promise<Reply> {
  rendered ??= render();
  const { etag, policy, plain, gzipped } = await rendered;
  if (headers['if-none-match'] === etag) return notModifiedReply(etag);
  const isGzip = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  const bytes = isGzip ? gzipped : plain;
  return streamReply(oneChunk(bytes), {
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(bytes.length),
    ...(isGzip && { 'content-encoding': 'gzip' }),
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
    vary: 'Accept-Encoding',
    etag,
  });
}

/** Beside the bundle in a function; in the package that they come from everywhere else. */
function asset(name: string): string {
  const folder = process.env['LAMBDA_TASK_ROOT'] ?? join('node_modules', 'swagger-ui-dist');
  return readFileSync(join(folder, name), 'utf8');
}

async function render(): Promise<Rendered> {
  const page = docsPage({ script: asset('swagger-ui-bundle.js'), style: asset('swagger-ui.css') });
  const plain = Buffer.from(page.html);
  return {
    // Weak, since the same page is sent in two encodings.
    etag: `W/"${createHash('sha256').update(plain).digest('base64url')}"`,
    policy: page.policy,
    plain,
    gzipped: await promisify(gzip)(plain),
  };
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
