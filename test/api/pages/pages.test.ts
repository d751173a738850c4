import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { docsPage } from '../../../src/api/pages/docs-page';
import { htmlPage } from '../../../src/api/pages/html-page';
import { interactionsPage } from '../../../src/api/pages/interactions-page';
import { pageReplies } from '../../../src/api/pages/page-reply';
import { sqlErrorCodes } from '../../../src/engine/index';
import { errorCatalogue } from '../../../src/errors';

const asset = (name: string) => readFileSync(join('node_modules', 'swagger-ui-dist', name), 'utf8');
const docs = docsPage({ script: asset('swagger-ui-bundle.js'), style: asset('swagger-ui.css') });

async function bytesOf(body: string | AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

test('every error code has the place that the type of its problem leads to', () => {
  for (const code of [...Object.keys(errorCatalogue), ...sqlErrorCodes]) {
    expect(docs.html).toContain(`id="errors-${code}"`);
  }
});

test.each([
  ['docs', docs],
  ['interactions', interactionsPage()],
])('the policy of /%s lets in what the page holds, and nothing else', (_, { html, policy }) => {
  expect(policy).toMatch(/^default-src 'none'; /);
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  for (const tag of ['script', 'style']) {
    const texts = [...html.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(([, text]) => text ?? '');
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) {
      const hash = createHash('sha256').update(text).digest('base64');
      expect(policy).toContain(`'sha256-${hash}'`);
    }
  }
  expect(html).not.toMatch(/<(script|link|img)[^>]* (src|href)="(?!data:)/);
  // The policy would stop these.
  expect(html.replaceAll(/<(script|style)>[\s\S]*?<\/\1>/g, '')).not.toMatch(/ (style|on\w+)="/);
});

test('a script that speaks of its own end is not ended by that', () => {
  const { html } = htmlPage({ title: 'a < b', styles: [], body: '', scripts: ['const tag = "</script>";'] });
  expect(html).toContain('<script>const tag = "<\\/script>";</script>');
  expect(html).toContain('<title>a &lt; b</title>');
});

test('the page is made once, sent packed to who takes it so, and not again to who has it', async () => {
  let made = 0;
  const reply = pageReplies(() => {
    made++;
    return interactionsPage();
  });
  const plain = await reply({});
  const packed = await reply({ 'accept-encoding': 'gzip, br' });
  expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', etag: plain.headers['etag'] });
  expect(gunzipSync(await bytesOf(packed.body)).equals(await bytesOf(plain.body))).toBe(true);
  expect((await reply({ 'if-none-match': plain.headers['etag'] })).status).toBe(304);
  expect(made).toBe(1);
});
