import fc from 'fast-check';
import { AppError } from '../../src/errors';
import { customerInteractions } from '../../src/interactions/customer-interactions';
import type { ImportNeeds } from '../../src/interactions/import-file';
import { rebuild } from '../../src/interactions/rebuild';
import { type Dimension, dimensions, statistics } from '../../src/interactions/statistics';
import { Clock, importText, MemoryTable, maintenance } from './memory-table';
import { csvOf, question, tables, type Writing, writing } from './random-tables';
import { type Question, Reference, type Table } from './reference';

jest.setTimeout(120_000);

const runs = 1000;
const seed = 20_261_125;

const codeOf = (error: unknown) => (error instanceof AppError ? error.code : error);

/** All that can be asked of the tables with one question, and what the reference says. */
async function compare(needs: ImportNeeds, reference: Reference, asked: Question, groupBy: readonly Dimension[]) {
  const { topic, from = '0', to = '9' } = asked;
  const isTopic =
    topic === undefined || reference.topics.some((each) => each.toLowerCase() === topic.trim().toLowerCase());
  for (const id of [1, 2, 3, 8, 9]) {
    const answer = await customerInteractions(needs, { id, ...asked }).catch(codeOf);
    if (from > to) expect(answer).toBe('ValidationFailed');
    else if (!isTopic) expect(answer).toBe('UnknownTopic');
    else if (!reference.isKnown(id)) expect(answer).toBe('CustomerNotFound');
    else expect(answer).toEqual(reference.customer(id, asked));
  }
  const answer = await statistics(needs, { groupBy, ...asked }).catch((error: unknown) => error);
  if (answer instanceof AppError) {
    expect(answer.code).toBe(from > to ? 'ValidationFailed' : 'UnknownTopic');
    expect(from > to || !isTopic).toBe(true);
    return;
  }
  const { rows, total } = answer as Awaited<ReturnType<typeof statistics>>;
  const counted = rows.filter(({ count }) => count > 0).map(({ values, count }) => [JSON.stringify(values), count]);
  expect({ lines: Object.fromEntries(counted), total }).toEqual(reference.statistics(groupBy, asked));
  expect(new Set(rows.map(({ values }) => JSON.stringify(values))).size).toBe(rows.length);
  if (groupBy.length === 1 && groupBy[0] === 'channel') {
    expect(rows.map(({ values }) => values[0])).toEqual(reference.channels);
  }
}

const groupings = fc.shuffledSubarray([...dimensions]);

test(`of ${runs} random sets of tables every answer is what the rows say, also after a rebuild`, async () => {
  const aSet = fc.tuple(tables, fc.array(writing, { minLength: 5, maxLength: 5 }), question, groupings);
  await fc.assert(
    fc.asyncProperty(aSet, async ([given, writings, asked, groupBy]) => {
      const needs = new MemoryTable().needs(new Clock());
      for (const [index, table] of given.entries()) {
        const text = csvOf(table, writings[index] as Writing);
        const { imported, unchanged } = await importText(needs, table.kind, text);
        expect(imported + unchanged).toBe(table.rows.length);
        const again = await importText(needs, table.kind, text);
        // A row for one customer that another row of the file contradicts is never the one that stays.
        if (table.kind !== 'customers') expect(again).toMatchObject({ imported: 0, unchanged: table.rows.length });
      }
      const reference = new Reference(given);
      await compare(needs, reference, asked, groupBy);
      await rebuild(needs, maintenance, () => {});
      await compare(needs, reference, asked, groupBy);
    }),
    { numRuns: runs, seed },
  );
});

test('the order in which tables of interactions are imported changes no count', async () => {
  const several = tables
    .map((all) => all.filter((table) => table.kind === 'interactions'))
    .filter(({ length }) => length > 1);
  await fc.assert(
    fc.asyncProperty(several, writing, question, async (given: readonly Table[], style, { from, to }) => {
      const asked = { groupBy: ['month'] as const, match: 'exact' as const, from, to };
      const answers = [];
      for (const order of [given, given.toReversed()]) {
        const needs = new MemoryTable().needs(new Clock());
        for (const table of order) await importText(needs, table.kind, csvOf(table, style));
        answers.push(await statistics(needs, asked).catch(codeOf));
      }
      expect(answers[0]).toEqual(answers[1]);
    }),
    { numRuns: 100, seed },
  );
});
