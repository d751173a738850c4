import type { RequestListener } from 'node:http';
import type { Mailbox } from './services/mailbox';

interface LocalPages {
  readonly mailbox: Mailbox;
  /** What `/` answers, as text. */
  readonly frontPage: () => string;
  /** Serves every other path. */
  readonly next: RequestListener;
}

/** Serves the two pages that only the local cloud has: `/` and `/local/mailbox?to=EMAIL`. */
export function createLocalPages({ mailbox, frontPage, next }: LocalPages): RequestListener {
  return (request, response) => {
    const [path, query] = request.url?.split('?') ?? [];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    response.setHeader('x-content-type-options', 'nosniff');
    if (isRead && path === '/') {
      response.setHeader('content-type', 'text/plain; charset=utf-8').end(frontPage());
    } else if (isRead && path === '/local/mailbox') {
      const mails = mailbox.list(new URLSearchParams(query).get('to') ?? undefined);
      response.setHeader('content-type', 'application/json').end(`${JSON.stringify({ data: mails })}\n`);
    } else {
      response.removeHeader('x-content-type-options');
      next(request, response);
    }
  };
}
