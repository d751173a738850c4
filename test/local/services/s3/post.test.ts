import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startS3 } from '../../../../local/services/s3/s3';
import { codeOf, credentials, openBucket, otherEndpoint, region, type TestBucket } from './fixture';

let files: TestBucket;
beforeAll(async () => {
  files = await openBucket();
});
afterAll(() => files.close());

type Conditions = readonly unknown[];

/** The fields of a form that is signed as S3 documents it, with a policy of these conditions and what signing needs. */
function signedFields(conditions: Conditions, { expiresInMs = 60_000, secret = credentials.secretAccessKey } = {}) {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [date.slice(0, 8), region, 's3', 'aws4_request'];
  const signing = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': [credentials.accessKeyId, ...scope].join('/'),
    'x-amz-date': date,
  };
  const expiration = new Date(Date.now() + expiresInMs).toISOString();
  const policy = Buffer.from(
    JSON.stringify({
      expiration,
      conditions: [
        { bucket: files.bucket },
        ...Object.entries(signing).map(([name, value]) => ({ [name]: value })),
        ...conditions,
      ],
    }),
  ).toString('base64');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = scope.reduce<Buffer>((previous, part) => hmac(previous, part), Buffer.from(`AWS4${secret}`));
  return { ...signing, policy, 'x-amz-signature': hmac(key, policy).toString('hex') };
}

async function post(fields: Readonly<Record<string, string>>, bytes: Uint8Array, fileName = 'towns.csv') {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([bytes], { type: 'text/csv' }), fileName);
  return fetch(`${files.endpoint}/${files.bucket}`, { method: 'POST', body: form });
}

const anyKey: Conditions = [['starts-with', '$key', 'user/']];

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is S3's own variable.
const ownName = 'user/${filename}';

test("a form puts a file under its policy's key, with the type that the browser knows", async () => {
  const conditions = [...anyKey, ['starts-with', '$content-type', ''], { 'x-amz-meta-a': 'b' }];
  const bytes = randomBytes(300_000);
  const answer = await post(
    { ...signedFields(conditions), key: ownName, 'Content-Type': 'text/csv', 'x-amz-meta-a': 'b' },
    bytes,
    'C:\\files\\towns.csv',
  );
  expect([answer.status, await answer.text()]).toEqual([204, '']);
  const head = await files.head('user/towns.csv');
  expect(head).toMatchObject({ ContentType: 'text/csv', Metadata: { a: 'b' }, ETag: answer.headers.get('etag') });
  const { Body } = await files.get('user/towns.csv');
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
});

test('the status of success is the one that is asked for', async () => {
  for (const status of ['200', '201', '204']) {
    const fields = { ...signedFields([...anyKey, { success_action_status: status }]), key: 'user/a' };
    const answer = await post({ ...fields, success_action_status: status }, Buffer.from('x'));
    expect(answer.status).toBe(Number(status));
    if (status === '201') expect(await answer.text()).toContain('<Key>user/a</Key>');
  }
});

const large = Buffer.alloc(100);
const refused: readonly (readonly [string, () => Promise<Response>, number, string])[] = [
  ['without a signature', () => post({ key: 'user/x' }, large), 403, 'AccessDenied'],
  [
    'with a wrong signature',
    () => post({ ...signedFields(anyKey, { secret: 'other' }), key: 'user/x' }, large),
    403,
    'SignatureDoesNotMatch',
  ],
  [
    'with a policy that was changed',
    () => post({ ...signedFields(anyKey), policy: signedFields([]).policy, key: 'user/x' }, large),
    403,
    'SignatureDoesNotMatch',
  ],
  [
    'after its expiry',
    () => post({ ...signedFields(anyKey, { expiresInMs: -1 }), key: 'user/x' }, large),
    403,
    'AccessDenied',
  ],
  ['with another key', () => post({ ...signedFields(anyKey), key: 'other/x' }, large), 403, 'AccessDenied'],
  [
    'with a field that the policy does not name',
    () => post({ ...signedFields(anyKey), key: 'user/x', 'x-amz-meta-a': 'b' }, large),
    403,
    'AccessDenied',
  ],
  ['without a key', () => post(signedFields([]), large), 400, 'InvalidArgument'],
  [
    'with too much',
    () => post({ ...signedFields([...anyKey, ['content-length-range', 0, 99]]), key: 'user/x' }, large),
    400,
    'EntityTooLarge',
  ],
  [
    'with too little',
    () => post({ ...signedFields([...anyKey, ['content-length-range', 101, 999]]), key: 'user/x' }, large),
    400,
    'EntityTooSmall',
  ],
];
test.each([
  ['of two properties', { key: 'user/x', acl: 'private' }],
  ['of none', {}],
])('a policy with a condition %s is refused', async (_, condition) => {
  const answer = await post({ ...signedFields([condition]), key: 'user/x' }, Buffer.from('x'));
  expect([answer.status, await codeOf(answer)]).toEqual([400, 'InvalidPolicyDocument']);
});

test.each(refused)('a form %s is refused, and leaves nothing', async (_, send, status, code) => {
  const answer = await send();
  expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
  await expect(files.head('user/x')).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
});

test.each([
  ['cut within the file', '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nhalf'],
  ['with no file', '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nuser/x\r\n--b--\r\n'],
  ['that is no form', 'nonsense'],
])('a form %s is refused', async (_, body) => {
  const answer = await fetch(`${files.endpoint}/${files.bucket}`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body,
  });
  expect([400, 403]).toContain(answer.status);
});

// About our own server, which must not wait for what never comes.
(otherEndpoint ? describe.skip : describe)('the server can be closed', () => {
  const start = async () => {
    const dir = await mkdtemp(join(tmpdir(), 's3-'));
    const service = await startS3({ dir, credentials, region });
    return { url: new URL(service.url), end: () => service.close().then(() => rm(dir, { recursive: true })) };
  };
  const formHeaders = { 'content-type': 'multipart/form-data; boundary=b' };

  test.each([
    ['before the file', '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nuser/'],
    ['within the file', '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nhalf'],
  ])('when a client left %s', async (_, begun) => {
    const { url, end } = await start();
    const { hostname, port } = url;
    const headers = { ...formHeaders, 'content-length': '1000' };
    const sent = request({ hostname, port, method: 'POST', path: '/files', headers });
    sent.on('error', () => undefined);
    const closed = new Promise((resolve) => sent.once('close', resolve));
    sent.write(begun, () => setTimeout(() => sent.destroy(), 50));
    await closed;
    await end();
  });

  test('when a form was refused, whose rest is read past', async () => {
    const { url, end } = await start();
    const socket = connect(Number(url.port), url.hostname);
    const bytes = 32 * 1024 * 1024;
    socket.write(
      [
        'POST /files HTTP/1.1',
        `host: ${url.host}`,
        'content-type: multipart/form-data; boundary=b',
        `content-length: ${bytes}`,
        '',
        '--b',
        'Content-Disposition: form-data; name="file"; filename="x"',
        '',
        'begun',
      ].join('\r\n'),
    );
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 403 /);
    // Much more than the buffers on the way hold.
    for (let sent = 0; sent < bytes / 2; sent += 1024 * 1024) {
      if (!socket.write(Buffer.alloc(1024 * 1024, 'x'))) await once(socket, 'drain');
    }
    socket.destroy();
    await end();
  });
});
