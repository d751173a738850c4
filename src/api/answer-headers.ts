import type { ErrorCode } from '../errors';

/**
 * What the headers of answers are for, as the documents tell. Not among them are those that HTTP itself, CORS and the
 * gateway add, and Cache-Control.
 */
export const answerHeaders = {
  'Accept-Ranges': 'bytes: a part can be asked for with Range.',
  'Content-Disposition': 'The name under which to save the file, also beyond ASCII (RFC 8187).',
  'Content-Encoding': 'gzip, where Accept-Encoding has it.',
  'Content-Range': 'Which bytes these are, and of how many; with 416 only of how many.',
  'Content-Security-Policy': 'What the page may load and run: nothing from elsewhere.',
  ETag: 'The version of the bytes, with its quotes: for If-Match, If-None-Match and If-Range.',
  Location: 'The path of what was made.',
  'Referrer-Policy': 'no-referrer.',
  'Retry-After': 'Seconds after which it is worth trying again.',
  'WWW-Authenticate': 'Bearer. Of what the gateway refuses by itself, not of what a function does.',
  'X-Content-Type-Options': 'nosniff.',
} as const;

export type AnswerHeader = keyof typeof answerHeaders;

/** Headers of a download, whole or in part. `contentHeaders` sets them. */
export const downloadHeaders: readonly AnswerHeader[] = [
  'Accept-Ranges',
  'Content-Disposition',
  'ETag',
  'X-Content-Type-Options',
];

/** Headers of a page. */
export const pageHeaders: readonly AnswerHeader[] = [
  'Content-Encoding',
  'Content-Security-Policy',
  'ETag',
  'Referrer-Policy',
  'X-Content-Type-Options',
];

/** The header that the problem of a code comes with. */
export const headerOfCode: Readonly<Partial<Record<ErrorCode, AnswerHeader>>> = {
  ImportRunning: 'Retry-After',
  MapNotProcessed: 'Retry-After',
  RangeNotSatisfiable: 'Content-Range',
  TooManyAttempts: 'Retry-After',
  TooManyRequests: 'Retry-After',
  Unauthenticated: 'WWW-Authenticate',
};

/** The headers that an answer of a status may have beside `X-Request-Id`: of a success those of the row, of a problem those of its codes. */
export function headersOfAnswer(
  status: number,
  { ofRow, codes }: { readonly ofRow: readonly AnswerHeader[]; readonly codes: readonly ErrorCode[] },
): readonly AnswerHeader[] {
  if (status === 200) return ofRow;
  if (status === 206) return [...ofRow, 'Content-Range'];
  if (status === 304) return ['ETag'];
  return [...new Set(codes.flatMap((code) => headerOfCode[code] ?? []))];
}
