import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../../src/config';
import { customerInteractions } from '../../src/interactions/customer-interactions';
import { dataQuality } from '../../src/interactions/data-quality';
import { importContent } from '../../src/interactions/import-content';
import type { ImportNeeds } from '../../src/interactions/import-file';
import { importFile } from '../../src/interactions/import-file';
import { kinds } from '../../src/interactions/import-log';
import { rebuild } from '../../src/interactions/rebuild';
import { type Dimension, statistics } from '../../src/interactions/statistics';
import { Clock, importText, MemoryTable, maintenance } from './memory-table';

const data = (kind: string) => readFileSync(join(__dirname, '..', '..', 'data', `${kind}.csv`), 'utf8');
const header = 'Date,Channel,Customer ID\n';

let table: MemoryTable;
let needs: ImportNeeds;
beforeEach(() => {
  table = new MemoryTable();
  needs = table.needs(new Clock());
});

const counts = async (id: number, asked: object = {}) =>
  Object.fromEntries((await customerInteractions(needs, { id, match: 'exact', ...asked })).channels);
const grouped = async (groupBy: readonly Dimension[], asked: object = {}) => {
  const { rows, total } = await statistics(needs, { groupBy, match: 'exact', ...asked });
  return { rows: rows.map(({ values, count }) => [...values, count]), total };
};
const rulesOf = async () => Object.fromEntries((await dataQuality(needs)).map(({ rule, rows }) => [rule, rows]));

describe("the brief's own tables", () => {
  beforeEach(async () => {
    for (const kind of kinds) await importText(needs, kind, data(kind));
  });

  test('give each customer every channel, in the order in which they were first seen', async () => {
    expect((await customerInteractions(needs, { id: 1, match: 'exact' })).channels).toEqual([
      ['Email', 1],
      ['Call', 0],
      ['Bird', 0],
    ]);
    expect(await counts(4)).toEqual({ Email: 0, Call: 1, Bird: 1 });
    expect(await counts(12)).toEqual({ Email: 0, Call: 0, Bird: 0 });
    await expect(counts(5)).rejects.toMatchObject({ code: 'CustomerNotFound' });
  });

  test('have no interaction in a month with a product, and all of them after one', async () => {
    expect(await customerInteractions(needs, { id: 4, match: 'exact', topic: 'sAND' })).toEqual({
      channels: [
        ['Email', 0],
        ['Call', 0],
        ['Bird', 0],
      ],
      topic: { name: 'Sand', unattributed: 2 },
    });
    expect(await counts(4, { topic: 'Sand', match: 'asof' })).toEqual({ Email: 0, Call: 1, Bird: 1 });
    expect(await counts(4, { topic: 'Orange', match: 'asof' })).toEqual({ Email: 0, Call: 0, Bird: 0 });
    await expect(counts(4, { topic: 'Water' })).rejects.toMatchObject({
      code: 'UnknownTopic',
      message: expect.stringContaining("'Sand', 'Orange'"),
    });
  });

  test('are counted by type, the customer without a row as unknown, every channel in each', async () => {
    expect(await grouped(['customer_type', 'channel'])).toEqual({
      rows: [
        ['Red', 'Email', 1],
        ['Red', 'Call', 0],
        ['Red', 'Bird', 0],
        ['Blue', 'Email', 1],
        ['Blue', 'Call', 0],
        ['Blue', 'Bird', 0],
        ['unknown', 'Email', 0],
        ['unknown', 'Call', 1],
        ['unknown', 'Bird', 1],
      ],
      total: 4,
    });
    expect(await grouped([], { from: '2020-02-11', to: '2020-03-05' })).toEqual({ rows: [[2]], total: 2 });
    expect(await grouped(['channel'], { from: '2022-01-01' })).toEqual({
      rows: [
        ['Email', 0],
        ['Call', 0],
        ['Bird', 0],
      ],
      total: 0,
    });
  });

  test('are found to be odd in these ways', async () => {
    expect(await rulesOf()).toEqual({ DQ01: 2, DQ02: 3, DQ03: 4, DQ06: 4 });
  });

  test('are kept as they came', () => {
    const files = kinds.map((kind) => `${kind}/${createHash('sha256').update(data(kind)).digest('hex')}`);
    expect(table.landed).toEqual(files);
  });
});

