import { AppError } from '../../src/errors';
import type { ReadNeeds } from '../../src/interactions/consistent-read';
import { customerInteractions } from '../../src/interactions/customer-interactions';
import { dataQuality } from '../../src/interactions/data-quality';
import type { ImportNeeds } from '../../src/interactions/import-file';
import { rebuild } from '../../src/interactions/rebuild';
import { statistics } from '../../src/interactions/statistics';
import { Clock, type Hook, importText, MemoryTable, maintenance } from './memory-table';

// What becomes of the data when an importer dies, sleeps or meets another, at any of its writes; and what a reader sees.

const customers = 'Customer ID,Name,Customer Type\n1,Jedi,Red\n2,Batman,Orange\n';
const before = 'Date,Channel,Customer ID\n04/10/2019 09:00,Email,1\n05/03/2020 11:23,Bird,2\n';
/** Of the same customers and others, so that versions are superseded. */
const after = `Date,Channel,Customer ID\n04/10/2019 09:00,Email,1\n${[1, 2, 3, 4, 5, 6, 7, 8, 9]
  .flatMap((id) => [`11/02/2020 16:10,Call,${id}`, `12/02/2020 16:10,Visit,${id}`])
  .join('\n')}\n`;

/** Everything that can be asked. */
const answers = async (needs: ReadNeeds) => ({
  customers: await Promise.all(
    Array.from({ length: 10 }, (_, id) =>
      customerInteractions(needs, { id: id + 1, match: 'exact' }).catch((error: AppError) => error.code),
    ),
  ),
  statistics: await statistics(needs, { groupBy: ['customer_type', 'channel', 'month'], match: 'exact' }),
  quality: await dataQuality(needs),
});

class Killed extends Error {}

