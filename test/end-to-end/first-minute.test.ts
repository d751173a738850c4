import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paste, root, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const blocks = (language: string, document = read('README.md')) =>
  [...document.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text ?? '');
const here = (lines: string) => lines.replaceAll('http://127.0.0.1:3000', server.current.url);

test("the README's lines, pasted as they are, lead from sign-up to the answer that it shows", async () => {
  const [signUpToQuery = '', json = '', mistake = ''] = blocks('sh');
  const [rows = ''] = blocks('csv');

  const printed = await paste(here(signUpToQuery));
  expect(printed).toContain('{"status":"confirmation_required"}');
  expect(printed).toContain('{"status":"confirmed"}');
  expect(printed).toContain('"email":"ann@example.com","email_verified":true,"is_active":true,"groups":[]}');
  expect(printed).toContain('"name":"airports.csv","size":210365');
  expect(printed.endsWith(rows)).toBe(true);

  const context = contextOf(signUpToQuery);
  expect(JSON.parse(await paste(here(`${context}\n${json}`)))).toEqual([{ airports: 3376, northernmost: 71.2854475 }]);
  expect(JSON.parse(await paste(here(`${context}\n${mistake}`)))).toMatchObject({
    status: 400,
    code: 'MissingHeaders',
    detail: expect.stringContaining("'name'"),
  });
});

test('what the README says of interactions is what is answered', async () => {
  const [firstMinute = '', , , question = ''] = blocks('sh');
  const [answer = ''] = blocks('json');
  expect((await paste(here(`${contextOf(firstMinute)}\n${question}`))).trim()).toBe(answer.trim());
});

test('the lines of docs/interactions.md are answered as it says', async () => {
  const document = read('docs/interactions.md');
  const [firstMinute = ''] = blocks('sh');
  const [questions = ''] = blocks('sh', document);
  const [answers = ''] = blocks('json', document);
  const printed = await paste(here(`${contextOf(firstMinute)}\n${questions.replaceAll(/^curl.*$/gm, '$&; echo')}`));
  expect(printed.split('\n').filter(Boolean)).toEqual(answers.trim().split('\n'));
});

/** Where the API is, and a token. */
const contextOf = (lines: string) =>
  lines
    .split('\n')
    .filter((line) => /^(API|TOKEN|ID)=|^ {2}-d .*access_token/.test(line))
    .join('\n');

test('the lines of docs/uploads.md, pasted as they are, send a large file in parts and fetch it by a link', async () => {
  const [firstMinute = ''] = blocks('sh');
  const [inParts = '', byLink = ''] = blocks('sh', read('docs/uploads.md'));
  const printed = await paste(here(`${contextOf(firstMinute)}\n${inParts}\n${byLink}`));
  const [, file = '', received] = /(\{.*\})\s*(\d+)\s*$/.exec(printed) ?? [];
  const { name, size } = JSON.parse(file);
  expect([name, size > 20_000_000]).toEqual(['large.csv', true]);
  expect(Number(received)).toBe(size);
});

test('the lines of docs/sla-errors.md, pasted as they are, store a report and list it', async () => {
  const [firstMinute = ''] = blocks('sh');
  const [lines = ''] = blocks('sh', read('docs/sla-errors.md'));
  const printed = await paste(here(`${contextOf(firstMinute)}\n${lines}`));
  expect(printed).toMatch(/^\{"stored":1,"duplicates":0,"error_ids":\["[0-9a-f]{64}"\]\}/);
  expect(printed).toContain('"folder":"Folder_A","sla":20');
});

test('the lines that npm start prints work as they are printed', async () => {
  const lines = server.current
    .printed()
    .split('\n')
    .filter((line) => /^ {2}(TOKEN=|ID=|curl )/.test(line))
    .join('\n');
  expect(lines).toContain('/query');
  const expected = server.current.printed().match(/^ {4}(.*)$/m)?.[1];
  expect((await paste(lines)).trim()).toBe(expected);
});
