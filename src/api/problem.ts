import { basePath } from '../config';
import { type Place, SqlError } from '../engine/index';
import { AppError, type ErrorCode, type ErrorKind, errorCatalogue, type Fault } from '../errors';
import type { Reply } from './reply';

export const statusOfKind: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  precondition: 412,
  'too-large': 413,
  unsupported: 415,
  range: 416,
  'rate-limited': 429,
  internal: 500,
};

/** RFC 9457 problem details. `type` leads to the code's entry in the error catalogue. */
interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly request_id: string;
  /** Where a body goes that is too large here. */
  readonly upload?: { readonly href: string };
  readonly errors?: readonly (Fault & Partial<Place>)[];
}

/** The answer for any failure. What is not ours, or is internal, shows nothing of itself. */
export function problemReply(error: unknown, requestId: string): Reply {
  if (error instanceof SqlError) return reply(sqlProblem(error, requestId));
  if (error instanceof AppError) {
    const { code, message, details } = error;
    return reply(problem(code, message, requestId, details.faults), {
      ...details.headers,
      ...(details.retryAfterSeconds === undefined ? {} : { 'retry-after': String(details.retryAfterSeconds) }),
    });
  }
  return reply(problem('InternalError', 'Something failed on our side. Try again in a moment.', requestId));
}

function problem(code: ErrorCode, detail: string, requestId: string, faults: readonly Fault[] = []): Problem {
  const { kind, title } = errorCatalogue[code];
  const errors = faults.length > 0 ? faults : undefined;
  return problemOf(code, requestId, { title, status: statusOfKind[kind], detail, errors });
}

/** Errors of the engine carry S3 Select's codes, and the place in the SQL text or in the file. */
function sqlProblem({ code, message: detail, place, excerpt }: SqlError, requestId: string): Problem {
  const errors = place && [{ pointer: '/expression', detail, ...place, ...(excerpt !== undefined && { excerpt }) }];
  return problemOf(code, requestId, {
    title: 'The query cannot be answered',
    status: statusOfKind.invalid,
    detail,
    errors,
  });
}

type Said = Pick<Problem, 'title' | 'status' | 'detail'> & { readonly errors: Problem['errors'] | undefined };

const problemOf = (code: string, requestId: string, { errors, ...said }: Said): Problem => ({
  type: `${basePath}/docs#errors-${code}`,
  ...said,
  instance: `urn:uuid:${requestId}`,
  code,
  request_id: requestId,
  ...(code === 'PayloadTooLarge' && { upload: { href: `${basePath}/uploads` } }),
  ...(errors && { errors }),
});

const reply = (body: Problem, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status: body.status,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
  code: body.code,
});
