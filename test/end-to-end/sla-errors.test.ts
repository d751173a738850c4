import { figure } from '../proof/figure';
import { clientOf, expectProblem } from './client';
import { jsonOf, useServer } from './server';

/** `npm run proof` asks for more. */
declare const askedRounds: number | undefined;
const rounds = typeof askedRounds === 'undefined' ? 10 : askedRounds;
const atOnce = 50;

jest.setTimeout(60_000 + 5_000 * rounds);

const server = useServer();
const { get, post, aUser } = clientOf(server);

const anEntry = (folder: string) => ({
  folder,
  sla: 20,
  files: [{ filename: 'file1.txt', creationDate: '2024-06-12T12:00:00Z' }],
});
const report = (token: string, ...folders: string[]) => post('/sla-errors', { sla_error: folders.map(anEntry) }, token);
const foldersOf = async (response: Promise<Response>) =>
  (await jsonOf(response)).data.map(({ folder }: { folder: string }) => folder);

test('fifty of the same report at once, round after round, are stored once each', async () => {
  const token = await aUser('fifty@example.com');
  const seen = new Set<string>();
  for (let round = 1; round <= rounds; round++) {
    const responses = await Promise.all(Array.from({ length: atOnce }, () => report(token, `Folder_${round}`)));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    const answers = await Promise.all(responses.map((response) => jsonOf(response)));
    const sum = (name: string) => answers.reduce((total, answer) => total + answer[name], 0);
    expect([sum('stored'), sum('duplicates')]).toEqual([1, atOnce - 1]);
    for (const { error_ids } of answers) seen.add(error_ids[0]);
    expect(seen.size).toBe(round);
  }
  const { data, next_cursor } = await jsonOf(get('/sla-errors?limit=1000', token));
  expect([data.length, next_cursor]).toEqual([rounds, null]);
  figure({
    proof: 'SLA errors',
    what: 'equal reports at once',
    asked: 'one entry each',
    measured: `${rounds} rounds of ${atOnce}: ${data.length} entries`,
  });
});

test('reports are listed newest first, page by page, by folder and by time, to whom they belong', async () => {
  const token = await aUser('lister@example.com');
  for (const folder of ['a', 'b', 'c', 'd', 'e']) await report(token, folder);
  await report(token, 'a', 'f');
  expect(await foldersOf(get('/sla-errors', token))).toEqual(['f', 'e', 'd', 'c', 'b', 'a']);

  const pages: string[][] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await jsonOf(get(`/sla-errors?limit=4${cursor && `&cursor=${cursor}`}`, token));
    pages.push(page.data.map(({ folder }: { folder: string }) => folder));
    cursor = page.next_cursor;
  }
  expect(pages).toEqual([
    ['f', 'e', 'd', 'c'],
    ['b', 'a'],
  ]);

  expect(await foldersOf(get('/sla-errors?folder=c', token))).toEqual(['c']);
  const [, , d] = (await jsonOf(get('/sla-errors', token))).data;
  const at = encodeURIComponent(d.received_at);
  expect(await foldersOf(get(`/sla-errors?from=${at}`, token))).toEqual(['f', 'e', 'd']);
  expect(await foldersOf(get('/sla-errors?from=9999-12-31T23:59:59.999Z', token))).toEqual([]);
  expect(await foldersOf(get(`/sla-errors?to=${at}`, token))).toEqual(['d', 'c', 'b', 'a']);
  expect(await foldersOf(get(`/sla-errors?from=${at}&to=${at}&folder=d`, token))).toEqual(['d']);
  expect(await foldersOf(get('/sla-errors?to=2020-01-01', token))).toEqual([]);

  const other = await aUser('stranger@example.com');
  expect(await foldersOf(get('/sla-errors', other))).toEqual([]);
  const { next_cursor } = await jsonOf(get('/sla-errors?limit=1', token));
  await expectProblem(await get(`/sla-errors?cursor=${next_cursor}`, other), 400, 'ValidationFailed');
});

test("the same report of two users is two users' report", async () => {
  const [ann, bob] = [await aUser('ann-sla@example.com'), await aUser('bob-sla@example.com')];
  const [first, second] = [await jsonOf(report(ann, 'shared')), await jsonOf(report(bob, 'shared'))];
  expect([first.stored, second.stored]).toEqual([1, 1]);
  expect(first.error_ids).not.toEqual(second.error_ids);
});

test('names that are one in Unicode are one folder', async () => {
  const token = await aUser('unicode@example.com');
  expect(await jsonOf(report(token, 'K\u00f6k'))).toMatchObject({ stored: 1 });
  expect(await jsonOf(report(token, 'Ko\u0308k'))).toMatchObject({ duplicates: 1 });
  expect(await foldersOf(get(`/sla-errors?folder=${encodeURIComponent('Ko\u0308k')}`, token))).toEqual(['K\u00f6k']);
});
