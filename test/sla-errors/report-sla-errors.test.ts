import fc from 'fast-check';
import type { SlaError, SlaErrorStore } from '../../src/aws/sla-error-store';
import { readCreationDate } from '../../src/sla-errors/creation-date';
import { reportSlaErrors } from '../../src/sla-errors/report-sla-errors';
import { type SlaEntry, slaErrorId } from '../../src/sla-errors/sla-error';

const late = (filename: string, sent = '2024-06-12T12:00:00Z') => ({
  filename,
  creationDate: readCreationDate(sent) ?? fail(sent),
});
const fail = (sent: string): never => {
  throw new Error(`${sent} is no date`);
};
const anEntry = (changes: Partial<SlaEntry> = {}): SlaEntry => ({
  folder: 'Folder_A',
  sla: 20,
  files: [late('a.txt'), late('b.txt')],
  ...changes,
});

/** A table that refuses the writes for which `refuses` says so. */
function memoryStore(refuses: (error: SlaError) => boolean = () => false) {
  const table = new Map<string, SlaError>();
  const store: Pick<SlaErrorStore, 'add'> = {
    async add(error) {
      if (refuses(error)) throw new Error('throttled');
      if (table.has(error.id)) return 'exists';
      table.set(error.id, error);
      return 'stored';
    },
  };
  return { table, store: store as SlaErrorStore };
}

const now = () => Date.parse('2024-06-12T13:00:00Z');
const owner = 'ann';

test('a repeat stores nothing, keeps what is there, and answers the same ids', async () => {
  const { store, table } = memoryStore();
  const entries = [anEntry(), anEntry({ folder: 'Folder_B' })];
  const first = await reportSlaErrors({ store, now }, { owner, entries });
  expect(first).toMatchObject({ stored: 2, duplicates: 0 });
  const later = () => now() + 60_000;
  expect(await reportSlaErrors({ store, now: later }, { owner, entries })).toEqual({
    ...first,
    stored: 0,
    duplicates: 2,
  });
  expect([...table.values()].map(({ receivedAt }) => receivedAt)).toEqual(
    entries.map(() => '2024-06-12T13:00:00.000Z'),
  );
});

test('an entry that stands twice in one report is stored once and has one id', async () => {
  const { store, table } = memoryStore();
  const entries = [anEntry(), anEntry({ folder: 'Folder_B' }), anEntry()];
  const { stored, duplicates, errorIds } = await reportSlaErrors({ store, now }, { owner, entries });
  expect([stored, duplicates, table.size]).toEqual([2, 1, 2]);
  expect(errorIds[0]).toBe(errorIds[2]);
});

test('how a report is written makes no difference to its id', () => {
  const id = slaErrorId(owner, anEntry());
  const files = [late('b.txt'), late('a.txt', '2024-06-12T14:00:00.000+02:00'), late('b.txt', '/Date(1718193600000)/')];
  expect(slaErrorId(owner, anEntry({ files }))).toBe(id);
});

test.each<[string, string, Partial<SlaEntry>]>([
  ['owner', 'bob', {}],
  ['folder', owner, { folder: 'Folder_B' }],
  ['service level', owner, { sla: 20.5 }],
  ['file', owner, { files: [late('a.txt')] }],
  ['date', owner, { files: [late('a.txt'), late('b.txt', '2024-06-12T12:00:00.0000001Z')] }],
])('another %s is another report', (_, whose, changes) => {
  expect(slaErrorId(whose, anEntry(changes))).not.toBe(slaErrorId(owner, anEntry()));
});

test('no two entries of different content share an id, wherever one field ends and the next begins', () => {
  const text = fc.string({ maxLength: 4 });
  const file = text.map((filename) => late(filename));
  const entry = fc.record({ folder: text, sla: fc.nat(3), files: fc.array(file, { minLength: 1, maxLength: 3 }) });
  const said = (e: SlaEntry) =>
    JSON.stringify([e.folder, e.sla, [...new Set(e.files.map(({ filename }) => filename))].sort()]);
  fc.assert(
    fc.property(entry, entry, (a, b) => {
      expect(slaErrorId(owner, a) === slaErrorId(owner, b)).toBe(said(a) === said(b));
    }),
    { numRuns: 500, seed: 20_261_125 },
  );
});

test('after a fault half way nothing is said to be stored, and the repeat stores the rest', async () => {
  let isFaulty = true;
  const { store, table } = memoryStore(({ folder }) => isFaulty && Number(folder) % 3 === 1);
  const entries = Array.from({ length: 25 }, (_, index) => anEntry({ folder: String(index) }));
  await expect(reportSlaErrors({ store, now }, { owner, entries })).rejects.toThrow('throttled');
  const before = table.size;
  isFaulty = false;
  expect(await reportSlaErrors({ store, now }, { owner, entries })).toMatchObject({
    stored: 25 - before,
    duplicates: before,
  });
  expect(table.size).toBe(25);
});

test('a failed report is not answered while writes of it are under way', async () => {
  let isUnderWay = true;
  const store = {
    async add({ folder }: SlaError) {
      if (folder === 'fails') throw new Error('throttled');
      await new Promise((resolve) => setTimeout(resolve, 50));
      isUnderWay = false;
      return 'stored';
    },
  } as unknown as SlaErrorStore;
  const entries = [anEntry({ folder: 'fails' }), anEntry({ folder: 'slow' })];
  await expect(reportSlaErrors({ store, now }, { owner, entries })).rejects.toThrow('throttled');
  expect(isUnderWay).toBe(false);
});
