import type { RequestListener } from 'node:http';
import type { Mailbox } from './services/mailbox';

interface LocalPages {
  readonly mailbox: Mailbox;
  /** What `/` answers, as text. */
  readonly frontPage: () => string;
  /** Serves `/graphql`. @default it is passed on */
  readonly graphql?: RequestListener;
  /** Serves every other path. */
  readonly next: RequestListener;
}

/** Serves what lies elsewhere on AWS: `/`, `/local/mailbox?to=EMAIL` and `/graphql`. */
export function createLocalPages({ mailbox, frontPage, graphql, next }: LocalPages): RequestListener {
  return (request, response) => {
    const [path, query] = request.url?.split('?') ?? [];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    response.setHeader('x-content-type-options', 'nosniff');
    if (isRead && path === '/') {
      response.setHeader('content-type', 'text/plain; charset=utf-8').end(frontPage());
    } else if (isRead && path === '/local/mailbox') {
      const mails = mailbox.list(new URLSearchParams(query).get('to') ?? undefined);
      response.setHeader('content-type', 'application/json').end(`${JSON.stringify({ data: mails })}\n`);
    } else if (graphql && path === '/graphql') {
      graphql(request, response);
    } else {
      response.removeHeader('x-content-type-options');
      next(request, response);
    }
  };
}
