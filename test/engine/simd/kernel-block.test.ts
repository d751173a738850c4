import { select } from '../../../src/engine/index';
import { inChunks, resultOf, textOf } from '../run-query';

// The memory of a kernel is used again by the query that follows, but never by two at a time.

const lines = (name: string) => Array.from({ length: 40_000 }, (_, i) => `${i},${name}\n`).join('');
const filter = { expression: 'SELECT _2 FROM S3Object WHERE CAST(_1 AS INT) >= 39990' };

/** How many memories are made while something is done. */
async function memoriesOf(work: () => Promise<unknown>): Promise<number> {
  const { Memory } = WebAssembly;
  const made = jest.spyOn(WebAssembly, 'Memory').mockImplementation((size) => new Memory(size));
  try {
    await work();
    return made.mock.calls.length;
  } finally {
    made.mockRestore();
  }
}

test('queries one after the other use one memory, also after one that failed and one that was left', async () => {
  const data = lines('Mars');
  await resultOf(filter, data);
  const memories = await memoriesOf(async () => {
    expect(await resultOf(filter, data)).toBe('Mars\n'.repeat(10));
    await expect(resultOf(filter, `${data}x,Mars\n`)).rejects.toThrow('record 40001');
    for await (const _ of await select({ expression: 'SELECT * FROM S3Object' }, inChunks(Buffer.from(data)))) break;
    expect(await resultOf({ ...filter, input: { delimiter: ';' } }, data.replaceAll(',', ';'))).toBe(
      'Mars\n'.repeat(10),
    );
  });
  expect(memories).toBe(0);
});

test('queries at the same time have a memory each', async () => {
  const names = ['Mars', 'Venus', 'Earth'];
  const memories = await memoriesOf(async () => {
    const answers = names.map(async (name) => textOf(await select(filter, inChunks(Buffer.from(lines(name))))));
    expect(await Promise.all(answers)).toEqual(names.map((name) => `${name}\n`.repeat(10)));
  });
  // One of them has that of the test before.
  expect(memories).toBe(names.length - 1);
});

test('a memory that grew for a long record is not kept', async () => {
  const long = `${'x'.repeat(900_000)},1\n`;
  await resultOf(filter, lines('Mars'));
  const memories = await memoriesOf(async () => {
    for (let i = 0; i < 2; i++) expect(await resultOf({ expression: 'SELECT _2 FROM S3Object' }, long)).toBe('1\n');
  });
  // Both begin with that of the usual size, and need two larger ones.
  expect(memories).toBe(4);
});