test('an interaction counts in each of the topics of its month, and once in the total', async () => {
  await importText(needs, 'interactions', `${header}04/10/2019 09:00,Email,1\n01/01/2018,Email,1\n`);
  await importText(needs, 'products', 'Month,Product\n10-2019,Sand\n10-2019,Orange\n');
  expect(await grouped(['topic'])).toEqual({
    rows: [
      ['Sand', 1],
      ['Orange', 1],
      [null, 1],
    ],
    total: 2,
  });
  expect(await grouped(['topic', 'channel'], { topic: 'orange' })).toEqual({
    rows: [['Orange', 'Email', 1]],
    total: 1,
  });
});

test('a customer whose type changes takes the interactions along; the last import of a customer counts', async () => {
  const red = 'Customer ID,Name,Type\n1,Jedi,Red\n';
  const blue = 'Customer ID,Name,Type\n1,Jedi,Blue\n2,Doctor,\n';
  await importText(needs, 'interactions', `${header}04/10/2019 09:00,Email,1\n`);
  const types = async () => (await grouped(['customer_type'])).rows;
  expect(await types()).toEqual([['unknown', 1]]);
  expect(await importText(needs, 'customers', red)).toMatchObject({ imported: 1, unchanged: 0 });
  expect(await types()).toEqual([['Red', 1]]);
  expect(await importText(needs, 'customers', blue)).toMatchObject({ imported: 2, unchanged: 0 });
  expect(await types()).toEqual([['Blue', 1]]);
  expect(await importText(needs, 'customers', blue)).toMatchObject({ imported: 0, unchanged: 2 });
  expect(await importText(needs, 'customers', red)).toMatchObject({ imported: 1, unchanged: 0 });
  expect(await types()).toEqual([['Red', 1]]);
  expect(await rebuild(needs, maintenance, () => {})).toBe(4);
  expect(await types()).toEqual([['Red', 1]]);
});

test('files that overlap are one, and a row that one of them has twice is two', async () => {
  const [nine, ten] = ['04/10/2019 09:00,Email,1\n', '04/10/2019 10:00,Email,1\n'];
  expect(await importText(needs, 'interactions', header + nine + nine)).toMatchObject({ imported: 2, unchanged: 0 });
  expect(await importText(needs, 'interactions', header + nine + ten)).toMatchObject({ imported: 1, unchanged: 1 });
  expect(await importText(needs, 'interactions', header + nine + nine + nine)).toMatchObject({ imported: 1 });
  expect(await counts(1)).toEqual({ Email: 4 });
  expect(await rulesOf()).toMatchObject({ DQ12: 2 });
});

test('customers without a row or without interactions are named, ten of them at most', async () => {
  const orphans = Array.from({ length: 12 }, (_, i) => i + 1);
  await importText(needs, 'interactions', `${header}${orphans.map((id) => `13/10/2019,Email,${id}`).join('\n')}\n`);
  await importText(needs, 'customers', 'ID,Type\n20,Red\n');
  const messages = async () => (await dataQuality(needs)).map(({ rule, message }) => `${rule} ${message}`);
  expect(await messages()).toEqual([
    expect.stringMatching(/^DQ01 12 customers \(such as (\d+, ){9}\d+\) with interactions but without a row/),
    'DQ02 1 customer (20) without interactions',
  ]);
  const rows = orphans.slice(0, 11).map((id) => `${id},Red`);
  await importText(needs, 'customers', `ID,Type\n${rows.join('\n')}\n`);
  expect((await messages())[0]).toMatch(/^DQ01 1 customer (\(12\) )?with interactions but without a row/);
});

test('spellings that were merged, and names that are nearly one, are told of', async () => {
  const rows = ['Email', ' EMAIL', 'email', 'Emial', 'Emails', 'Call', 'Cell', 'Fax', 'Fix'];
  await importText(needs, 'interactions', `${header}${rows.map((row) => `04/10/2019,${row},1`).join('\n')}\n`);
  const findings = await dataQuality(needs);
  expect(findings.filter(({ rule }) => rule === 'DQ11')).toEqual([
    expect.objectContaining({ rows: 2, message: expect.stringContaining(`'Email' is also written " EMAIL", "email"`) }),
  ]);
  const pairs = findings.filter(({ rule }) => rule === 'DQ13').map(({ message }) => message.match(/'\w+'/g)?.join());
  expect(pairs).toEqual(["'Emial','Email'", "'Emails','Email'", "'Cell','Call'"]);
});

