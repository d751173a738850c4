import { GatewayResponse, type IRestApi, ResponseType } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { basePath } from '../src/config';
import { type ErrorCode, errorCatalogue } from '../src/errors';

interface GatewayProblem {
  readonly type: ResponseType;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
}

const signIn = 'Send "Authorization: Bearer" with an access_token from POST /auth/login that is still valid.';
const noRoute = `There is no such route. GET ${basePath}/health is one.`;
const tooLarge = `The body is too large. GET ${basePath}/limits names the largest.`;
const tooMany = 'Too many requests. Wait for the seconds in Retry-After.';
const malformed = 'The request is malformed. Check its headers and its body.';
const tryAgain = 'Something failed on our side. Try again in a moment.';

/** API Gateway's own refusals, in the words and the body of the functions' problems. */
const gatewayProblems: readonly GatewayProblem[] = [
  { type: ResponseType.UNAUTHORIZED, status: 401, code: 'Unauthenticated', detail: signIn },
  { type: ResponseType.ACCESS_DENIED, status: 401, code: 'Unauthenticated', detail: signIn },
  { type: ResponseType.INVALID_SIGNATURE, status: 401, code: 'Unauthenticated', detail: signIn },
  { type: ResponseType.EXPIRED_TOKEN, status: 401, code: 'Unauthenticated', detail: 'The token has expired. Sign in.' },
  // API Gateway answers so to a path that it does not know.
  { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, status: 404, code: 'RouteNotFound', detail: noRoute },
  { type: ResponseType.RESOURCE_NOT_FOUND, status: 404, code: 'RouteNotFound', detail: noRoute },
  { type: ResponseType.REQUEST_TOO_LARGE, status: 413, code: 'PayloadTooLarge', detail: tooLarge },
  { type: ResponseType.UNSUPPORTED_MEDIA_TYPE, status: 415, code: 'UnsupportedMediaType', detail: malformed },
  { type: ResponseType.THROTTLED, status: 429, code: 'TooManyRequests', detail: tooMany, retryAfterSeconds: 1 },
  { type: ResponseType.QUOTA_EXCEEDED, status: 429, code: 'TooManyRequests', detail: tooMany, retryAfterSeconds: 60 },
  // The rest, whatever its status, becomes one that the body can name.
  { type: ResponseType.DEFAULT_4XX, status: 400, code: 'ValidationFailed', detail: malformed },
  { type: ResponseType.DEFAULT_5XX, status: 500, code: 'InternalError', detail: tryAgain },
];

/** `allowedOrigin` is one origin or `*`: a gateway response cannot choose among several. */
export function addGatewayResponses(scope: Construct, restApi: IRestApi, allowedOrigin: string | undefined): void {
  for (const { type, status, code, detail, retryAfterSeconds } of gatewayProblems) {
    new GatewayResponse(scope, `Response${type.responseType}`, {
      restApi,
      type,
      statusCode: String(status),
      responseHeaders: {
        'Content-Type': "'application/problem+json'",
        'X-Request-Id': 'context.requestId',
        ...(allowedOrigin === undefined
          ? {}
          : {
              'Access-Control-Allow-Origin': `'${allowedOrigin}'`,
              'Access-Control-Expose-Headers': "'Retry-After, X-Request-Id'",
            }),
        // A function cannot say so: API Gateway renames the header in what functions answer.
        ...(status === 401 ? { 'WWW-Authenticate': "'Bearer'" } : {}),
        ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': `'${retryAfterSeconds}'` }),
      },
      templates: { 'application/json': problemTemplate(code, status, detail) },
    });
  }
}

function problemTemplate(code: ErrorCode, status: number, detail: string): string {
  return JSON.stringify({
    type: `${basePath}/docs#errors-${code}`,
    title: errorCatalogue[code].title,
    status,
    detail,
    instance: 'urn:uuid:$context.requestId',
    code,
    request_id: '$context.requestId',
    ...(code === 'PayloadTooLarge' && { upload: { href: `${basePath}/uploads` } }),
  });
}
