import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mail, openMailbox } from '../../../local/services/mailbox';

let dir: string;
let file: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mailbox-'));
  file = join(dir, 'mailbox.json');
});

afterEach(() => rm(dir, { recursive: true }));

const aMail = (given: Partial<Mail> = {}): Mail => ({
  to: 'bob@example.com',
  subject: 'Your code',
  text: 'Your code is 123456.',
  code: '123456',
  sent_at: '2026-01-02T03:04:05.678Z',
  ...given,
});

test('is empty at first', async () => {
  expect((await openMailbox({ file })).list()).toEqual([]);
});

test('lists the mails of one recipient, written in any case, oldest first', async () => {
  const mailbox = await openMailbox({ file });
  const [first, other, second] = [aMail({ code: '1' }), aMail({ to: 'eve@example.com' }), aMail({ code: '2' })];
  for (const mail of [first, other, second]) await mailbox.deliver(mail);
  expect(mailbox.list('BOB@Example.com')).toEqual([first, second]);
  expect(mailbox.list()).toEqual([first, other, second]);
  expect(mailbox.list('nobody@example.com')).toEqual([]);
});

test('keeps the order of mails that are delivered at once', async () => {
  const mailbox = await openMailbox({ file });
  const codes = Array.from({ length: 20 }, (_, index) => String(index));
  await Promise.all(codes.map((code) => mailbox.deliver(aMail({ code }))));
  expect(mailbox.list().map(({ code }) => code)).toEqual(codes);
});

test('has every delivered mail on disk', async () => {
  const mailbox = await openMailbox({ file });
  await mailbox.deliver(aMail());
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([aMail()]);
  expect((await openMailbox({ file })).list()).toEqual([aMail()]);
});

test('keeps the newest 1000', async () => {
  await writeFile(file, JSON.stringify(Array.from({ length: 1000 }, (_, index) => aMail({ code: String(index) }))));
  const mailbox = await openMailbox({ file });
  await mailbox.deliver(aMail({ code: 'newest' }));
  expect(mailbox.list()).toHaveLength(1000);
  expect(mailbox.list().at(0)?.code).toBe('1');
  expect(mailbox.list().at(-1)?.code).toBe('newest');
});

test('delivers the next mail after one that could not be written', async () => {
  const mailbox = await openMailbox({ file: join(dir, 'later', 'mailbox.json') });
  await expect(mailbox.deliver(aMail())).rejects.toMatchObject({ code: 'ENOENT' });
  expect(mailbox.list()).toEqual([]);
});

test('says which file is damaged', async () => {
  await writeFile(file, '[{');
  await expect(openMailbox({ file })).rejects.toThrow(`the mailbox ${file} cannot be read`);
});
