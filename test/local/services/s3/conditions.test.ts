import { failure, openBucket, status, type TestBucket } from './fixture';

let files: TestBucket;
let etag: string;
beforeAll(async () => {
  files = await openBucket();
  ({ ETag: etag = '' } = await files.put('read', 'content'));
});
afterAll(() => files.close());

const other = '"00000000000000000000000000000000"';
const hourMs = 3_600_000;
const past = new Date(Date.now() - hourMs);
const future = new Date(Date.now() + hourMs);

describe('a read', () => {
  test('goes through where its conditions hold', async () => {
    for (const conditions of [
      { IfMatch: etag },
      { IfMatch: '*' },
      { IfMatch: `${other}, ${etag}` },
      { IfNoneMatch: other },
      { IfModifiedSince: past },
      { IfUnmodifiedSince: future },
    ]) {
      await expect(files.head('read', conditions)).resolves.toMatchObject(status(200));
    }
  });

  test('answers 304 where the client has it already', async () => {
    for (const conditions of [{ IfNoneMatch: etag }, { IfNoneMatch: '*' }, { IfModifiedSince: future }]) {
      await expect(files.get('read', conditions)).rejects.toMatchObject(status(304));
      await expect(files.head('read', conditions)).rejects.toMatchObject(status(304));
    }
  });

  test('answers 412 where it is another', async () => {
    for (const conditions of [{ IfMatch: other }, { IfUnmodifiedSince: past }]) {
      await expect(files.get('read', conditions)).rejects.toMatchObject(failure('PreconditionFailed', 412));
      await expect(files.head('read', conditions)).rejects.toMatchObject(status(412));
    }
  });

  test('believes an ETag before a date', async () => {
    await expect(files.head('read', { IfMatch: etag, IfUnmodifiedSince: past })).resolves.toMatchObject(status(200));
    await expect(files.head('read', { IfNoneMatch: other, IfModifiedSince: future })).resolves.toMatchObject(
      status(200),
    );
    await expect(files.head('read', { IfNoneMatch: etag, IfModifiedSince: past })).rejects.toMatchObject(status(304));
  });

  test('compares dates in whole seconds', async () => {
    const { LastModified: written } = await files.head('read');
    await expect(files.head('read', { IfModifiedSince: written })).rejects.toMatchObject(status(304));
    await expect(files.head('read', { IfUnmodifiedSince: written })).resolves.toMatchObject(status(200));
  });
});

describe('a write', () => {
  test('with If-None-Match creates, and never replaces', async () => {
    await files.put('created', 'first', { IfNoneMatch: '*' });
    await expect(files.put('created', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject(
      failure('PreconditionFailed', 412),
    );
    expect(await files.text('created')).toBe('first');
  });

  test('with If-Match replaces what was read, and nothing else', async () => {
    const { ETag } = await files.put('replaced', 'first');
    await files.put('replaced', 'second', { IfMatch: ETag });
    await expect(files.put('replaced', 'third', { IfMatch: ETag })).rejects.toMatchObject(
      failure('PreconditionFailed', 412),
    );
    expect(await files.text('replaced')).toBe('second');
    await expect(files.put('never', 'x', { IfMatch: ETag })).rejects.toMatchObject(failure('NoSuchKey', 404));
    await expect(files.head('never')).rejects.toMatchObject(status(404));
  });

  test('may be created again once it is deleted', async () => {
    await files.put('again', 'first', { IfNoneMatch: '*' });
    await files.delete('again');
    await files.put('again', 'second', { IfNoneMatch: '*' });
    expect(await files.text('again')).toBe('second');
  });

  test('of 20 creations at once exactly one wins', async () => {
    const bodies = Array.from({ length: 20 }, (_, index) => `${index}`.padStart(20_000, '.'));
    const answers = await Promise.allSettled(bodies.map((body) => files.put('raced', body, { IfNoneMatch: '*' })));
    const winners = bodies.filter((_, index) => answers[index]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await files.text('raced')).toBe(winners[0]);
    for (const answer of answers) {
      // AWS may answer 409 to those that came while another was under way.
      if (answer.status === 'rejected') expect([409, 412]).toContain(answer.reason.$metadata.httpStatusCode);
    }
  });

  test('of 20 replacements of one version at once exactly one wins', async () => {
    const { ETag } = await files.put('swapped', 'first');
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => files.put('swapped', `${index}`, { IfMatch: ETag })),
    );
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
  });
});
