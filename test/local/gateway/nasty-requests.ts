/*
 * Requests that an HTTP server may well read otherwise than API Gateway does, and what the event of a Lambda proxy integration
 * (payload format 1.0) must say of each. The API has `/v1/files/{id}`, `/v1/me` with an authorizer, and `/v1/{proxy+}`; its
 * stage is `api`, and all media types are binary.
 */

/** Where an expectation comes from. */
const source = {
  input: 'API Gateway developer guide, "Input format of a Lambda function for proxy integration"',
  multi: 'API Gateway developer guide, "Support for multi-value headers and query string parameters"',
  notes: 'API Gateway developer guide, "Important notes", for REST APIs',
  binary: 'API Gateway developer guide, "Binary media types for REST APIs"',
  quota: 'API Gateway quotas for REST APIs',
  http: 'RFC 9110 and RFC 9112',
  /** AWS's documents are silent, or what they say was seen to be otherwise. */
  guess: 'a guess',
} as const;

export interface NastyRequest {
  readonly name: string;
  /** `GET /v1/me`: below the stage, on HTTP/1.1, with a Host. A line that is whole is sent as it is. */
  readonly line: string;
  readonly headers?: readonly string[];
  /** Bytes as characters, Latin-1. */
  readonly body?: string;
  /** Members of the event, each whole; `headers` and `multiValueHeaders` in part, `undefined` for one that must be absent. */
  readonly event?: Readonly<Record<string, unknown>>;
  /** Where no function is to hear of it. */
  readonly refused?: number;
  readonly source: keyof typeof source;
}

const row = (
  name: string,
  line: string,
  from: keyof typeof source,
  event: NonNullable<NastyRequest['event']> | number,
  more: Partial<NastyRequest> = {},
): NastyRequest => ({
  name,
  line,
  source: from,
  ...(typeof event === 'number' ? { refused: event } : { event }),
  ...more,
});

const query = (values: Readonly<Record<string, readonly string[]>>) => ({
  queryStringParameters: Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1)])),
  multiValueQueryStringParameters: values,
});
const noQuery = { queryStringParameters: null, multiValueQueryStringParameters: null };
const one = (headers: Readonly<Record<string, string>>) => ({
  headers,
  multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
});
const posted = (body: string, headers: readonly string[] = []) => ({
  body,
  headers: [`Content-Length: ${body.length}`, ...headers],
});
const base64 = (latin1: string) => ({ body: Buffer.from(latin1, 'latin1').toString('base64'), isBase64Encoded: true });
const long = 'x'.repeat(8000);

