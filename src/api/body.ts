import type { MiddlewareObj } from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import { limits } from '../config';
import { AppError } from '../errors';
import type { ApiEvent } from './event';

/**
 * API Gateway hands every body over in base64, since the API declares all media types binary.
 * Clients send UTF-8, with a byte order mark or without, and Windows tools send UTF-16.
 */
export const bytesBody = (): MiddlewareObj<ApiEvent> => ({
  before: ({ event }) => {
    event.body = bytesOf(event, limits.directBodyBytes);
  },
});

/** Parses the body with middy's parser. Throws AppError UnsupportedMediaType, PayloadTooLarge, InvalidJson. */
export function jsonBody(): MiddlewareObj<ApiEvent> {
  // The parser's type asks for a whole API Gateway event; it reads headers, body and isBase64Encoded.
  const parser = httpJsonBodyParser() as unknown as { before(request: { event: object }): Promise<void> };
  return {
    before: async (request) => {
      const { event } = request;
      const parsed = { headers: contentTypeOf(event), body: textOf(bytesOf(event, limits.jsonBodyBytes)) };
      try {
        await parser.before({ event: parsed });
      } catch (error) {
        throw parserError(error);
      }
      event.body = parsed.body;
    },
  };
}

const contentTypeOf = (event: ApiEvent) => {
  const [, value] = Object.entries(event.headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  return { 'content-type': value };
};

function bytesOf({ body, isBase64Encoded }: ApiEvent, maxBytes: number): Buffer {
  const bytes = Buffer.from(typeof body === 'string' ? body : '', isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBytes) {
    throw new AppError(
      'PayloadTooLarge',
      `The body has ${bytes.length} bytes; at most ${maxBytes} are taken here. GET /limits names the limits.`,
    );
  }
  return bytes;
}

function textOf(bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const help =
      encoding === 'utf-8' ? " Windows PowerShell sends it with -ContentType 'application/json; charset=utf-8'." : '';
    throw new AppError('InvalidJson', `The body is not valid ${encoding.toUpperCase()} text.${help}`, { cause });
  }
}

/** By the byte order mark, or by the zero that half of JSON's first character is. Source: RFC 4627, section 3. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || second === 0) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || first === 0) return 'utf-16be';
  return 'utf-8';
}

/** The parser answers 415 both to a wrong type and to malformed JSON; only its message tells which. */
function parserError(error: unknown): AppError {
  const { message, cause } = error as Error & { readonly cause?: { readonly message?: string } };
  if (message === 'Unsupported Media Type') {
    return new AppError('UnsupportedMediaType', 'Send the header "Content-Type: application/json" with a JSON body.');
  }
  return new AppError('InvalidJson', `The body is not JSON${cause?.message ? `: ${placeOf(cause.message)}` : ''}.`);
}

/** V8 quotes what it read; only the place may be told, since the text may hold a password. */
const placeOf = (message: string): string =>
  /at position \d+( \(line \d+ column \d+\))?/
    .exec(message)?.[0]
    ?.replace('at position', 'unexpected text at position') ?? 'it ends too early';
