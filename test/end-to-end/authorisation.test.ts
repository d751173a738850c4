import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Route } from '../../src/api/route';
import { routes } from '../../src/api/routes';
import { figure } from '../proof/figure';
import { type Caller, type Callers, createCallers, refusalOf } from './authorisation/callers';
import { isWrite, requestOf } from './authorisation/requests';
import { createKinds, type Expected, type Kind, placeOf, type Thing } from './authorisation/things';
import { clientOf } from './client';
import { jsonOf, useServer } from './server';
import { servicesOf } from './services';

/*
 * Who may do what, from the route table: each row is asked by everyone, about each kind of id. What is expected follows from the
 * row's access and what the id names, so that a new row is tried without a word here; one that names a new kind is an error.
 */

jest.setTimeout(600_000);

const server = useServer({ MAP_WORKER: 'off' });
const client = clientOf(server);
const { send, post, get } = client;

let services: ReturnType<typeof servicesOf>;
let callers: Callers;
let kinds: Readonly<Record<string, Kind>>;
beforeAll(async () => {
  services = servicesOf(server.current.dataDir);
  callers = await createCallers(client, server.current);
  kinds = createKinds(client, callers, services);
});

let attempts = 0;

/** What is wrong with the answer to an attempt, if anything is; and the answer without what differs each time. */
async function attempt(row: Route, caller: Caller, expected: Expected, thing?: Thing) {
  attempts++;
  const { path, init } = requestOf(row, thing?.id);
  const response = await send(path, init, caller.token);
  const text = await response.text();
  const isProblem = response.headers.get('content-type') === 'application/problem+json';
  const { request_id, instance, ...problem } = isProblem && text ? JSON.parse(text) : {};
  const isRight = response.status === expected.status && (row.method === 'HEAD' || problem.code === expected.code);
  const asked = `${row.method} ${row.path} by ${caller.name}${thing ? `, of ${thing.name}` : ''}`;
  return {
    faults: isRight ? [] : [`${asked}: ${response.status} ${problem.code}, not ${expected.status} ${expected.code}`],
    said: JSON.stringify(problem),
  };
}

/** All that users have, as the services keep it. */
async function kept(): Promise<unknown> {
  const { s3, dynamo, outputs } = services;
  const buckets = [outputs['FilesBucket'], outputs['MapsBucket']];
  const [objects, uploads, maps] = await Promise.all([
    Promise.all(buckets.map((Bucket) => s3.send(new ListObjectsV2Command({ Bucket })))),
    s3.send(new ListMultipartUploadsCommand({ Bucket: outputs['FilesBucket'] })),
    dynamo.send(new ScanCommand({ TableName: outputs['MapsTable'] })),
  ]);
  return [objects.map(({ Contents }) => Contents), uploads.Uploads, maps.Items];
}

const named = routes.filter((row) => placeOf(row) !== undefined);

test('every kind of id that a route names has its things, and no other', () => {
  expect(new Set(named.map(placeOf))).toEqual(new Set(Object.keys(kinds)));
});

test.each(named.map((row) => [row.method, row.path, row] as const))(
  '%s %s is for whom its access and the id say, and all that it refuses changes nothing',
  async (_method, _path, row) => {
    const { create, answer } = kinds[placeOf(row) ?? ''] as Kind;
    const faults: string[] = [];
    const refusals = new Set<string>();
    const expectedOf = (caller: Caller, thing: Thing) => refusalOf(row.access, caller) ?? answer(row, caller, thing);
    const things = await create();
    const before = isWrite(row) ? await kept() : undefined;
    for (const caller of callers.all) {
      for (const thing of things) {
        const expected = expectedOf(caller, thing);
        if (expected.status === 200) continue;
        const outcome = await attempt(row, caller, expected, thing);
        faults.push(...outcome.faults);
        if (expected.status === 404) refusals.add(outcome.said);
      }
      // Nothing that was changed comes back by itself.
      if (before !== undefined && JSON.stringify(await kept()) !== JSON.stringify(before)) {
        faults.push(`${caller.name} has changed something`);
      }
    }
    for (const caller of callers.all) {
      for (const [index, thing] of things.entries()) {
        if (expectedOf(caller, thing).status !== 200) continue;
        // What was written to may be gone.
        const fresh = isWrite(row) ? ((await create())[index] as Thing) : thing;
        faults.push(...(await attempt(row, caller, { status: 200 }, fresh)).faults);
      }
    }
    expect(faults).toEqual([]);
    // Another's, a missing one and what is no id at all are told apart by nothing.
    expect(refusals.size).toBeLessThanOrEqual(1);
  },
);

/** Last of all what ends the caller's own token. */
const unnamed = routes
  .filter((row) => placeOf(row) === undefined)
  .sort((a, b) => Number(a.key === 'auth/logout') - Number(b.key === 'auth/logout'));
const closed = unnamed.filter(({ access }) => access !== 'open');
const open = unnamed.filter(({ access }) => access === 'open');

