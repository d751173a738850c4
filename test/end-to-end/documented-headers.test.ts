import type { Route } from '../../src/api/route';
import {
  createFileRoute,
  headFileRoute,
  listFilesRoute,
  readFileRoute,
  replaceFileRoute,
} from '../../src/api/routes/files';
import { createMapRoute, readMapRoute } from '../../src/api/routes/maps';
import { docsRoute, healthRoute, meRoute } from '../../src/api/routes/meta';
import { completeUploadRoute, createUploadRoute } from '../../src/api/routes/uploads';
import { clientOf } from './client';
import { documentedHeaders, namedHeaders } from './documented-headers';
import { jsonOf, useServer } from './server';

jest.setTimeout(300_000);

// Maps stay as they came: what is asked of one is answered 409.
const server = useServer({ MAP_WORKER: 'off' });
const { send, get, post, upload, uploadMap, aUser } = clientOf(server);

/** An answer has the headers that the documents name for it, each of them and no other. */
function expectDocumented(row: Route, answer: Response, status: number, except: readonly string[] = []) {
  expect([row.key, answer.status]).toEqual([row.key, status]);
  const documented = documentedHeaders(row, status)?.filter((name) => !except.includes(name)) ?? [];
  expect([row.key, status, namedHeaders(answer.headers.keys()).toSorted()]).toEqual([
    row.key,
    status,
    documented.toSorted(),
  ]);
}

test('answers have the headers that the documents name, no fewer and no more', async () => {
  const ann = await aUser('ann@example.com');
  const created = await upload(ann, 'a.csv', Buffer.from('n\n1\n'));
  expectDocumented(createFileRoute, created, 200);
  const { id, etag } = await jsonOf(created);
  const content = `/files/${id}/content`;

  expectDocumented(listFilesRoute, await get('/files', ann), 200);
  expectDocumented(readFileRoute, await get(content, ann), 200);
  expectDocumented(readFileRoute, await get(content, ann, { range: 'bytes=0-1' }), 206);
  expectDocumented(readFileRoute, await get(content, ann, { 'if-none-match': etag }), 304);
  expectDocumented(readFileRoute, await get(content, ann, { range: 'bytes=99-' }), 416);
  expectDocumented(readFileRoute, await get(content), 401);
  expectDocumented(headFileRoute, await send(content, { method: 'HEAD' }, ann), 200);
  const replaced = await send(content, { method: 'PUT', body: 'n\n2\n', headers: { 'if-match': etag } }, ann);
  expectDocumented(replaceFileRoute, replaced, 200);

  const begun = await post('/uploads', { name: 'b.csv', size: 4 }, ann);
  expectDocumented(createUploadRoute, begun, 200);
  const { id: uploadId, parts } = await jsonOf(begun);
  await fetch(parts[0].url, { method: 'PUT', body: 'n\n3\n' });
  expectDocumented(completeUploadRoute, await post(`/uploads/${uploadId}/complete`, {}, ann), 200);

  const map = await uploadMap(ann, 'a.txt', 'north is up');
  expectDocumented(createMapRoute, map, 200);
  expectDocumented(readMapRoute, await get(`/maps/${(await jsonOf(map)).id}`), 409);

  expectDocumented(healthRoute, await get('/health'), 200);
  expectDocumented(meRoute, await get('/me', 'a.b.c'), 401);
  expectDocumented(docsRoute, await get('/docs', undefined, { 'accept-encoding': 'identity' }), 200, [
    'content-encoding',
  ]);
  expectDocumented(docsRoute, await get('/docs'), 200);
});
