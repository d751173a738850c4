import { S3Error } from './errors';
import type { Exchange } from './exchange';
import { openPayload } from './payload';

/**
 * The text of a request's body, of at most so many bytes; verified as any payload is, save that a checksum may be of
 * something else. Throws S3Error MalformedXML.
 */
export async function requestText(exchange: Exchange, maxBytes: number, checksum?: 'not of the body'): Promise<string> {
  const { headers } = exchange.request;
  if ((headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined) return '';
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of openPayload(exchange, checksum).chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new S3Error('MalformedXML');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