test('a bad line anywhere changes nothing, and the file does not land', async () => {
  await importText(needs, 'interactions', `${header}04/10/2019 09:00,Email,1\n`);
  const before = [table.state, table.entries.length, table.landed.length];
  const rows = Array.from({ length: 5000 }, (_, i) => `04/10/2019 09:00,Email,${i === 2500 ? 'x' : i + 1}\n`);
  await expect(importText(needs, 'interactions', header + rows.join(''))).rejects.toMatchObject({
    code: 'ImportRejected',
    details: { faults: [{ line: 2502, detail: expect.any(String) }] },
  });
  expect([table.state, table.entries.length, table.landed.length]).toEqual(before);
});

test('a customer with very many interactions, and very many customers, are as any other', async () => {
  const two = (value: number) => String(value).padStart(2, '0');
  const rows = Array.from({ length: 120_000 }, (_, i) => {
    const time = `${two(1 + (i % 28))}/${two(1 + (i % 12))}/${2000 + (i % 20)} ${two(i % 24)}:${two(i % 60)}:${two(i % 59)}`;
    return `${time},${i % 3 === 0 ? 'Email' : 'Call'},${i < 100_000 ? 1 : i}`;
  });
  const { imported } = await importText(needs, 'interactions', header + rows.join('\n'));
  expect(imported).toBe(120_000);
  expect(await counts(1)).toEqual({ Email: 33_334, Call: 66_666 });
  expect(await counts(110_001)).toEqual({ Email: 1, Call: 0 });
  expect((await grouped([])).total).toBe(120_000);
});

test('one request takes 4 MiB and 10 000 customers; the command line takes more', async () => {
  const large = Buffer.alloc(limits.directUploadBytes + 1);
  await expect(importContent(needs, { kind: 'customers', content: large })).rejects.toMatchObject({
    code: 'ImportTooLarge',
    message: expect.stringContaining('datadock import customers FILE'),
  });
  const many = `id,type\n${Array.from({ length: 10_001 }, (_, i) => `${i + 1},Red`).join('\n')}`;
  await expect(importContent(needs, { kind: 'customers', content: Buffer.from(many) })).rejects.toMatchObject({
    code: 'ImportTooLarge',
    message: expect.stringContaining('10001 customers'),
  });
  expect(await importText(needs, 'customers', many)).toMatchObject({ imported: 10_001 });
});

test('an answer of too many rows is refused with what to leave out', async () => {
  const months = Array.from({ length: 40 }, (_, i) => `01/${String((i % 12) + 1).padStart(2, '0')}/${2000 + (i % 40)}`);
  const rows = months.flatMap((date) => Array.from({ length: 199 }, (_, i) => `${date},channel ${i},1`));
  await importText(needs, 'interactions', header + rows.join('\n'));
  await expect(grouped(['month', 'channel'])).rejects.toMatchObject({
    code: 'ValidationFailed',
    message: expect.stringMatching(/would give \d+ rows, at most 6000/),
  });
  expect((await grouped(['month'])).rows).toHaveLength(40);
});

test('data of an older cleaning take no import until they are made anew', async () => {
  await importText(needs, 'interactions', `${header}04/10/2019 09:00,Email,1\n`);
  const known = await needs.states.read();
  if (known) await needs.states.replace(known, { ...known.state, cleaning: 0 });
  const more = `${header}05/10/2019 09:00,Email,1\n`;
  await expect(importText(needs, 'interactions', more)).rejects.toMatchObject({ code: 'RebuildNeeded' });
  expect(await counts(1)).toEqual({ Email: 1 });
  await rebuild(needs, maintenance, () => {});
  await importText(needs, 'interactions', more);
  expect(await counts(1)).toEqual({ Email: 2 });
});

test('an import says how far it is', async () => {
  const steps: number[][] = [];
  async function* open() {
    yield Buffer.from(data('interactions'));
  }
  await importFile(needs, {
    kind: 'interactions',
    open,
    maintenance,
    progress: (done, total) => steps.push([done, total]),
  });
  expect(steps).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
});
