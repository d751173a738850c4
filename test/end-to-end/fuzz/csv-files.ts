import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { canary } from '../secrets/planted';
import { root } from '../server';
import type { Dice } from './dice';

// CSV files as they should not be: real ones and made ones, each spoilt a few times over.

const csvIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.csv'))
    .map((name) => readFileSync(join(root, folder, name)));

/** Real files, the beginning of the large ones. */
const real = [...csvIn('node_modules/vega-datasets/data'), ...csvIn('data')].map((file) => file.subarray(0, 120_000));

const bzip2 = ['blocks', 'runs', 'short', 'two-streams', 'empty'].map((name) =>
  Buffer.from(readFileSync(join(root, 'test', 'engine', 'bzip2', `${name}.bz2.txt`), 'latin1'), 'base64'),
);

/** The canary must be in no log, whatever becomes of the file. */
const fields = [
  canary,
  ...[
    'a',
    '',
    '1',
    '-2.5',
    '1e5',
    'x,y',
    '"',
    "it's",
    'line\nbreak',
    'crlf\r\nbreak',
    'ä',
    '\u{1f980}',
    ' padded ',
    '#',
  ],
  ...['2031-05-06T07:08Z', 'TRUE', 'NULL', '\ufeff', '\0', 'null', "=HYPERLINK('x')", '0000-00-00', '1,5', '\\"', "''"],
];

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Columns a, b, c... and rows of whatever fields. */
function made(dice: Dice): Buffer {
  const columns = 1 + dice.below(6);
  const row = () => dice.times(columns + (dice.chance(0.05) ? 1 : 0), () => quoted(dice.pick(fields))).join(',');
  const header = [...'abcdef'].slice(0, columns).join(',');
  return Buffer.from([header, ...dice.times(dice.below(40), row)].join(dice.pick(['\n', '\n', '\r\n', '\r'])));
}

const inserted = (bytes: Buffer, at: number, what: Uint8Array | string) =>
  Buffer.concat([bytes.subarray(0, at), Buffer.from(what as string), bytes.subarray(at)]);

const utf16 = (bytes: Buffer) => Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le');

type Mutation = (bytes: Buffer, at: number, dice: Dice) => Buffer;

const mutations: Readonly<Record<string, Mutation>> = {
  'bytes flipped': (bytes, _, dice) => {
    const flipped = Buffer.from(bytes);
    for (let times = 1 + dice.below(20); times > 0 && flipped.length > 0; times--) {
      flipped[dice.below(flipped.length)] = dice.below(256);
    }
    return flipped;
  },
  truncated: (bytes, at) => bytes.subarray(0, at),
  'a piece gone': (bytes, at, dice) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + dice.below(200))]),
  'a piece twice': (bytes, at, dice) => inserted(bytes, at, bytes.subarray(at, at + dice.below(5_000))),
  quotes: (bytes, at, dice) => inserted(bytes, at, dice.pick(['"', '""', '"""', "'", '\\"', '"\n"', ',"', '",'])),
  'a field of 1.1 MB': (bytes, at, dice) =>
    inserted(bytes, at, Buffer.alloc(1_100_000, dice.pick(['x', ' ', '"', '0']))),
  'a field of almost 1 MB': (bytes, at) => inserted(bytes, at, Buffer.alloc(1_040_000, 'x')),
  NULs: (bytes, at, dice) => inserted(bytes, at, Buffer.alloc(1 + dice.below(9))),
  'mixed line ends': (bytes, _, dice) =>
    Buffer.from(
      bytes.toString('latin1').replace(/\r?\n/g, () => dice.pick(['\n', '\r\n', '\r', '\n\n', '\n\r'])),
      'latin1',
    ),
  'a BOM': (bytes, at, dice) => inserted(bytes, dice.chance(0.7) ? 0 : at, '\ufeff'),
  'UTF-16': utf16,
  'invalid UTF-8': (bytes, at, dice) =>
    inserted(bytes, at, Buffer.from(dice.pick(['ff', 'c0af', 'eda080', 'f4908080', 'e282', '80']), 'hex')),
  'thousands of columns': (bytes, at, dice) => inserted(bytes, at, ','.repeat(dice.pick([3_000, 4_095, 4_096, 9_000]))),
  'thousands of blank lines': (bytes, at) => inserted(bytes, at, '\n'.repeat(5_000)),
  empty: () => Buffer.alloc(0),
  'a workbook': (bytes, _, dice) => inserted(bytes, 0, Buffer.from(dice.pick(['d0cf11e0a1b11ae1', '504b0304']), 'hex')),
  'noise alone': (_bytes, _at, dice) => dice.bytes(dice.below(3_000)),
  gzip: (bytes) => gzipSync(bytes),
  'gzip, spoilt': (bytes, _, dice) => mutated(gzipSync(bytes), 1, dice).bytes,
  'gzip upon gzip': (bytes) => gzipSync(gzipSync(bytes)),
  'gzip with more behind': (bytes, _, dice) => Buffer.concat([gzipSync(bytes), dice.bytes(20)]),
  bzip2: (_bytes, _at, dice) => dice.pick(bzip2),
  'bzip2, spoilt': (_bytes, _at, dice) => mutated(dice.pick(bzip2), 1, dice).bytes,
};

export const mutationNames = Object.keys(mutations);

export interface SpoiltFile {
  readonly bytes: Buffer;
  /** What was done to it. */
  readonly how: readonly string[];
}

function mutated(bytes: Buffer, times: number, dice: Dice): SpoiltFile {
  const how = dice.times(times, () => dice.pick(mutationNames));
  return {
    how,
    bytes: how.reduce((file, name) => (mutations[name] as Mutation)(file, dice.below(file.length + 1), dice), bytes),
  };
}

/** The largest that one request takes: nothing is learnt from refusals of size. */
const maxBytes = 4 * 1024 * 1024;

/** With one kind of harm for each place in the row, so that none is left out, and at times more. */
export function spoiltFile(place: number, dice: Dice): SpoiltFile {
  const whole = dice.chance(0.4) ? made(dice) : dice.pick(real);
  const name = mutationNames[place % mutationNames.length] as string;
  const first = (mutations[name] as Mutation)(whole, dice.below(whole.length + 1), dice);
  const { bytes, how } = mutated(first, dice.pick([0, 0, 1, 2]), dice);
  return { bytes: bytes.subarray(0, maxBytes), how: [name, ...how] };
}