export const nastyRequests: readonly NastyRequest[] = [
  row('a parameter that repeats', 'GET /v1/a?x=1&y=2&x=3', 'multi', query({ x: ['1', '3'], y: ['2'] })),
  row('no query', 'GET /v1/a', 'input', noQuery),
  row('a question mark alone', 'GET /v1/a?', 'guess', noQuery),
  row('ampersands alone', 'GET /v1/a?&&', 'guess', noQuery),
  row('a parameter without a value', 'GET /v1/a?x', 'guess', query({ x: [''] })),
  row('an empty value', 'GET /v1/a?x=&y=1', 'guess', query({ x: [''], y: ['1'] })),
  row('a value without a name', 'GET /v1/a?=1', 'guess', query({ '': ['1'] })),
  row('an equals sign in a value', 'GET /v1/a?x=a=b==', 'guess', query({ x: ['a=b=='] })),
  row('a question mark in a value', 'GET /v1/a?x=a?b', 'http', query({ x: ['a?b'] })),
  // As API Gateway was seen to answer: aws/aws-cdk issue 19827.
  row('a plus sign in a value', 'GET /v1/a?x=a+b', 'guess', query({ x: ['a b'] })),
  row('a plus sign that is encoded', 'GET /v1/a?x=a%2Bb', 'notes', query({ x: ['a+b'] })),
  row('UTF-8 that is encoded, in names too', 'GET /v1/a?%C3%A9=%F0%9F%98%80', 'notes', query({ é: ['😀'] })),
  row('an ampersand that is encoded', 'GET /v1/a?x=a%26y%3D1', 'notes', query({ x: ['a&y=1'] })),
  row('a semicolon, which splits', 'GET /v1/a?x=1;y=2', 'notes', query({ x: ['1'], y: ['2'] })),
  row('a semicolon that is encoded', 'GET /v1/a?x=1%3By', 'notes', query({ x: ['1;y'] })),
  row('a pipe that is not encoded', 'GET /v1/a?x=a|b', 'notes', 400),
  row('braces that are not encoded', 'GET /v1/a?x={a}', 'notes', 400),
  row('brackets in a name', 'GET /v1/a?x[]=1&x[]=2', 'guess', query({ 'x[]': ['1', '2'] })),
  row('names of an object', 'GET /v1/a?__proto__=1&constructor=2', 'guess', {
    // In a literal the name would be no member.
    ...query(JSON.parse('{"__proto__":["1"],"constructor":["2"]}')),
    queryStringParameters: JSON.parse('{"__proto__":"1","constructor":"2"}'),
  }),
  row('bytes that are no UTF-8, encoded', 'GET /v1/a?x=%FF', 'guess', query({ x: ['\ufffd'] })),
  row('UTF-8 that is not encoded', 'GET /v1/a?x=\u00c3\u00a9', 'guess', 400),
  row('a long value', `GET /v1/a?x=${long}`, 'quota', query({ x: [long] })),
  row('a head of more than 10 240 bytes', `GET /v1/a?x=${long}`, 'quota', 413, { headers: [`X-More: ${long}`] }),

  row('a segment that is encoded', 'GET /v1/files/a%20b%C3%A9', 'notes', {
    path: '/v1/files/a%20b%C3%A9',
    resource: '/v1/files/{id}',
    pathParameters: { id: 'a bé' },
  }),
  row('a slash that is encoded', 'GET /v1/files/a%2Fb', 'notes', {
    path: '/v1/files/a%2Fb',
    resource: '/v1/files/{id}',
    pathParameters: { id: 'a/b' },
  }),
  row('a plus sign in a path', 'GET /v1/files/a+b', 'guess', { pathParameters: { id: 'a+b' } }),
  row('a segment that is not UTF-8', 'GET /v1/files/%FF', 'guess', 400),
  row('UTF-8 in a path, not encoded', 'GET /v1/files/\u00c3\u00a9', 'guess', 400),
  row('a backslash', 'GET /v1/files/a\\b', 'guess', { pathParameters: { id: 'a\\b' } }),
  row('a slash at the end', 'GET /v1/files/a/', 'guess', {
    path: '/v1/files/a/',
    resource: '/v1/files/{id}',
    pathParameters: { id: 'a' },
  }),
  row('two slashes', 'GET /v1/files//a', 'guess', { resource: '/v1/{proxy+}', pathParameters: { proxy: 'files//a' } }),
  row('two dots', 'GET /v1/x/../files/a', 'guess', { path: '/v1/files/a', resource: '/v1/files/{id}' }),
  row('dots that are encoded', 'GET /v1/x/%2e%2E/files/a', 'guess', {
    path: '/v1/files/a',
    resource: '/v1/files/{id}',
  }),
  row('the rest of a path', 'GET /v1/x/y/z', 'input', {
    resource: '/v1/{proxy+}',
    path: '/v1/x/y/z',
    pathParameters: { proxy: 'x/y/z' },
  }),
  row('a target with a host', 'GET http://elsewhere.example/api/v1/files/a HTTP/1.1', 'http', {
    path: '/v1/files/a',
    pathParameters: { id: 'a' },
  }),
  row('no path at all', 'OPTIONS * HTTP/1.1', 'guess', 400),
  row('a path outside of the stage', 'GET /v1/files/a HTTP/1.1', 'input', 403),

  row(
    'a header that repeats',
    'GET /v1/a',
    'multi',
    { headers: { 'X-A': '2' }, multiValueHeaders: { 'X-A': ['1', '2'] } },
    { headers: ['X-A: 1', 'X-A: 2'] },
  ),
  row('a list in one header', 'GET /v1/a', 'multi', one({ 'X-A': '1, 2' }), { headers: ['X-A: 1, 2'] }),
  row('the case of a name', 'GET /v1/a', 'guess', one({ 'x-MiXeD': 'Yes' }), { headers: ['x-MiXeD: Yes'] }),
  row('an empty header', 'GET /v1/a', 'guess', one({ 'X-A': '' }), { headers: ['X-A:'] }),
  row('space around a value', 'GET /v1/a', 'http', one({ 'X-A': 'a  b' }), { headers: ['X-A:   a  b  '] }),
  row('cookies', 'GET /v1/a', 'guess', one({ Cookie: 'a=1; b="2"' }), { headers: ['Cookie: a=1; b="2"'] }),
  row('bytes beyond ASCII', 'GET /v1/a', 'guess', one({ 'X-A': 'caf\u00e9' }), { headers: ['X-A: caf\u00e9'] }),
  row(
    'headers that end at the gateway',
    'GET /v1/a',
    'notes',
    { headers: { TE: undefined, 'Max-Forwards': undefined, 'Content-MD5': undefined, Connection: undefined } },
    { headers: ['TE: trailers', 'Max-Forwards: 3', 'Content-MD5: AAAA'] },
  ),
  row(
    'headers that reach the function',
    'GET /v1/a',
    'notes',
    one({ Range: 'bytes=0-1', Via: '1.1 here', Referer: 'http://a.example/', Pragma: 'no-cache' }),
    { headers: ['Range: bytes=0-1', 'Via: 1.1 here', 'Referer: http://a.example/', 'Pragma: no-cache'] },
  ),
  row(
    'what the client says of itself',
    'GET /v1/a',
    'guess',
    one({ 'X-Forwarded-For': '192.0.2.1, 127.0.0.1', 'X-Forwarded-Proto': 'http' }),
    { headers: ['X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: https'] },
  ),

  row('no body', 'POST /v1/a', 'input', { body: null, isBase64Encoded: false }, posted('')),
  row('text', 'POST /v1/a', 'binary', base64('{"a":1}'), posted('{"a":1}', ['Content-Type: application/json'])),
  row(
    'bytes',
    'POST /v1/a',
    'binary',
    base64('\u0000\u00ff\r\n'),
    posted('\u0000\u00ff\r\n', ['Content-Type: image/png']),
  ),
  row('a body without a type', 'POST /v1/a', 'binary', base64('abc'), posted('abc')),
  row('a body of a GET', 'GET /v1/a', 'guess', base64('abc'), posted('abc')),
  row(
    'a body in chunks',
    'POST /v1/a',
    'guess',
    { ...base64('abcdef'), headers: { 'Transfer-Encoding': undefined } },
    { headers: ['Transfer-Encoding: chunked'], body: '3\r\nabc\r\n3;x=y\r\ndef\r\n0\r\nX-T: 1\r\n\r\n' },
  ),
  row(
    'a body that waits to be asked for',
    'PUT /v1/a',
    'notes',
    { ...base64('abc'), headers: { Expect: undefined } },
    posted('abc', ['Expect: 100-continue']),
  ),

  row('HEAD', 'HEAD /v1/files/a', 'input', { httpMethod: 'HEAD', resource: '/v1/files/{id}' }),
  row('OPTIONS', 'OPTIONS /v1/files/a', 'input', { httpMethod: 'OPTIONS', resource: '/v1/files/{id}' }),
  row('PATCH', 'PATCH /v1/files/a', 'input', { httpMethod: 'PATCH', body: null }, posted('')),
];

export const sourceOf = (request: NastyRequest): string => source[request.source];
