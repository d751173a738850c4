import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalPages } from '../../local/local-pages';
import { openMailbox } from '../../local/services/mailbox';
import { type EmbeddedService, listen } from '../../local/services/service';

let folder: string;
let server: EmbeddedService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datadock-test-'));
  const mailbox = await openMailbox({ file: join(folder, 'mailbox.json') });
  for (const [to, code] of [
    ['a+1@x.co', '111111'],
    ['b@x.co', '222222'],
    ['a+1@x.co', '333333'],
  ] as const) {
    await mailbox.deliver({ to, subject: 's', text: `t ${code}`, code, sent_at: '2026-01-01T00:00:00.000Z' });
  }
  const next = (_request: unknown, response: { end(text: string): void }) => response.end('the gateway');
  server = await listen(createLocalPages({ mailbox, frontPage: () => 'welcome\n', next }));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

it('shows the front page as text', async () => {
  const response = await fetch(server.url);
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await response.text()).toBe('welcome\n');
});

it('shows the mails of one person, oldest first', async () => {
  const response = await fetch(`${server.url}/local/mailbox?to=${encodeURIComponent('A+1@x.co')}`);
  expect(await response.json()).toEqual({
    data: ['111111', '333333'].map((code) => ({
      to: 'a+1@x.co',
      subject: 's',
      text: `t ${code}`,
      code,
      sent_at: '2026-01-01T00:00:00.000Z',
    })),
  });
});

it('leaves everything else to the gateway', async () => {
  expect(await (await fetch(`${server.url}/api/v1/health`)).text()).toBe('the gateway');
  expect(await (await fetch(`${server.url}/`, { method: 'POST' })).text()).toBe('the gateway');
});
