import type { MapRecord } from '../../src/aws/map-store';
import { giveUp } from '../../src/maps/give-up';
import { aMap, bucket, fakeFiles, fakeMaps, id, key, notification, poison, testEvent } from './fakes';

const minutes = 60_000;
/** When the fake bucket's objects were made. */
const madeAtMs = Date.parse('2026-01-01T00:00:00Z');

function undertaker(record?: MapRecord) {
  const { store: maps, maps: records } = record ? fakeMaps(record) : fakeMaps();
  const { store: files, bytes } = fakeFiles({ [key]: 'x' });
  const clock = { nowMs: madeAtMs + 10 * minutes };
  const needs = { maps, files, bucket, now: () => clock.nowMs };
  return { maps, records, bytes, clock, bury: (body = notification()) => giveUp(needs, { id: 'm', body }) };
}

test('a map that waits in vain is failed, with a reason that says what to do', async () => {
  const { bury, records } = undertaker(aMap());
  expect(await bury()).toEqual([{ outcome: 'failed', mapId: id }]);
  expect(records.get(id)).toMatchObject({ status: 'failed', reason: expect.stringContaining('Upload it again') });
});

test('a map is failed whose processor died, but not while its lease lasts', async () => {
  const { bury, maps, records, clock } = undertaker(aMap());
  await maps.claim(id, { holder: 'm', token: 't', endsAtMs: clock.nowMs + minutes }, clock.nowMs);
  await expect(bury()).rejects.toThrow('is being processed');
  clock.nowMs += minutes;
  expect(await bury()).toEqual([{ outcome: 'failed', mapId: id }]);
  expect(records.get(id)?.status).toBe('failed');
});

test.each(['processed', 'failed'] as const)('a map that is %s stays so', async (status) => {
  const { bury, records } = undertaker(aMap({ status }));
  expect(await bury()).toEqual([{ outcome: 'unchanged', mapId: id }]);
  expect(records.get(id)).toEqual(aMap({ status }));
});

test('a file that never became a map is removed, once no upload can be at it', async () => {
  const { bury, bytes, clock } = undertaker();
  clock.nowMs = madeAtMs + minutes;
  await expect(bury()).rejects.toThrow('may still become a map');
  expect(bytes.has(key)).toBe(true);
  clock.nowMs = madeAtMs + 10 * minutes;
  expect(await bury()).toMatchObject([{ outcome: 'refused' }]);
  expect(bytes.has(key)).toBe(false);
  expect(await bury()).toMatchObject([{ outcome: 'refused' }]);
});

test('test events and poison are done with', async () => {
  const { bury, records } = undertaker(aMap());
  expect(await bury(testEvent)).toEqual([{ outcome: 'test-event' }]);
  for (const [, body] of poison) expect(await bury(body)).toMatchObject([{ outcome: 'refused' }]);
  expect(records.get(id)).toEqual(aMap());
});
