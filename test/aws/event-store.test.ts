import type { RequestListener } from 'node:http';
import { type EmbeddedService, listen } from '../../local/services/service';
import { s3EventStore } from '../../src/aws/event-store';
import { cognitoIdentityPool } from '../../src/aws/identity-pool';

// Against servers that answer as AWS would at its worst; the embedded S3 and identity pool have contract tests of their own.

let service: EmbeddedService;
const previous = { ...process.env };
afterEach(async () => {
  await service.close();
  process.env = { ...previous };
});

async function serve(listener: RequestListener) {
  service = await listen(listener);
  process.env['AWS_ENDPOINT_URL_S3'] = service.url;
  process.env['AWS_ENDPOINT_URL_COGNITO_IDENTITY'] = service.url;
}

const credentials = { accessKeyId: 'LSIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };

async function read(key = 'day.csv') {
  const { chunks, size } = await s3EventStore(credentials).open('events', key);
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return { text, size };
}

const s3Error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;

test('reads an object with the credentials of the session, and knows its size', async () => {
  const seen: unknown[] = [];
  await serve(({ url, headers }, response) => {
    seen.push(url?.split('?')[0], headers['x-amz-security-token'], headers.authorization?.includes('LSIAEXAMPLE'));
    response.writeHead(200, { 'content-length': 4 }).end('rows');
  });
  expect(await read('a/day 1.csv')).toEqual({ text: 'rows', size: 4 });
  expect(seen).toEqual(['/events/a/day%201.csv', 'token', true]);
});

test.each([
  [404, 'NoSuchKey', 'S3NotFound', 'There is no day.csv in the bucket events'],
  [404, 'NoSuchBucket', 'S3NotFound', 'There is no day.csv in the bucket events'],
  [403, 'AccessDenied', 'S3Denied', 'You may not read day.csv'],
  [400, 'ExpiredToken', 'S3Unavailable', 'ExpiredToken'],
])('the answer %i %s is told as %s', async (status, name, code, words) => {
  await serve((_, response) => response.writeHead(status, { 'content-type': 'application/xml' }).end(s3Error(name)));
  await expect(read()).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
});

test('the last keys are those at the end of all pages, without folders', async () => {
  const pages = [['a', 'b'], ['c', 'd', 'd/'], ['e']];
  const asked: (string | null)[] = [];
  await serve(({ url }, response) => {
    const page = new URL(url ?? '', 'http://s3').searchParams.get('continuation-token');
    asked.push(page);
    const index = Number(page ?? 0);
    const next = index < 2 ? `<NextContinuationToken>${index + 1}</NextContinuationToken>` : '';
    const keys = pages[index]?.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
    response.setHeader('content-type', 'application/xml');
    response.end(`<?xml version="1.0"?><ListBucketResult>${keys}${next}</ListBucketResult>`);
  });
  expect(await s3EventStore(credentials).lastKeys('events', 3)).toEqual(['c', 'd', 'e']);
  expect(asked).toEqual([null, '1', '2']);
});

test('an object that is cut on its way is no shorter object', async () => {
  await serve((_, response) => {
    response.writeHead(200, { 'content-length': 1000 }).write('1700000000,a,x\n');
    setTimeout(() => response.destroy(), 50);
  });
  await expect(read()).rejects.toMatchObject({ code: 'S3Unavailable', message: expect.stringContaining('try again') });
});

test.each([
  ['NotAuthorizedException', 'Invalid login token.'],
  ['ResourceNotFoundException', 'IdentityPool not found.'],
])('an identity pool that answers %s is told as IdentityFailed, with what it said', async (type, message) => {
  await serve((_, response) =>
    response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type })
      .end(JSON.stringify({ __type: type, message })),
  );
  const pool = cognitoIdentityPool('us-east-1:11111111-2222-4333-8444-555555555555', 'us-east-1_Pool00001');
  await expect(pool.credentialsFor('token')).rejects.toMatchObject({
    code: 'IdentityFailed',
    message: expect.stringContaining(message),
  });
});
