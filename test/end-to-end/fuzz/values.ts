import type { Dice } from './dice';
import { resolved, type Schema } from './document';

/** What has broken other programs: each stands where any text may. */
const oddTexts: readonly string[] = [
  ...['', ' ', '.', '..', '/', '\\', '-', '*', '%', "'", '"', '""', '`', ';', '\t', '\r\n', '\0', 'a\0b', '\u0008'],
  ...['null', 'undefined', 'NaN', 'Infinity', 'true', '[object Object]', '__proto__', 'constructor', 'toString'],
  ...['0', '-0', '-1', '1e9', '1e400', '0x10', '1_000', '١٢', '9007199254740993', '99999999999999999999', '1.5', '01'],
  ...['0000-00-00', '0000-01-01', '9999-12-31', '2020-02-30', '10000-01-01', '-000001-01-01', '2020-01-01T00:00:00Z'],
  ...['9999-12-31T23:59:59-14:00', '/Date(-999999999999999)/', '24:00', '2020-06-31T25:61:61+99:99'],
  ...['../../etc/passwd', '..\\..\\windows\\win.ini', 'C:\\a.csv', 'file:///etc/passwd', '//evil.example/x', '~root'],
  ...['=1+1', '=cmd|"/c calc"!A1', '@SUM(1)', '+1', '-2+3', "' OR '1'='1", '"; DROP TABLE files; --', '$(id)', '`id`'],
  ...[
    '{{7*7}}',
    '\u0024{7*7}',
    '<script>alert(1)</script>',
    '%s%n',
    '%2e%2e%2f',
    '%00',
    '%0d%0aX-Evil: 1',
    '\r\nX-Evil: 1',
  ],
  ...[
    '\ud800',
    '\udc00',
    '\ud800\ud800',
    '\u{1f980}',
    '👩‍👩‍👧‍👦',
    'e\u0301',
    '\u00e9',
    '\u202egpj.exe',
    '\ufeff',
    '\ufffe',
    'ﬀ',
    'İ',
  ],
  ...['\u2028', '\u200b', '\u0378', '\u{10ffff}', 'a'.repeat(255), 'ä'.repeat(128), 'x'.repeat(3_000)],
  ...[
    '@{filename=a}',
    '{"a":1}',
    '[1]',
    'a,b',
    'a\nb',
    'a;b',
    '\u0024{jndi:ldap://x}',
    '*)(uid=*',
    '{id}',
    'arn:x',
    '::1',
  ],
];

/** JSON that is written as it is: what a value of JavaScript cannot say. */
export class Written {
  readonly json: string;
  constructor(json: string) {
    this.json = json;
  }
}

const oddNumbers: readonly unknown[] = [
  ...[0, -1, 1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21, 5e-324, 1.7976931348623157e308],
  ...['-0', '1e400', '-1e400', '1E5', '0.1e-7', '123456789012345678901234567890', `1${'0'.repeat(400)}`, '1.'].map(
    (json) => new Written(json),
  ),
];

const nested = (open: string, close: string, depth: number) => new Written(open.repeat(depth) + close.repeat(depth));

export const oddText = (dice: Dice): string => (dice.chance(0.3) ? dice.text(40) : dice.pick(oddTexts));

/** Any value of JSON, of whatever type. */
export function oddValue(dice: Dice): unknown {
  switch (dice.below(9)) {
    case 0:
    case 1:
    case 2:
      return oddText(dice);
    case 3:
      return dice.pick(oddNumbers);
    case 4:
      return dice.pick([null, true, false]);
    case 5:
      return dice.times(dice.below(4), () => oddText(dice));
    case 6:
      return dice.pick<unknown>([
        {},
        [],
        [[]],
        [null],
        { length: 1e9 },
        { toString: 1 },
        new Written('{"__proto__":{"a":1}}'),
      ]);
    case 7:
      return { [oddText(dice)]: oddText(dice) };
    default:
      return dice.pick([
        nested('[', ']', dice.pick([50, 5_000])),
        nested('{"a":', '}', 3_000),
        new Written(`{"a":${'['.repeat(20_000)}`),
        new Written(`"${'y'.repeat(dice.pick([300, 9_000, 300_000]))}"`),
        new Written('"\\ud800"'),
        new Written("'a'"),
        new Written('undefined'),
      ]);
  }
}

/** The good values of a name, where the schema alone cannot tell them: what exists on the server. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

/** A value that the schema asks for, by chance one that is known or the example's. */
export function fittingValue(schema: Schema, example: unknown, name: string, known: Known, dice: Dice): unknown {
  const { type, format, minimum = 0, maximum = minimum + 1000, ...rest } = schema;
  const choices = rest.const === undefined ? rest.enum : [rest.const];
  if (choices) return dice.pick(choices);
  const good = known[name];
  if (good && good.length > 0 && dice.chance(0.8)) return dice.pick(good);
  if (example !== undefined && dice.chance(0.6)) return example;
  if (type === 'integer' || type === 'number') {
    return dice.pick([minimum, maximum, Math.min(minimum + 1, maximum), minimum - 1, maximum + 1]);
  }
  if (type === 'boolean') return dice.chance(0.5);
  if (format === 'date') return dice.pick(['2019-10-04', '2020-02-29', '0001-01-01', '9999-12-31']);
  if (format === 'date-time') return dice.pick(['2024-06-12T12:00:00Z', '2024-06-12T12:00:00.123456+05:30']);
  return dice.pick(['a', 'new', 'ä', 'utf-8', 'windows-1252', ',', '"', 'x'.repeat(schema.maxLength ?? 20)]);
}

/** A value made by the schema, in which each part is hostile with this chance. */
export function valueBySchema(
  given: Schema,
  { example, name = '', hostility }: { readonly example?: unknown; readonly name?: string; readonly hostility: number },
  known: Known,
  dice: Dice,
): unknown {
  const schema = resolved(given);
  if (dice.chance(hostility)) return oddValue(dice);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return valueBySchema(dice.pick(variants), { example, name, hostility }, known, dice);
  if (schema.type === 'array') {
    const count = dice.chance(hostility / 4) ? dice.pick([0, 101, 2_000]) : 1 + dice.below(3);
    const items = Array.isArray(example) ? example : [];
    return dice.times(count, () =>
      valueBySchema(schema.items ?? {}, { example: items[0], name, hostility }, known, dice),
    );
  }
  if (schema.type !== 'object' && !schema.properties) return fittingValue(schema, example, name, known, dice);
  const fields = Object.entries(schema.properties ?? {}).flatMap(([field, property]) => {
    if (!dice.chance(schema.required?.includes(field) ? 1 - hostility / 3 : 0.5)) return [];
    const inner = (example as Readonly<Record<string, unknown>> | undefined)?.[field];
    return [[field, valueBySchema(property, { example: inner, name: field, hostility }, known, dice)] as const];
  });
  if (dice.chance(hostility / 3)) fields.push([oddText(dice), oddValue(dice)]);
  return new Written(`{${fields.map(([field, value]) => `${JSON.stringify(field)}:${jsonOf(value)}`).join(',')}}`);
}

/** JSON of values among which some are written already. */
export function jsonOf(value: unknown): string {
  if (value instanceof Written) return value.json;
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  return JSON.stringify(value) ?? 'null';
}
