import { ByteSearch } from '../../src/engine/byte-search';
import { randomNumbers } from './simd/random-numbers';

test.each([[[34]], [[34, 10]], [[34, 34, 10]], [[34, 92, 10]], [[0]], [[255, 128]]])(
  'the first of %j is found from each place to each limit',
  (wanted) => {
    const random = randomNumbers(7);
    const search = new ByteSearch(wanted);
    const near = wanted.flatMap((byte) => [byte, (byte + 1) % 256, (byte + 255) % 256, byte ^ 128, 0, 1, 127, 128]);
    for (let round = 0; round < 20; round++) {
      const bytes = Uint8Array.from({ length: 24 }, () => near[random(near.length)] as number);
      const words = new Int32Array(bytes.buffer);
      for (let start = 0; start <= bytes.length; start++) {
        for (let limit = start; limit <= bytes.length; limit += 5) {
          const expected = bytes.findIndex((byte, at) => at >= start && wanted.includes(byte));
          const found = search.next(bytes, words, start, limit);
          expect(found < limit ? found : -1).toBe(expected < limit ? expected : -1);
        }
      }
    }
  },
);
