import fc from 'fast-check';
import { EmailAddress } from '../../src/auth/email';
import { homeOf } from '../../src/auth/home';
import { attachmentOf } from '../../src/content/attachment';
import { fileName } from '../../src/content/file-name';
import { idOfName, nameOfId } from '../../src/files/file-id';

const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
/** Of any Unicode that a name may be made of. */
const anyName = anyText.filter((text) => {
  try {
    return fileName(text) !== '';
  } catch {
    return false;
  }
});
const anyEmail = fc.emailAddress().filter((email) => EmailAddress.safeParse(email).success);
const tenThousand = { numRuns: 10_000, seed: 1 };

test('a name and its id lead to each other, whatever Unicode it is made of', () => {
  fc.assert(
    fc.property(anyName, (text) => {
      const name = fileName(text);
      expect(name).toBe(text.normalize('NFC'));
      expect(nameOfId(idOfName(name))).toBe(name);
      expect(idOfName(name)).toMatch(/^[\w-]+$/);
    }),
    tenThousand,
  );
});

test('a key is never longer than the object store takes, whatever the email', () => {
  fc.assert(
    fc.property(anyEmail, anyName, (email, name) => {
      expect(Buffer.byteLength(homeOf(email) + fileName(name))).toBeLessThanOrEqual(1024);
    }),
    tenThousand,
  );
  const longest = `${'+'.repeat(64)}@${'a'.repeat(59)}.com`;
  expect(EmailAddress.safeParse(longest).success).toBe(true);
  expect(Buffer.byteLength(homeOf(longest) + 'é'.repeat(127))).toBeLessThanOrEqual(1024);
});

test("no user's key is in another's home", () => {
  fc.assert(
    fc.property(anyEmail, anyEmail, anyName, (one, other, name) => {
      fc.pre(homeOf(one) !== homeOf(other));
      expect((homeOf(one) + fileName(name)).startsWith(homeOf(other))).toBe(false);
    }),
    tenThousand,
  );
});

test('a download names its file so that only plain ASCII travels, and the name comes back', () => {
  fc.assert(
    fc.property(anyName, (text) => {
      const name = fileName(text);
      const header = attachmentOf(name);
      expect(header).toMatch(/^attachment; filename=[\x20-\x7e]+$/);
      const [, encoded] = /filename\*=UTF-8''(\S+)$/.exec(header) ?? [];
      if (encoded !== undefined) expect(decodeURIComponent(encoded)).toBe(name);
      else expect(header.replace(/^attachment; filename="?|"$/g, '').replaceAll(/\\(.)/g, '$1')).toBe(name);
    }),
    tenThousand,
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
