import { CreateBucketCommand, DeleteBucketCommand, HeadBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { failure, openBucket, otherEndpoint, status, type TestBucket } from './fixture';
import { sendSigned } from './signed-request';

let files: TestBucket;
beforeAll(async () => {
  files = await openBucket();
});
afterAll(() => files.close());

const create = (Bucket: string) => files.client.send(new CreateBucketCommand({ Bucket }));

test('a bucket is found, listed, and created again without harm', async () => {
  await files.put('kept', 'x');
  await expect(create(files.bucket)).resolves.toMatchObject(status(200));
  expect(await files.text('kept')).toBe('x');
  await expect(files.client.send(new HeadBucketCommand({ Bucket: files.bucket }))).resolves.toMatchObject(status(200));
  const { Buckets } = await files.client.send(new ListBucketsCommand({}));
  expect(Buckets?.find(({ Name }) => Name === files.bucket)?.CreationDate).toBeInstanceOf(Date);
});

test('several creations of one bucket at once all succeed, and it is whole', async () => {
  const name = `${files.bucket}-2`.slice(-63);
  const answers = await Promise.all(Array.from({ length: 5 }, () => create(name)));
  expect(answers.map(({ Location }) => Location)).toEqual(Array(5).fill(`/${name}`));
});

test.each(['ab', 'a'.repeat(64), 'Upper', 'under_score', 'a..b', '-ab', 'ab-', '192.168.0.1', 'xn--ab', 'ab-s3alias'])(
  'a bucket cannot be called %s',
  async (name) => {
    await expect(create(name)).rejects.toMatchObject(failure('InvalidBucketName', 400));
  },
);

test.each(['/..', '/%2e%2e', '/..%2f..%2fetc', '/.'])('a bucket name is not a path: %s', async (path) => {
  const canonical = path.replaceAll('%2e', '.').replaceAll('%2f', '/');
  const { status, code } = await sendSigned(files.endpoint, { method: 'PUT', path: canonical });
  expect([status, code]).toEqual([400, 'InvalidBucketName']);
});

test('a bucket that does not exist is missing, for every operation', async () => {
  const missing = { Bucket: 'no-such-bucket-here' };
  await expect(files.client.send(new HeadBucketCommand(missing))).rejects.toMatchObject(status(404));
  await expect(files.put('a', 'x', missing)).rejects.toMatchObject(failure('NoSuchBucket', 404));
  await expect(files.get('a', missing)).rejects.toMatchObject(failure('NoSuchBucket', 404));
  await expect(files.head('a', missing)).rejects.toMatchObject(status(404));
  await expect(files.list(missing)).rejects.toMatchObject(failure('NoSuchBucket', 404));
});

test('a bucket is made where the service is, and nowhere else', async () => {
  const at = (location: string) =>
    files.client.send(
      new CreateBucketCommand({
        Bucket: 'located-bucket',
        CreateBucketConfiguration: { LocationConstraint: location as 'eu-west-1' },
      }),
    );
  await expect(at('eu-west-1')).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
});

(otherEndpoint ? test.skip : test)('what is not emulated says so', async () => {
  const command = new DeleteBucketCommand({ Bucket: files.bucket });
  await expect(files.client.send(command)).rejects.toMatchObject(failure('NotImplemented', 501));
  for (const path of [`/${files.bucket}?versions=`, `/${files.bucket}`, `/${files.bucket}/a?tagging=`]) {
    const { status, code } = await sendSigned(files.endpoint, { method: 'GET', path });
    expect([path, status, code]).toEqual([path, 501, 'NotImplemented']);
  }
  const headers = { 'x-amz-acl': 'public-read' };
  const put = { method: 'PUT', path: `/${files.bucket}/a`, headers };
  expect(await sendSigned(files.endpoint, put)).toMatchObject({ status: 501, code: 'NotImplemented' });
});
