import type { IncomingMessage } from 'node:http';
import { GatewayError } from './gateway-responses';

/** Source: API Gateway quotas for REST APIs, "Total combined size of request line and header values". */
const maxHeadBytes = 10_240;

/**
 * Reads where a request goes, its path free of dot segments. Throws GatewayError BAD_REQUEST_PARAMETERS where that cannot be
 * read, and REQUEST_TOO_LARGE for a head that is too long, which is a guess: API Gateway does not say what it answers.
 *
 * Source: API Gateway developer guide, "Important notes", for REST APIs: a query string is split at a semicolon, and may
 * hold no `|`, `{` or `}` that is not percent-encoded. Bytes beyond ASCII have been refused before, by Node.
 */
export function readTarget(http: IncomingMessage): URL {
  if (headBytes(http) > maxHeadBytes) throw new GatewayError('REQUEST_TOO_LARGE');
  const [path = '', ...query] = (http.url ?? '/').split('?');
  const search = query.join('?');
  if (/[|{}]/.test(search)) throw new GatewayError('BAD_REQUEST_PARAMETERS');
  try {
    // A client that takes the gateway for a proxy names the host here as well: RFC 9112, section 3.2.2.
    const url = new URL(
      path.startsWith('/') ? `http://${http.headers.host ?? 'localhost'}${path.replaceAll('\\', '%5C')}` : path,
    );
    url.search = search.replaceAll(';', '&');
    return url;
  } catch {
    throw new GatewayError('BAD_REQUEST_PARAMETERS');
  }
}

function headBytes({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): number {
  const values = rawHeaders.filter((_, index) => index % 2 === 1);
  return [`${method} ${url} HTTP/${httpVersion}`, ...values].reduce((sum, text) => sum + text.length, 0);
}
