import { ShortTexts } from '../../src/engine/short-texts';
import { answerOf } from './run-query';
import { randomNumbers } from './simd/random-numbers';

/** Texts of up to 30 bytes, some of them wide, that come again after a while: `count` of them. */
function texts(count: number): readonly string[] {
  const random = randomNumbers(11);
  const units = ['a', 'b', 'é', '0', '\0', '\x7f', '😀'];
  return Array.from({ length: count }, () =>
    Array.from({ length: random(9) * random(3) }, () => units[random(units.length)]).join(''),
  );
}

test.each([20, 700, 20_000])('of columns with %i texts each is what its bytes say', (count) => {
  const columns = new ShortTexts();
  const all = texts(count);
  const isWrong = (text: string, index: number) => {
    const bytes = Buffer.from(`#${text}#`);
    return columns.of(index % 3, bytes, 1, bytes.length - 1) !== text;
  };
  expect([...all, ...all, ...all.toReversed()].filter(isWrong)).toEqual([]);
});

test('a text whose bytes are the units of a wide one is not taken for that', () => {
  const isWrong = (number: number) => {
    const columns = new ShortTexts();
    const [wide, other] = [`Ã\u0083${number}`, `Ã${number}`].map((text) => Buffer.from(text)) as [Buffer, Buffer];
    columns.of(0, wide, 0, wide.length);
    return columns.of(1, other, 0, other.length) !== `Ã${number}`;
  };
  // In some of so many cases both have the same place.
  expect(Array.from({ length: 20_000 }, (_, number) => number).filter(isWrong)).toEqual([]);
});

test('what several expressions ask of a column is found anew for each record', async () => {
  const expression = `SELECT a || a, CAST(a AS INT) * CAST(a AS INT), CAST(b AS TIMESTAMP), EXTRACT(DAY FROM CAST(b AS TIMESTAMP))
    FROM S3Object WHERE CAST(a AS INT) > 1 AND a || a <> '33'`;
  const records = [1, 2, 2, 3, 4].map((number) => `${number},2031-05-0${number}\n`).join('');
  const answer = await answerOf({ expression, input: { header: 'USE' } }, `a,b\n${records}`);
  expect(answer).toBe('22,4,2031-05-02,2\n22,4,2031-05-02,2\n44,16,2031-05-04,4\n');
});

test('a record without a column that the one before has is without its text', async () => {
  const expression = "SELECT COALESCE(_2 || _2, '-'), _2 IS MISSING, COALESCE(CAST(_2 AS INT), 0) FROM S3Object";
  expect(await answerOf({ expression }, '1,2\n1\n1,2\n')).toBe('22,false,2\n-,true,0\n22,false,2\n');
});

test('what several expressions ask for is asked only where one of them is needed, and fails there', async () => {
  const expression = "SELECT CASE WHEN _2 = 'x' THEN 0 ELSE CAST(_1 AS INT) + CAST(_1 AS INT) END FROM S3Object";
  expect(await answerOf({ expression }, '1,a\nb,x\n2,a\nb,a\n')).toBe('error CastFailed record 4, column 1');
});
