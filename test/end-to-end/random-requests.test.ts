import { request } from 'node:http';
import fc from 'fast-check';
import { errorsOf, type Route } from '../../src/api/route';
import { routes } from '../../src/api/routes';
import { errorCatalogue } from '../../src/errors';
import { clientOf } from './client';
import { documentedHeaders, namedHeaders } from './documented-headers';
import { jsonOf, useServer } from './server';

jest.setTimeout(300_000);

/*
 * Requests that no client should send: any method on any path, with parameters, headers, bodies and tokens that half fit.
 * None may make the server fail, and whatever is refused must be refused in the one form that errors have.
 */

const server = useServer();
const { upload, uploadMap, aUser } = clientOf(server);

const count = 2_000;
const seed = 20_261_124;
const atOnce = 4;

interface RandomRequest {
  /** Where method and path are those of a route. */
  readonly row?: Route;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '.',
    '..',
    '\0',
    '__proto__',
    'constructor',
    'a'.repeat(3_000),
    '\u{1f980}',
    '\ud800',
    '-1',
    '1e9',
    'null',
  ),
);
/** Percent-encoded as far as HTTP asks, or not well-formed at all. */
const segment = fc.oneof(
  { weight: 6, arbitrary: oddText.map((text) => encodeURIComponent(text.toWellFormed())) },
  { weight: 1, arbitrary: fc.constantFrom('%', '%zz', '%ff%fe', '%00', '..%2f..', '%2e%2e', '', '+', ';a=b', '{id}') },
);

const anyMethod = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND');
const pathOf = (template: string, id: string) => `/api/v1${template.replace(/\{\w+\}/g, id)}`;

/** The one that makes conflicts. */
const creation = { method: 'POST', path: '/api/v1/files' };
interface Ids {
  readonly files: readonly string[];
  readonly maps: readonly string[];
}

/** A method and a path: mostly those of a route, with an id that exists or none. */
const targetOf = (ids: Ids) => {
  const idOf = ({ path }: Route) =>
    fc.oneof(fc.constantFrom(...(path.startsWith('/maps') ? ids.maps : ids.files)), segment);
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .constantFrom(...routes)
        .chain((row) => idOf(row).map((id) => [row, id] as const))
        .map(([row, id]) => ({ row, method: row.method as string, path: pathOf(row.path, id) })),
    },
    { weight: 1, arbitrary: fc.constant(creation) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          anyMethod,
          fc.constantFrom(...routes).chain((row) => idOf(row).map((id) => pathOf(row.path, id))),
        )
        .map(([method, path]) => ({ method, path })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(anyMethod, fc.constantFrom('/api/v1/', '/api/', '/x'), fc.array(segment, { maxLength: 4 }))
        .map(([method, base, parts]) => ({ method, path: base + parts.join('/') })),
    },
  );
};

const oddQuery = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom('limit', 'cursor', 'prefix', 'name', 'folder', 'from', 'to', 'topic', 'match', 'group_by'),
        segment,
      ),
      fc.oneof(
        segment,
        fc.constantFrom('1', '0', '1001', 'a.csv', 'b.csv', 'sand', 'asof', 'month,channel'),
        fc.constantFrom('2020-02-11', '0000-01-01', '9999-12-31T23:59:59-14:00'),
      ),
    ),
    { maxLength: 4 },
  )
  .map((pairs) => (pairs.length > 0 ? `?${pairs.map((pair) => pair.join('=')).join('&')}` : ''));

const query = fc.oneof(
  fc.constantFrom(
    '',
    '',
    '?name=a.csv',
    '?name=b.csv',
    '?name=b.csv',
    '?name=b.csv',
    '?name=new.csv',
    '?limit=1',
    '?prefix=a',
  ),
  oddQuery,
);

