import { randomStatement } from '../../engine/random-statement';
import { canary } from '../secrets/planted';
import type { Dice } from './dice';
import { jsonOf, oddText, oddValue } from './values';

const good = [
  'SELECT * FROM S3Object',
  'SELECT * FROM S3Object s WHERE s._1 IS NOT NULL',
  'SELECT COUNT(*) FROM S3Object',
  'SELECT _1, _2 FROM S3Object LIMIT 5',
  "SELECT s.* FROM S3Object s WHERE _1 LIKE '%a%' AND _2 <> ''",
  'SELECT SUM(CAST(_2 AS DECIMAL)), MIN(_1) FROM S3Object',
  'SELECT CAST(_1 AS INT) FROM S3Object',
  `SELECT CAST(_1 AS INT), '${canary}' FROM S3Object WHERE _1 <> '${canary}'`,
  'SELECT CAST(_2 AS TIMESTAMP), UPPER(_1) || _2 FROM S3Object',
  "SELECT CASE WHEN _1 = '' THEN NULL ELSE SUBSTRING(_1, 1, 3) END AS x, CHAR_LENGTH(_2) FROM S3Object",
];

/** An expression: one that can be answered, one of the grammar, or one with a part cut out or put in. */
function expression(dice: Dice): string {
  const text = dice.chance(0.5) ? dice.pick(good) : randomStatement(() => dice.below(1_000_000) / 1_000_000);
  if (!dice.chance(0.25)) return text;
  const at = dice.below(text.length + 1);
  return (
    text.slice(0, at) + dice.pick(['', oddText(dice), '(', "'", '"', '--', '/*', '`']) + text.slice(at + dice.below(6))
  );
}

const characters = [',', ';', '\t', '|', '"', "'", '\\', '#', ' ', '\n', '\r', '\0', 'a', 'ä', '\u{1f980}', '', ',,'];
const recordEnds = ['\n', '\r\n', '\r', '\n\n', ';', '\u{1f980}', 'ab', '', 'abc', '"', ','];
const encodings = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be', 'shift_jis', 'gb18030', 'latin1', 'nonsense', ''];

interface Choices {
  readonly [name: string]: readonly unknown[];
}

const inputs: Choices = {
  header: ['USE', 'IGNORE', 'NONE', 'NONE', 'use'],
  delimiter: characters,
  quote: characters,
  escape: characters,
  comment: characters,
  record_delimiter: recordEnds,
  allow_quoted_newlines: [true, false, 'true'],
  compression: ['NONE', 'GZIP', 'BZIP2', 'ZIP'],
  encoding: encodings,
};

const outputs: Choices = {
  format: ['csv', 'json', 'ndjson', 'xml'],
  header: [true, false, 1],
  quote_fields: ['asneeded', 'always', 'never'],
  delimiter: characters,
  quote: characters,
  escape: characters,
  record_delimiter: recordEnds,
};

const optionsOf = (choices: Choices, share: number, dice: Dice) =>
  Object.fromEntries(
    Object.entries(choices)
      .filter(() => dice.chance(share))
      .map(([name, values]) => [name, dice.chance(0.03) ? oddValue(dice) : dice.pick(values)]),
  );

/** What is true of the file itself is mostly said, so that queries get to its records. */
export function queryBody(how: readonly string[], dice: Dice): Buffer {
  const share = dice.pick([0, 0, 0.1, 0.3]);
  const compression = how.some((name) => name.startsWith('gzip'))
    ? 'GZIP'
    : how.some((name) => name.startsWith('bzip2'))
      ? 'BZIP2'
      : undefined;
  const input = {
    ...(dice.chance(0.5) && { header: 'NONE' }),
    ...(compression && dice.chance(0.8) && { compression }),
    ...(how.includes('UTF-16') && dice.chance(0.7) && { encoding: 'utf-16le' }),
    ...optionsOf(inputs, share, dice),
  };
  const output = {
    ...(dice.chance(0.4) && { format: dice.pick(['json', 'ndjson']) }),
    ...optionsOf(outputs, share, dice),
  };
  const fields = { expression: expression(dice), input, output };
  // Values may be written already, which JSON.stringify would take for objects.
  const written = (value: object): string =>
    `{${Object.entries(value)
      .map(
        ([name, inner]) =>
          `${JSON.stringify(name)}:${inner === input || inner === output ? written(inner) : jsonOf(inner)}`,
      )
      .join(',')}}`;
  return Buffer.from(written(fields));
}
