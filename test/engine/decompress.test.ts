import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { answerOf, resultOf } from './run-query';

const all = 'SELECT * FROM S3Object';

describe('GZIP', () => {
  const query = { expression: all, input: { compression: 'GZIP' as const } };
  const data = 'Mars,2\nJupiter,79\n';

  test('several members in a row are one file', async () => {
    const members = Buffer.concat([gzipSync(data), gzipSync('Venus,0\n')]);
    for (const chunkBytes of [1, 7, 65_536]) {
      expect(await resultOf(query, members, chunkBytes)).toBe(`${data}Venus,0\n`);
    }
  });

  test('another format is refused', async () => {
    expect(await answerOf(query, data)).toBe('error InvalidCompressionFormat');
  });

  test('a file cut short is refused, and one that is damaged', async () => {
    const whole = gzipSync(data);
    expect(await answerOf(query, whole.subarray(0, -9))).toBe('error TruncatedInput');
    const damaged = Buffer.from(whole);
    damaged[damaged.length - 6] = (damaged[damaged.length - 6] as number) ^ 0xff;
    expect(await answerOf(query, damaged)).toBe('error TruncatedInput');
  });
});

// Made by bzip2 1.0.8, in base64: its own tests need no bzip2 on the machine.
const bzip2 = (name: string) =>
  Buffer.from(readFileSync(join(__dirname, 'bzip2', `${name}.bz2.txt`), 'utf8'), 'base64');

describe('BZIP2', () => {
  const query = { expression: all, input: { compression: 'BZIP2' as const } };
  const count = { expression: 'SELECT COUNT(*), MAX(CHAR_LENGTH(_1)) FROM S3Object', input: query.input };

  test.each([
    ['empty', ''],
    ['short', 'Mars,2\nJupiter,79\n'],
    ['runs', `${'a'.repeat(3)}\n${'b'.repeat(4)}\n${'c'.repeat(5)}\n${'d'.repeat(259)}\n${'e'.repeat(1000)}\n`],
    ['two-streams', 'Mars,2\nVenus,0\n'],
  ])('%s is what it was', async (name, data) => {
    for (const chunkBytes of [1, 7, 65_536]) expect(await resultOf(query, bzip2(name), chunkBytes)).toBe(data);
  });

  test('a file of several blocks, of every byte that a text may have, is what it was', async () => {
    expect(await resultOf(count, bzip2('blocks'))).toBe('60000,5\n');
  });

  test('another format is refused', async () => {
    expect(await answerOf(query, 'Mars,2\n')).toBe('error InvalidCompressionFormat');
    expect(await answerOf(query, gzipSync('Mars,2\n'))).toBe('error InvalidCompressionFormat');
    expect(await answerOf(query, 'BZh0')).toBe('error InvalidCompressionFormat');
  });

  test('a file cut short anywhere is refused', async () => {
    const whole = bzip2('short');
    for (let length = 4; length < whole.length; length++) {
      expect(await answerOf(query, whole.subarray(0, length))).toBe('error TruncatedInput');
    }
    expect(await answerOf(query, '')).toBe('error TruncatedInput');
  });

  test('a file with one bit changed anywhere is refused', async () => {
    const whole = bzip2('short');
    for (let bit = 32; bit < 8 * whole.length; bit++) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (0x80 >> (bit & 7));
      const answer = await answerOf(query, damaged);
      // Some bits say nothing of the data: the last ones fill a byte, others are in a table of codes that is not used.
      expect(['error TruncatedInput', 'Mars,2\nJupiter,79\n']).toContain(answer);
    }
  });

  test('what follows a stream and is none is refused', async () => {
    expect(await answerOf(query, Buffer.concat([bzip2('short'), Buffer.from('x')]))).toBe('error TruncatedInput');
  });
});
