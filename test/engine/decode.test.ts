import { gzipSync } from 'node:zlib';
import { answerOf, resultOf } from './run-query';

// Files in other encodings than UTF-8. The bytes of each are written out, since Node.js encodes few of them itself.

const all = 'SELECT * FROM S3Object';
const query = (encoding: string) => ({ expression: all, input: { encoding, header: 'NONE' as const } });
const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each<[string, Uint8Array, string]>([
  ['windows-1252', Buffer.from('Tromsø,1\nMålselv,2\n', 'latin1'), 'Tromsø,1\nMålselv,2\n'],
  ['latin1', bytes('80 2c 9f 0a'), '€,Ÿ\n'],
  ['iso-8859-15', bytes('a4 0a'), '€\n'],
  ['windows-1251', bytes('cc e0 f0 f1 0a'), 'Марс\n'],
  ['koi8-r', bytes('ed c1 d2 d3 0a'), 'Марс\n'],
  ['ibm866', bytes('8c a0 e0 e1 0a'), 'Марс\n'],
  ['macintosh', bytes('8e 2c bf 0a'), 'é,ø\n'],
  ['shift_jis', bytes('89 ce 90 af 2c 32 0a'), '火星,2\n'],
  ['euc-jp', bytes('b2 d0 c0 b1 0a'), '火星\n'],
  ['iso-2022-jp', bytes('1b 24 42 32 50 40 31 1b 28 42 0a 61 0a'), '火星\na\n'],
  ['gbk', bytes('bb f0 d0 c7 0a'), '火星\n'],
  ['gb18030', bytes('81 30 84 36 2c bb f0 0a'), '¥,火\n'],
  ['big5', bytes('a4 f5 ac 50 0a'), '火星\n'],
  ['euc-kr', bytes('c8 ad bc ba 0a'), '화성\n'],
  ['utf-16le', Buffer.from('\ufeffMars,"é\n😀"\n', 'utf16le'), 'Mars,"é\n😀"\n'],
  ['utf-16be', utf16be('\ufeffMars,😀\n'), 'Mars,😀\n'],
  ['UTF8', Buffer.from('Mars,é\n'), 'Mars,é\n'],
])('%s is read however it is cut', async (encoding, file, text) => {
  const asked = { ...query(encoding), input: { encoding, allowQuotedNewlines: true } };
  for (const chunkBytes of [1, 2, 3, 7, 65_536]) expect(await resultOf(asked, file, chunkBytes)).toBe(text);
});

test('a long file is read the same in pieces of any size', async () => {
  const text = 'Tromsø,火星,😀\n'.repeat(20_000);
  const file = Buffer.from(text, 'utf16le');
  for (const chunkBytes of [999, 65_535, 9_999_999]) {
    expect(await resultOf(query('utf-16le'), file, chunkBytes)).toBe(text);
  }
});

test.each<[string, Uint8Array, number]>([
  ['shift_jis', bytes('61 0a 89 ce 89 0a 61 0a'), 4],
  ['shift_jis', bytes('61 0a 89'), 2],
  ['euc-jp', bytes('b2 d0 0a b2 20 0a'), 3],
  ['gb18030', bytes('bb f0 0a 81 30 84 20 0a'), 3],
  ['big5', bytes('a4 f5 a4 0a'), 2],
  ['utf-16le', bytes('61 00 00 d8 62 00'), 2],
  ['utf-16le', bytes('61 00 00 dc 62 00'), 2],
  ['utf-16le', bytes('61 00 3d d8 00 de 62'), 6],
  ['utf-16be', bytes('00 61 d8 00 00 62'), 2],
  ['windows-1253', bytes('61 0a d2 0a'), 2],
])('an invalid byte of %s names its offset: %#', async (encoding, file, place) => {
  for (const chunkBytes of [1, 2, 3, 7, 65_536]) {
    expect(await answerOf(query(encoding), file, chunkBytes)).toBe(`error InvalidTextEncoding byte ${place}`);
  }
});

test('an invalid byte far into a file names its offset, too', async () => {
  const before = Buffer.from('火星,a\n'.repeat(50_000), 'utf16le');
  const file = Buffer.concat([before, bytes('00 d8 61 00')]);
  const read = answerOf(query('utf-16le'), file, 4096);
  expect(await read).toBe(`error InvalidTextEncoding byte ${before.length}`);
});

test('of a compressed file the text is in the encoding', async () => {
  const input = { encoding: 'windows-1252', compression: 'GZIP' as const };
  expect(await resultOf({ expression: all, input }, gzipSync(Buffer.from('ø\n', 'latin1')))).toBe('ø\n');
});

test.each(['utf-7', 'nope', '', 'replacement'])('%p is no encoding', async (encoding) => {
  expect(await answerOf(query(encoding), 'a\n')).toBe('error InvalidRequestParameter');
});

test('an invalid byte of UTF-8 names its record and its offset', async () => {
  const file = Buffer.concat([Buffer.from('\ufeffMars\nVénus\n'), bytes('61 ff 0a')]);
  expect(await answerOf({ expression: all }, file)).toBe('error InvalidTextEncoding record 3, byte 16');
});
