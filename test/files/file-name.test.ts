import fc from 'fast-check';
import { fileName, idOfName, nameOfId } from '../../src/files/file-name';

test('a name and its id lead to each other, whatever Unicode it is made of', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (text) => {
      let name: string;
      try {
        name = fileName(text);
      } catch {
        return; // refused names are the next test's
      }
      expect(nameOfId(idOfName(name))).toBe(name);
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('the same name in two normal forms is one file', () => {
  expect(fileName('e\u0301.csv')).toBe(fileName('\u00e9.csv'));
});

test.each([
  ['nothing', ''],
  ['this folder', '.'],
  ['the folder above', '..'],
  ['a slash', 'a/b.csv'],
  ['a line break', 'a\nb.csv'],
  ['a NUL', 'a\0.csv'],
  ['a C1 control', 'a\u0085.csv'],
  ['half a surrogate pair', 'a\ud800.csv'],
  ['256 bytes', 'é'.repeat(128)],
])('refuses %s', (_, name) => {
  expect(() => fileName(name)).toThrow(expect.objectContaining({ code: 'InvalidFileName' }));
});

test('takes 255 bytes, dots, blanks and what other systems refuse', () => {
  for (const name of ['a'.repeat(255), '...', ' ', 'a:b*c?.csv', 'CON', '.hidden', '-rf', '日本語.csv']) {
    expect(fileName(name)).toBe(name);
  }
});

test.each(['', '!!', 'YQ==', 'Li4', 'YS9i', idOfName('e\u0301'), Buffer.from([0xff]).toString('base64url')])(
  '%p is no id',
  (id) => {
    expect(nameOfId(id)).toBeUndefined();
  },
);