const field = fc.constantFrom(
  'email',
  'username',
  'password',
  'code',
  'refresh_token',
  'expression',
  'input',
  'output',
  'sla_error',
  'is_public',
  '__proto__',
);
const lateFolder = fc.record(
  {
    folder: fc.string({ unit: 'binary', maxLength: 20 }),
    sla: fc.oneof(fc.double(), fc.constantFrom('20', -0, 1e-200)),
    files: fc.array(
      fc.record({
        filename: fc.string({ unit: 'binary', maxLength: 20 }),
        creationDate: fc.oneof(
          fc.string({ maxLength: 30 }),
          fc.constantFrom('2024-06-12T12:00:00Z', '/Date(1)/', '0000-01-01T00:00:00+14:00', '/Date(-999999999999999)/'),
        ),
      }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['folder'] },
);
const value = fc.oneof(
  fc.constantFrom('ann@example.com', 'new@example.com', 'Correct-horse-1', '123456', 'SELECT * FROM S3Object', ' '),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.record(
    { header: fc.constantFrom('USE', 'NONE', 'use'), delimiter: fc.string({ unit: 'binary', maxLength: 3 }) },
    { requiredKeys: [] },
  ),
  fc.record(
    { format: fc.constantFrom('json', 'csv', 'xml'), quote: fc.string({ maxLength: 2 }) },
    { requiredKeys: [] },
  ),
  fc.array(lateFolder, { maxLength: 3 }),
  fc.jsonValue(),
);
const json = fc.dictionary(field, value, { maxKeys: 4 }).map((fields) => JSON.stringify(fields));
const form = fc
  .tuple(fc.constantFrom('file', 'other', ''), oddText, fc.string({ unit: 'binary', maxLength: 80 }))
  .map(([name, filename, text]) =>
    ['--b', `Content-Disposition: form-data; name="${name}"; filename="${filename}"`, '', text, '--b--', ''].join(
      '\r\n',
    ),
  );
const oddContentType = fc.constantFrom(
  'application/json; charset=utf-16',
  'text/csv; charset=latin1',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'application/octet-stream',
  'nonsense',
);

interface Content {
  readonly type: string;
  readonly bytes: Buffer;
}
const content = (type: string, bytes: fc.Arbitrary<string | Uint8Array>): fc.Arbitrary<Content> =>
  bytes.map((each) => ({ type, bytes: Buffer.from(each as string) }));

const body = fc.oneof(
  { weight: 4, arbitrary: content('application/json', json) },
  { weight: 2, arbitrary: content('multipart/form-data; boundary=b', form) },
  { weight: 5, arbitrary: content('text/csv', fc.constantFrom('a,b\n1,2\n', '')) },
  { weight: 1, arbitrary: content('application/json', fc.uint8Array({ maxLength: 400 })) },
  {
    weight: 1,
    arbitrary: content(
      'application/json',
      fc.constantFrom('', '\u{feff}{}', '{"a":'.repeat(14_000), 'a'.repeat(1_100_000)),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(oddContentType, fc.oneof(json, form))
      .map(([type, text]) => ({ type, bytes: Buffer.from(text) })),
  },
);

const headersOf = (tokens: readonly string[]) =>
  fc.record(
    {
      authorization: fc.constantFrom(...tokens),
      range: fc.constantFrom(
        'bytes=0-1',
        'bytes=-1',
        'bytes=9-2',
        'bytes=0-1,3-4',
        'lines=1-2',
        'bytes=99999999999999999999-',
      ),
      'if-match': fc.constantFrom('*', '"x"', 'x', ''),
      'if-none-match': fc.constantFrom('*', '"x"', 'W/"x"', ''),
      'if-range': fc.constantFrom('"x"', 'yesterday'),
      origin: fc.constantFrom('https://page.example', 'null'),
      accept: fc.constantFrom('application/json', 'text/html', 'application/xml', '*/*'),
      ['__proto__']: fc.constant('x'),
    },
    { requiredKeys: ['authorization'] },
  );

/** With the path as it is: fetch would mend it. */
function send({ method, path, headers, body: bytes }: RandomRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.current.url);
    const sent = request(
      { hostname, port, method, path, headers: { ...headers, 'content-length': bytes.length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(bytes);
  });
}

/** What is wrong with an answer; nothing where it is as every answer must be. */
function faultOf({ row, method }: RandomRequest, { status, headers, body: text }: Answer): string | undefined {
  if (status >= 500) return `status ${status}: ${text}`;
  const requestId = headers['x-request-id'];
  if (!/^[0-9a-f-]{36}$/.test(String(requestId))) return `no request id (${status})`;
  if (headers['access-control-allow-origin'] !== '*') return `no CORS (${status})`;
  // An odd id may make the path another, of the fallback.
  const documented = row && documentedHeaders(row, status);
  const undocumented = documented && namedHeaders(Object.keys(headers)).filter((name) => !documented.includes(name));
  if (undocumented?.length) return `${row?.key} does not document ${undocumented} of ${status}`;
  if (status < 400) return undefined;
  if (headers['content-type'] !== 'application/problem+json') return `${status} is ${headers['content-type']}`;
  if (method === 'HEAD') return undefined;
  const problem = JSON.parse(text);
  const isProblem = problem.status === status && problem.request_id === requestId && problem.code && problem.detail;
  if (!isProblem) return `${status} is no problem document: ${text}`;
  return row && !isDeclared(row, problem.code) ? `${row.key} does not declare ${problem.code}` : undefined;
}

/** Whether the documents tell of it. An odd id may make the path another, or none; a query's own codes are S3 Select's. */
const isDeclared = (row: Route, code: string): boolean =>
  [...errorsOf(row), 'RouteNotFound', 'MethodNotAllowed'].includes(code) ||
  (row.key === 'files/query' && !(code in errorCatalogue));

test(`${count} random requests give no 5xx, and every 4xx is a problem document with CORS and request id`, async () => {
  const ann = await aUser('ann@example.com');
  const files = await Promise.all(
    ['a.csv', 'b.csv', 'ä.csv'].map((name) => jsonOf(upload(ann, name, Buffer.from('n,v\na,1\n')))),
  );
  // An empty map is never served, a whole one is.
  const maps = await Promise.all(['', '', 'north'].map((text) => jsonOf(uploadMap(ann, 'a.txt', text))));
  const odd = ['YQ', '', 'a'.repeat(1_500)];
  const idsOf = (things: readonly { readonly id: string }[]) => [...things.map(({ id }) => id), ...odd];
  const ids = { files: idsOf(files), maps: [...idsOf(maps), ...maps.map(({ id }) => id)] };
  const good = `Bearer ${ann}`;
  const tokens = [good, good, good, good, `${good}x`, 'Bearer a.b.c', 'Basic x', ''];

  const arbitrary: fc.Arbitrary<RandomRequest> = fc
    .tuple(targetOf(ids), query, headersOf(tokens), body)
    .map(([{ path, ...target }, search, headers, { type, bytes }]) => ({
      ...target,
      path: path + search,
      headers: { ...headers, 'content-type': type },
      body: bytes,
    }))
    // A good token must live to the end.
    .filter(({ path, headers }) => !(path.startsWith('/api/v1/auth/logout') && headers['authorization'] === good));
  // Neighbours share a function, which a start of thousands would cost more than all the rest.
  const requests = fc
    .sample(arbitrary, { seed, numRuns: count })
    .sort((a, b) => `${a.path.slice(0, 15)} ${a.method}`.localeCompare(`${b.path.slice(0, 15)} ${b.method}`));

  const faults: string[] = [];
  const statuses = new Map<number, number>();
  const queue = requests.values();
  const work = async () => {
    for (const each of queue) {
      const answer = await send(each);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const fault = faultOf(each, answer);
      if (fault)
        faults.push(
          `${each.method} ${each.path.slice(0, 200)} ${JSON.stringify(each.headers)} ${each.body.subarray(0, 200)}\n  ${fault}`,
        );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));

  expect(faults).toEqual([]);
  // The requests are worth something only if they get past the doors.
  for (const status of [200, 400, 401, 404, 405, 409, 413, 415]) expect([...statuses.keys()]).toContain(status);
});

test('what cannot be read as HTTP is refused in the same form', async () => {
  const unreadable: Record<string, string>[] = [{ long: 'x'.repeat(20_000) }, { 'transfer-encoding': 'chunked' }];
  for (const headers of unreadable) {
    const odd = { method: 'GET', path: '/api/v1/health', headers, body: Buffer.alloc(0) };
    const answer = await send(odd);
    expect([faultOf(odd, answer), answer.status]).toEqual([undefined, 400]);
  }
});
