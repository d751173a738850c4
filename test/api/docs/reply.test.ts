import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { docsPage } from '../../../src/api/docs/page';
import { docsReply } from '../../../src/api/docs/reply';
import { errorCatalogue } from '../../../src/errors';

async function bytesOf(body: string | AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

test('every error code has the place that the type of its problem leads to', async () => {
  const html = (await bytesOf((await docsReply({})).body)).toString();
  for (const code of Object.keys(errorCatalogue)) expect(html).toContain(`id="errors-${code}"`);
});

test('the policy lets in what the page holds, and nothing else', async () => {
  const { headers, body } = await docsReply({});
  const html = (await bytesOf(body)).toString();
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toMatch(/^default-src 'none'; /);
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  for (const tag of ['script', 'style']) {
    const texts = [...html.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(([, text]) => text ?? '');
    expect(texts).toHaveLength(2);
    for (const text of texts) {
      const hash = createHash('sha256').update(text).digest('base64');
      expect(policy).toContain(`'sha256-${hash}'`);
    }
  }
  expect(html).not.toMatch(/<(script|link|img)[^>]* (src|href)="(?!data:)/);
});

test('a script that speaks of its own end is not ended by that', () => {
  const { html } = docsPage({ script: 'const tag = "</script>";', style: '' });
  expect(html).toContain('<script>const tag = "<\\/script>";</script>');
});

test('the page is sent packed to who takes it so, and not again to who has it', async () => {
  const plain = await docsReply({});
  const packed = await docsReply({ 'accept-encoding': 'gzip, br' });
  expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', etag: plain.headers['etag'] });
  expect(gunzipSync(await bytesOf(packed.body)).equals(await bytesOf(plain.body))).toBe(true);
  expect((await docsReply({ 'if-none-match': plain.headers['etag'] })).status).toBe(304);
});
