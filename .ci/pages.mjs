// The pages in a real browser, light, dark and as wide as a phone: they show what they should, and their policy stops nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startServer } from './start-server.mjs';

const [executablePath, screenshots] = process.argv.slice(2);
const server = await startServer();
const api = `${server.url}/api/v1`;

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const readers = {
  light: { viewport: { width: 1200, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1200, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light', isMobile: true },
};

/** Opens a page for each kind of reader; a word on the console that the check does not return, as of a policy that was broken, fails it. */
async function read(path, check) {
  for (const [name, reader] of Object.entries(readers)) {
    const page = await browser.newPage(reader);
    const said = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    await page.goto(api + path);
    const expected = (await check(page, name)) ?? [];
    assert.equal(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      true,
      'scrolls sideways',
    );
    assert.deepEqual(said, expected);
    if (screenshots) await page.screenshot({ path: join(screenshots, `${path.slice(1).split('#')[0]}-${name}.png`) });
    await page.close();
  }
  console.log(`referee browser: ${path.split('#')[0]} in ${Object.keys(readers).join(', ')}: passed`);
}

/** What the API itself answers, to compare with. */
async function statistics(query) {
  const login = await fetch(`${api}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'demo@example.com', password: 'Datadock-demo-1' }),
  });
  const { access_token: token } = await login.json();
  const response = await fetch(`${api}/statistics/interactions?group_by=customer_type,channel${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return response.json();
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

await read('/interactions#topic=sand&match=asof', async (page) => {
  // By keyboard alone, from the top of the page.
  for (const text of ['demo@example.com', 'Datadock-demo-1']) {
    await page.keyboard.press('Tab');
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await page.waitForSelector('#answers:not([hidden]) tbody tr');
  assert.equal(await page.inputValue('[name=topic]'), 'Sand');
  assert.equal(await page.textContent('#said'), '4 interactions.');
  const { data } = await statistics('&topic=sand&match=asof');
  assert.equal(await page.locator('#chart rect').count(), data.length);
  const cells = await page.locator('tbody td').allTextContents();
  assert.deepEqual(
    cells.map(Number),
    data.map(({ count }) => count),
  );

  await page.fill('[name=from]', '2021-01-01');
  await page.press('[name=from]', 'Enter');
  await page.waitForSelector('#said:text-is("One interaction.")');
  assert.equal(new URL(page.url()).hash, '#topic=Sand&from=2021-01-01&match=asof');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  const csv = readFileSync(await download.path(), 'utf8').split('\r\n');
  assert.equal(csv[0], '"customer_type","channel","count"');
  assert.equal(csv.filter((line) => line.endsWith(',"1"')).length, 1);
  await page.goBack();
  await page.waitForSelector('#said:text-is("4 interactions.")');

  await page.fill('[name=id]', '4');
  await page.press('[name=id]', 'Enter');
  await page.waitForSelector('#customer output:text-is("Customer 4: Email 0, Call 1, Bird 1.")');
  await page.fill('[name=id]', '77');
  await page.press('[name=id]', 'Enter');
  await page.waitForSelector('#customer output:has-text("have a row with the id 77")');
  return ['Failed to load resource: the server responded with a status of 404 (Not Found)'];
});

await browser.close();
await server.stop();
