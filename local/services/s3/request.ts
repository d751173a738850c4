import type { IncomingMessage } from 'node:http';
import { S3Error } from './errors';

/** A request, read as S3 reads it: the bucket and the key are in the path. */
export interface S3Request {
  readonly method: string;
  /** Decoded; begins with `/`. */
  readonly path: string;
  /** Empty where the request is about the service. */
  readonly bucket: string;
  /** Empty where the request is about a bucket. */
  readonly key: string;
  /** Decoded, in the order in which they were sent. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly query: ReadonlyMap<string, string>;
  /** Whether the signature is in the query: a URL that was signed beforehand. */
  readonly isPresigned: boolean;
  /** Names in lower case. In a presigned URL, `x-amz-` parameters count as headers, which is how its signer sends them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly message: IncomingMessage;
}

/**
 * Reads the request line and the headers. The path is taken as it was sent: a URL parser would resolve `..`, which is
 * as good a key as any. Throws S3Error InvalidURI where it is not percent-encoded UTF-8.
 */
export function readRequest(message: IncomingMessage): S3Request {
  const [target = '', search = ''] = splitAtFirst(message.url ?? '', '?');
  if (!target.startsWith('/')) throw new S3Error('InvalidURI', { detail: { URI: target } });
  const path = decode(target);
  const [bucket = '', key = ''] = splitAtFirst(path.slice(1), '/');
  const parameters = search
    .split('&')
    .filter((parameter) => parameter !== '')
    .map((parameter) => {
      const [name = '', value = ''] = splitAtFirst(parameter.replaceAll('+', ' '), '=');
      return [decode(name), decode(value)] as const;
    });
  const query = new Map(parameters);
  const isPresigned = query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm');
  return {
    method: message.method ?? '',
    path,
    bucket,
    key,
    parameters,
    query,
    isPresigned,
    headers: { ...(isPresigned ? headersIn(parameters) : {}), ...flatHeaders(message) },
    message,
  };
}

function splitAtFirst(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new S3Error('InvalidURI', { detail: { URI: text }, cause: error });
  }
}

const headersIn = (parameters: S3Request['parameters']): Record<string, string> =>
  Object.fromEntries(
    parameters
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => name.startsWith('x-amz-')),
  );

const flatHeaders = (message: IncomingMessage): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(message.headersDistinct).map(([name, values]) => [name, values?.join(',')]));
