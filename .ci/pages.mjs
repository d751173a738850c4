// The pages in a real browser, light, dark and as wide as a phone: they show what they should, and their policy stops nothing.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [executablePath, screenshots] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'datadock-pages-'));
const server = spawn(process.execPath, [join('bin', 'launch.mjs')], {
  env: { ...process.env, PORT: '0', DATA_DIR: join(folder, 'data') },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(server, 'exit');
let printed = '';
let url;
for await (const chunk of server.stdout) {
  printed += chunk;
  [, url] = /Datadock runs on (\S+)/.exec(printed) ?? [];
  if (url) break;
}
const api = `${url}/api/v1`;

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const readers = {
  light: { viewport: { width: 1200, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1200, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light', isMobile: true },
};

/** Opens a page for each kind of reader; a word on the console, as of a policy that was broken, fails it. */
async function read(path, check) {
  for (const [name, reader] of Object.entries(readers)) {
    const page = await browser.newPage(reader);
    const said = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    await page.goto(api + path);
    await check(page, name);
    assert.equal(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      true,
      'scrolls sideways',
    );
    assert.deepEqual(said, []);
    if (screenshots) await page.screenshot({ path: join(screenshots, `${path.slice(1)}-${name}.png`) });
    await page.close();
  }
  console.log(`referee browser: ${path} in ${Object.keys(readers).join(', ')}: passed`);
}

await read('/docs', async (page, name) => {
  const { paths } = await (await fetch(`${api}/openapi.json`)).json();
  const operations = Object.values(paths).flatMap(Object.keys).length;
  await page.waitForSelector('.opblock');
  assert.equal(await page.locator('.opblock').count(), operations);
  assert.equal(await page.evaluate(() => document.documentElement.classList.contains('dark-mode')), name === 'dark');
  await page.fill('[name=email]', 'demo@example.com');
  await page.fill('[name=password]', 'Datadock-demo-1');
  await page.keyboard.press('Enter');
  await page.waitForSelector('output:has-text("Signed in")');
  await page.click('#operations-service-me .opblock-summary-control');
  await page.click('#operations-service-me .execute');
  await page.waitForSelector('#operations-service-me .live-responses-table :text("demo@example.com")');
});

await browser.close();
server.kill('SIGINT');
await ended;
rmSync(folder, { recursive: true, force: true });