/** The page after the first of a listing, by the cursor that its owner was given. */
const paged = routes.filter(
  ({ queryParameters }) => 'cursor' in ((queryParameters as { shape?: object })?.shape ?? {}),
);

test.each(paged.map(({ path }) => path))(
  "a cursor of one's own listing at %s is of no use to another user",
  async (path) => {
    const { owner, other } = callers;
    await fillLists(owner);
    const { next_cursor: cursor } = await jsonOf(get(`${path}?limit=1`, owner.token));
    const next = `${path}?${new URLSearchParams({ cursor })}`;
    expect((await get(next, owner.token)).status).toBe(200);
    const answer = await get(next, other.token);
    expect([answer.status, (await jsonOf(answer)).code]).toEqual([400, 'ValidationFailed']);
  },
);

async function fillLists({ token }: Caller): Promise<void> {
  for (const folder of ['A', 'B']) {
    await client.upload(token ?? '', `${folder}.csv`, Buffer.from('a\n'));
    await client.uploadMap(token ?? '', 'a.txt', 'north');
    const files = [{ filename: 'file1.txt', creationDate: '2024-06-12T12:00:00Z' }];
    await post('/sla-errors', { sla_error: [{ folder, sla: 20, files }] }, token);
  }
}

test.each(['/files/{id}', '/maps/{id}'])(
  'a link to a thing of %s opens this one, to be read, and nothing else',
  async (place) => {
    const things = (await (kinds[place] as Kind).create()).filter(({ owner, isPending }) => owner && !isPending);
    const [mine, another] = [things[0] as Thing, things.at(-1) as Thing];
    const linkTo = async ({ id, owner }: Thing): Promise<URL> =>
      new URL((await jsonOf(post(`${place.replace('{id}', id)}/link`, {}, owner?.token))).url);
    const [link, otherLink] = [await linkTo(mine), await linkTo(another)];
    const with_ = (change: (url: URL) => void) => {
      const url = new URL(link);
      change(url);
      return url;
    };
    expect((await fetch(link)).status).toBe(200);
    const before = JSON.stringify(await kept());
    const statuses = await Promise.all([
      fetch(with_((url) => (url.pathname = otherLink.pathname))),
      fetch(with_((url) => (url.pathname = url.pathname.replace(/[^/]*$/, '')))),
      fetch(with_((url) => url.searchParams.set('X-Amz-Expires', '604800'))),
      fetch(with_((url) => url.searchParams.set('response-content-type', 'text/html'))),
      fetch(new URL(link.pathname, link)),
      fetch(link, { method: 'PUT', body: 'x' }),
      fetch(link, { method: 'DELETE' }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual(statuses.map(() => 403));
    expect(JSON.stringify(await kept())).toBe(before);
  },
);

test('the address of a part takes this part of this upload, and nothing else', async () => {
  const size = 9 * 1024 * 1024;
  const begin = async (name: string) => (await jsonOf(post('/uploads', { name, size }, callers.owner.token))).parts;
  const [[first, second], [foreign]] = [await begin('one.bin'), await begin('two.bin')];
  const url = new URL(first.url);
  const forged = [new URL(url), new URL(url), new URL(url)] as const;
  forged[0].searchParams.set('partNumber', '2');
  forged[1].searchParams.set('uploadId', new URL(foreign.url).searchParams.get('uploadId') ?? '');
  forged[2].search = '';
  for (const address of forged) expect((await fetch(address, { method: 'PUT', body: 'x' })).status).toBe(403);
  expect((await fetch(url)).status).toBe(403);
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
  expect((await fetch(second.url, { method: 'PUT', body: 'x' })).status).toBe(200);
});

test.each(open.map((row) => [row.method, row.path, row] as const))(
  '%s %s asks nobody for a token, and heeds none that is sent',
  async (_method, _path, row) => {
    for (const caller of callers.all) {
      attempts++;
      const { path, init } = requestOf(row);
      const answer = await send(path, init, caller.token);
      const code = answer.status < 400 ? undefined : (await jsonOf(answer)).code;
      expect([caller.name, code]).not.toEqual([
        caller.name,
        expect.stringMatching(/^(Unauthenticated|AccountInactive|AdminOnly)$/),
      ]);
      expect(answer.status).toBeLessThan(500);
    }
  },
);

test.each(closed.map((row) => [row.method, row.path, row] as const))(
  '%s %s is for whom its access says',
  async (_method, _path, row) => {
    const faults: string[] = [];
    for (const caller of callers.all) {
      const expected = refusalOf(row.access, caller) ?? { status: 200 };
      faults.push(...(await attempt(row, caller, expected)).faults);
    }
    expect(faults).toEqual([]);
  },
);

test('that was everyone, at every route', () => {
  expect(open.length + closed.length + named.length).toBe(routes.length);
  figure({
    proof: 'authorisation',
    what: 'every route, by every kind of caller, with every kind of id',
    asked: 'the answer that access and id promise; whatever is refused changes nothing',
    measured: `${routes.length} routes, ${callers.all.length} callers, ${attempts} attempts: 0 other answers`,
  });
});