/** Something that is waited for. */
function signal() {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

/** A process that dies instead of its n-th write, and does nothing more. */
function dyingAt(writes: number): Hook {
  let left = writes;
  return () => {
    if (left-- <= 0) throw new Killed();
  };
}

async function tableWith(...texts: readonly string[]) {
  const [table, clock] = [new MemoryTable(), new Clock()];
  const needs = table.needs(clock);
  await importText(needs, 'customers', customers);
  for (const text of texts) await importText(needs, 'interactions', text);
  return { table, clock, needs };
}

/** That there is one version of each document, all of one epoch, and no journal. */
function expectNothingLeft(table: MemoryTable): void {
  const keys = table.entries.map(({ collection, name }) => `${collection}/${name}`);
  expect(keys.toSorted()).toEqual([...new Set(keys)].sort());
  expect(keys.filter((key) => key.startsWith('journal/'))).toEqual([]);
  expect(new Set(table.entries.map(({ epoch }) => epoch))).toEqual(new Set([table.state?.epoch]));
  expect(table.state?.lease).toBeUndefined();
}

const importAfter = (needs: ImportNeeds) => importText(needs, 'interactions', after);

test.each([
  ['an import', importAfter],
  ['a rebuild', (needs: ImportNeeds) => rebuild(needs, maintenance, () => {})],
])(
  'wherever %s dies, readers see the old data or the new, and the next importer leaves the new alone',
  async (_, work) => {
    const old = await answers((await tableWith(before)).needs);
    const done = await tableWith(before);
    await work(done.needs);
    const whole = await answers(done.needs);
    expectNothingLeft(done.table);

    let deaths = 0;
    let seenNew = 0;
    for (let writes = 0; ; writes++) {
      const { table, clock, needs } = await tableWith(before);
      const ended = await work(table.needs(clock, dyingAt(writes))).catch((error: unknown) => error);
      const seen = await answers(needs);
      const isNew = JSON.stringify(seen) === JSON.stringify(whole);
      expect(seen).toEqual(isNew ? whole : old);
      if (!(ended instanceof Killed) && table.state?.lease === undefined) break;
      // What ends well although its end was cut short has shown its data.
      if (!(ended instanceof Killed)) expect(isNew).toBe(true);
      deaths++;
      if (isNew) seenNew++;

      if (table.state?.lease) await expect(work(needs)).rejects.toMatchObject({ code: 'ImportRunning' });
      clock.passLease();
      await work(needs);
      expect(await answers(needs)).toEqual(whole);
      expectNothingLeft(table);
    }
    expect(deaths).toBeGreaterThan(15);
    if (work === importAfter) expect([seenNew > 0, seenNew < deaths]).toEqual([true, true]);
  },
);

test('wherever an importer falls asleep, and wakes when another has taken over, what it still writes is never seen', async () => {
  const done = await tableWith(before, after);
  const other =
    'Date,Channel,Customer ID\n04/10/2019 09:00,Email,1\n06/06/2021 10:00,Letter,1\n06/06/2021 10:00,Letter,3\n';
  const whole = await answers(done.needs);
  const expected = await answers((await tableWith(before, other)).needs);
  let overtaken = 0;
  for (let writes = 0; ; writes++) {
    const { table, clock, needs } = await tableWith(before);
    let left = writes;
    const [sleep, awake] = [signal(), signal()];
    // All of the process sleeps.
    const sleeper = importAfter(
      table.needs(clock, async () => {
        if (left-- > 0) return;
        sleep.give();
        await awake.given;
      }),
    ).catch((error: unknown) => error);
    if ((await Promise.race([sleeper, sleep.given])) !== undefined) break;

    const wasVisible = JSON.stringify(await answers(needs)) === JSON.stringify(whole);
    clock.passLease();
    await importText(needs, 'interactions', other);
    const meanwhile = await answers(needs);
    awake.give();
    const ended = await sleeper;
    // Whoever slept before the lease was taken, or after all was visible, has done as it should.
    if (!(ended instanceof AppError)) {
      expect(writes === 0 || wasVisible).toBe(true);
      continue;
    }
    overtaken++;
    expect(ended.code).toBe('ImportInterrupted');
    expect(meanwhile).toEqual(expected);
    expect(await answers(needs)).toEqual(meanwhile);
    // Whoever comes next is not confused by what the sleeper has left.
    await importAfter(needs);
    expect(await answers(needs)).toEqual(await answers((await tableWith(before, other, after)).needs));
  }
  expect(overtaken).toBeGreaterThan(10);
});

test('of two importers at once one is told to wait, and is let in when the other has ended', async () => {
  const { table, clock, needs } = await tableWith();
  let second: unknown;
  await importText(
    table.needs(clock, async (what) => {
      if (what === 'write') second ??= await importAfter(needs).catch((error: unknown) => error);
    }),
    'interactions',
    before,
  );
  expect(second).toMatchObject({ code: 'ImportRunning', details: { retryAfterSeconds: 10 } });
  await importAfter(needs);
  expect(await answers(needs)).toEqual(await answers((await tableWith(before, after)).needs));
});

test('an importer that may wait is let in when the lease of one that died has ended', async () => {
  const { table, clock, needs } = await tableWith();
  await expect(importAfter(table.needs(clock, dyingAt(5)))).rejects.toBeInstanceOf(Killed);
  const patient = rebuild(needs, { ...maintenance, waitMs: 60_000 }, () => {});
  setTimeout(() => clock.passLease(), 50);
  expect(await patient).toBe(1);
  const impatient = rebuild(table.needs(clock, dyingAt(5)), maintenance, () => {});
  await expect(impatient).rejects.toBeInstanceOf(Killed);
  await expect(rebuild(needs, { ...maintenance, waitMs: 0 }, () => {})).rejects.toMatchObject({
    code: 'ImportRunning',
  });
});

test('a document that is removed while it is read is read again; one that cannot be read is not', async () => {
  const { needs } = await tableWith(before);
  const request = { groupBy: ['channel'] as const, match: 'exact' as const };
  let failures = 0;
  const torn = (onFailure: () => Promise<unknown>): ReadNeeds => ({
    ...needs,
    documents: {
      ...needs.documents,
      readHead: async (...asked) => {
        if (asked[2] !== 'counts' || failures-- <= 0) return needs.documents.readHead(...asked);
        await onFailure();
        throw new Error('unexpected end of file');
      },
    },
  });
  failures = 1;
  const whole = await statistics((await tableWith(before, after)).needs, request);
  expect(
    await statistics(
      torn(() => importAfter(needs)),
      request,
    ),
  ).toEqual(whole);
  failures = 1;
  await expect(
    statistics(
      torn(async () => {}),
      request,
    ),
  ).rejects.toThrow('unexpected end of file');
});

test('whatever is imported between two reads of an answer, it is of one import', async () => {
  const request = { groupBy: ['channel', 'month'] as const, match: 'exact' as const };
  const old = await statistics((await tableWith(before)).needs, request);
  const whole = await statistics((await tableWith(before, after)).needs, request);
  const seen: unknown[] = [];
  for (let reads = 0; reads < 8; reads++) {
    const { needs } = await tableWith(before);
    let left = reads;
    const importOnce = async () => {
      if (left-- === 0) await importAfter(needs);
    };
    const { documents, states } = needs;
    const reader: ReadNeeds = {
      states: { ...states, read: () => importOnce().then(states.read) },
      documents: { ...documents, readHead: (...asked) => importOnce().then(() => documents.readHead(...asked)) },
    };
    seen.push(await statistics(reader, request));
  }
  // Four reads make an answer. What was imported before the last of them is seen.
  expect(seen).toEqual([...Array(4).fill(whole), ...Array(4).fill(old)]);
});
