import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Headers } from '../event';
import { notModifiedReply, type Reply, streamReply } from '../reply';
import type { Page } from './html-page';

interface Rendered {
  readonly etag: string;
  readonly policy: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

/** Answers a page, which is made at the first request of an instance and is the same from then on. */
export function pageReplies(make: () => Page): (headers: Headers) => Promise<Reply> {
  let rendered: Promise<Rendered> | undefined;
  return async (headers) => {
    rendered ??= render(make());
    return replyOf(await rendered, headers);
  };
}

function replyOf({ etag, policy, plain, gzipped }: Rendered, headers: Headers): Reply {
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

async function render({ html, policy }: Page): Promise<Rendered> {
  const plain = Buffer.from(html);
  // Weak, since the same page is sent in two encodings.
  const etag = `W/"${createHash('sha256').update(plain).digest('base64url')}"`;
  return { etag, policy, plain, gzipped: await promisify(gzip)(plain) };
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
