import type { IncomingMessage } from 'node:http';
import type { ApiConfig } from '../template/api';
import { accountId } from '../template/physical-names';
import type { Match } from './routing';

/** A request that has been read and let in. */
export interface AcceptedRequest {
  readonly http: IncomingMessage;
  readonly url: URL;
  /** Without the stage. */
  readonly path: string;
  readonly match: Match;
  readonly body: Buffer;
  readonly requestId: string;
  readonly receivedAt: Date;
  /** Of the token, where the method has an authorizer. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/**
 * The event that a Lambda proxy integration receives.
 * Source: API Gateway developer guide, "Input format of a Lambda function for proxy integration". Where it is silent the
 * values are those that API Gateway was seen to send. Throws URIError where a path parameter is not percent-encoded UTF-8.
 */
export function createEvent(api: ApiConfig, request: AcceptedRequest) {
  const { http, url, path, match, body, requestId, receivedAt, claims } = request;
  const { method, pathParameters } = match;
  const headers = multiple(headersOf(http, url));
  const query = multiple(url.searchParams);
  const isBase64Encoded = body.length > 0 && isBinary(http.headers['content-type'], api.binaryMediaTypes);
  return {
    resource: method.resourcePath,
    path,
    httpMethod: http.method,
    headers: lastOfEach(headers),
    multiValueHeaders: headers,
    queryStringParameters: orNull(lastOfEach(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull(
      Object.fromEntries(Object.entries(pathParameters).map(([name, value]) => [name, decodeURIComponent(value)])),
    ),
    stageVariables: null,
    requestContext: {
      accountId,
      apiId: api.id,
      ...(claims && { authorizer: { claims: claimsOf(claims) } }),
      domainName: url.hostname,
      domainPrefix: url.hostname.split('.')[0],
      extendedRequestId: requestId,
      httpMethod: http.method,
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: http.socket.remoteAddress ?? '',
        user: null,
        userAgent: http.headers['user-agent'] ?? null,
        userArn: null,
      },
      path: `/${api.stage}${path}`,
      protocol: `HTTP/${http.httpVersion}`,
      requestId,
      requestTime: commonLogTime(receivedAt),
      requestTimeEpoch: receivedAt.getTime(),
      resourceId: method.resourceId,
      resourcePath: method.resourcePath,
      stage: api.stage,
    },
    body: body.length === 0 ? null : body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

/** Whether a media type is among an API's binary ones, which are exact types or all of them. */
export function isBinary(mediaType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  const type = mediaType?.split(/[;,]/)[0]?.trim().toLowerCase();
  return binaryMediaTypes.some((binary) => binary === '*/*' || binary.toLowerCase() === type);
}

/**
 * Headers that reach no function, of which `X-Forwarded-` are made anew. Source: API Gateway developer guide, "Important
 * notes", for REST APIs; of Transfer-Encoding it says "Exception", and that the body comes without it is a guess.
 */
const dropped = new Set([
  'connection',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** The headers as sent, and those that API Gateway adds for what is in front of the function. */
function* headersOf(http: IncomingMessage, url: URL): Iterable<[string, string]> {
  for (let index = 0; index < http.rawHeaders.length; index += 2) {
    const name = http.rawHeaders[index] ?? '';
    if (!dropped.has(name.toLowerCase())) yield [name, http.rawHeaders[index + 1] ?? ''];
  }
  // Behind what the client says of itself, as load balancers of AWS do it: a guess.
  const said = http.headers['x-forwarded-for'];
  yield ['X-Forwarded-For', [said, http.socket.remoteAddress].filter(Boolean).join(', ')];
  yield ['X-Forwarded-Port', url.port || '80'];
  yield ['X-Forwarded-Proto', 'http'];
}

/** Without a prototype: `__proto__` and `constructor` are names as good as any. */
function multiple(pairs: Iterable<[string, string]>): Record<string, string[]> {
  const values: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) {
    values[name] ??= [];
    values[name].push(value);
  }
  return values;
}

const lastOfEach = (values: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1)]));

const orNull = <T extends object>(values: T) => (Object.keys(values).length > 0 ? values : null);

/**
 * API Gateway gives claims as strings: lists joined by commas, `exp` and `iat` as dates, `auth_time` as it is.
 */
function claimsOf(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => {
      if ((name === 'exp' || name === 'iat') && typeof value === 'number') return [name, claimTime(value)];
      return [name, Array.isArray(value) ? value.join(',') : String(value)];
    }),
  );
}

/** `Mon Jun 20 08:05:09 UTC 2016` */
function claimTime(epochSeconds: number): string {
  const [weekday, day, month, year, time] = new Date(epochSeconds * 1000).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

/** `09/Apr/2015:12:34:56 +0000` */
function commonLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
