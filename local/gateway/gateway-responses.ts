import type { IncomingMessage } from 'node:http';
import type { GatewayResponse } from '../template/api';

/** The answers that the gateway gives by itself, with API Gateway's own status, message and error type. */
const defaults = {
  UNAUTHORIZED: { status: 401, message: 'Unauthorized', errorType: 'UnauthorizedException' },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    message: 'Missing Authentication Token',
    errorType: 'MissingAuthenticationTokenException',
  },
  BAD_REQUEST_PARAMETERS: { status: 400, message: 'Bad Request', errorType: 'BadRequestException' },
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Too Long', errorType: 'RequestTooLargeException' },
  THROTTLED: { status: 429, message: 'Too Many Requests', errorType: 'TooManyRequestsException' },
  AUTHORIZER_FAILURE: { status: 500, message: null, errorType: 'AuthorizerFailureException' },
  INTEGRATION_TIMEOUT: {
    status: 504,
    message: 'Endpoint request timed out',
    errorType: 'InternalServerErrorException',
  },
  /** A function that fails or answers in another form than a proxy integration's. API Gateway has no type for it. */
  DEFAULT_5XX: { status: 502, message: 'Internal server error', errorType: 'InternalServerErrorException' },
} as const;

/** A refusal by the gateway. Its type picks the template's GatewayResponse. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly type: keyof typeof defaults;

  /** `message` replaces the type's own. */
  constructor(type: GatewayError['type'], message?: string) {
    super(message ?? defaults[type].message ?? 'null');
    this.type = type;
  }
}

/** What templates and headers may name. */
export interface ErrorContext {
  readonly requestId: string;
  readonly stage: string;
  readonly path: string;
  readonly resourcePath: string;
  readonly http: Pick<IncomingMessage, 'headers' | 'method'>;
}

export interface RenderedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Renders a refusal: by the response of its type, else by DEFAULT_4XX or DEFAULT_5XX, else as API Gateway does by itself.
 * Source: API Gateway developer guide, "Gateway responses for REST APIs", and "Gateway response types".
 */
export function renderGatewayResponse(
  { type, message }: GatewayError,
  responses: readonly GatewayResponse[],
  context: ErrorContext,
): RenderedResponse {
  const { status, errorType } = defaults[type];
  const response =
    responses.find((candidate) => candidate.type === type) ??
    responses.find((candidate) => candidate.type === (status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'));
  const [mediaType, template] = chooseTemplate(response?.templates ?? {}, context.http.headers.accept);
  const variables: Readonly<Record<string, string>> = {
    'error.message': message,
    'error.messageString': JSON.stringify(message),
    'error.responseType': type,
    extendedRequestId: context.requestId,
    httpMethod: context.http.method ?? '',
    path: context.path,
    requestId: context.requestId,
    resourcePath: context.resourcePath,
    stage: context.stage,
  };
  const headers = Object.entries(response?.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    headerValue(value, variables, context.http),
  ]);
  return {
    status: response?.statusCode ?? status,
    headers: {
      'content-type': mediaType,
      'x-amzn-errortype': errorType,
      ...Object.fromEntries(headers.filter(([, value]) => value !== undefined)),
    },
    body: template.replace(/\$context\.([a-zA-Z]+(?:\.[a-zA-Z]+)*)/g, (_all, name: string) => variables[name] ?? ''),
  };
}

/** The template of the type that the client asks for, else JSON's, else the first. */
function chooseTemplate(
  templates: Readonly<Record<string, string>>,
  accept = '',
): [mediaType: string, template: string] {
  const asked = accept.split(',').map((type) => type.split(';')[0]?.trim() ?? '');
  const mediaType = [...asked, 'application/json', ...Object.keys(templates)].find((type) =>
    Object.hasOwn(templates, type),
  );
  return mediaType === undefined
    ? ['application/json', '{"message":$context.error.messageString}']
    : [mediaType, templates[mediaType] ?? ''];
}

/** A quoted `'literal'`, `context.requestId`, or `method.request.header.Origin`: absent where the request has none. */
function headerValue(value: string, variables: Readonly<Record<string, string>>, http: ErrorContext['http']) {
  if (value.startsWith("'")) return value.slice(1, -1);
  if (value.startsWith('context.')) return variables[value.slice('context.'.length)];
  const name = /^method\.request\.header\.(.+)$/.exec(value)?.[1];
  return name && http.headers[name.toLowerCase()]?.toString();
}
