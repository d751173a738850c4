import { utcDay } from '../../src/event-stats/local-days';
import { tallyEvents } from '../../src/event-stats/tally-events';

jest.setTimeout(60_000);

test('memory does not grow with the file, which may be of any size', async () => {
  const rows = Array.from({ length: 20_000 }, (_, row) => `${1_700_000_000 + row},"user-${row % 500}","page_view"\n`);
  const chunk = Buffer.from(rows.join(''));
  const chunks = 50;
  async function* file() {
    for (let index = 0; index < chunks; index += 1) yield chunk;
  }
  const usedBytes = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  let mostBytes = 0;
  const beforeBytes = usedBytes();
  const { valid, users } = await tallyEvents(file(), {
    dayOf: utcDay,
    onBadRow: () => {},
    onProgress: () => {
      mostBytes = Math.max(mostBytes, usedBytes());
    },
  });
  expect([valid, users.size]).toEqual([chunks * rows.length, 500]);
  expect(chunks * chunk.length).toBeGreaterThan(30_000_000);
  expect(mostBytes - beforeBytes).toBeLessThan(15_000_000);
});
