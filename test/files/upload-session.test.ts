import fc from 'fast-check';
import { limits } from '../../src/config';
import { idOfSession, partSizes, sessionOfId } from '../../src/files/upload-session';

const mebibyte = 1024 ** 2;
const known = { name: 'ü.csv', size: 10, crc32: undefined, uploadId: 'u', session: 's' };

test('an id says all of its upload, and any other text is no upload', () => {
  expect(sessionOfId(idOfSession(known))).toEqual(known);
  expect(sessionOfId(idOfSession({ ...known, crc32: 'AAAAAA==' }))).toEqual({ ...known, crc32: 'AAAAAA==' });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((text) => Buffer.from(text).toString('base64url')),
      ),
      (id) => {
        expect(() => sessionOfId(id)).toThrow(expect.objectContaining({ code: 'UploadNotFound' }));
      },
    ),
    { numRuns: 2_000, seed: 1 },
  );
});

test('the parts make the whole, are as large as the object store asks, and never too many', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: limits.uploadBytes }), (size) => {
      const sizes = partSizes(size);
      expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(size);
      expect(sizes.length).toBeLessThanOrEqual(limits.uploadParts);
      const isPart = (bytes: number) => bytes >= limits.partBytes && bytes % mebibyte === 0;
      expect(sizes.slice(0, -1).every(isPart)).toBe(true);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test.each([
  [1, [1]],
  [8 * mebibyte, [8 * mebibyte]],
  [8 * mebibyte + 1, [8 * mebibyte, 1]],
])('%d bytes are parts of %j', (size, sizes) => {
  expect(partSizes(size)).toEqual(sizes);
});
