import { ValueError } from './sql-error';
import { padded, signedOffset, type Timestamp, type TimestampFields } from './timestamp';

// The patterns of TO_STRING and TO_TIMESTAMP: runs of a letter stand for fields, text stands between single quotes, and
// what is no letter of the alphabet for itself. Source: S3 Select, "Date functions", and PartiQL 0.1 where that is loose.

export type Field = 'year' | 'month' | 'day' | 'half' | 'hour' | 'minute' | 'second' | 'fraction' | 'offset';

/** A run of one letter. */
export interface Symbols {
  readonly kind: 'symbols';
  readonly letter: string;
  readonly count: number;
  readonly field: Field;
}

export type PatternElement = Symbols | { readonly kind: 'text'; readonly text: string };

/** The fields and the lengths of runs that each letter may have. */
const letters: Readonly<Record<string, { readonly field: Field; readonly counts: readonly number[] } | undefined>> = {
  y: { field: 'year', counts: [1, 2, 4] },
  M: { field: 'month', counts: [1, 2, 3, 4, 5] },
  d: { field: 'day', counts: [1, 2] },
  a: { field: 'half', counts: [1] },
  h: { field: 'hour', counts: [1, 2] },
  H: { field: 'hour', counts: [1, 2] },
  m: { field: 'minute', counts: [1, 2] },
  s: { field: 'second', counts: [1, 2] },
  S: { field: 'fraction', counts: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
  n: { field: 'fraction', counts: [1] },
  X: { field: 'offset', counts: [1, 2, 3, 4, 5] },
  x: { field: 'offset', counts: [1, 2, 3, 4, 5] },
};

/**
 * Takes a pattern apart. Throws ValueError EvaluatorInvalidTimestampFormatPattern and
 * EvaluatorUnterminatedTimestampFormatPatternToken.
 */
export function patternElements(pattern: string): readonly PatternElement[] {
  const elements: PatternElement[] = [];
  let at = 0;
  while (at < pattern.length) {
    const letter = pattern[at] as string;
    if (letter === "'") {
      const [text, end] = quotedText(pattern, at);
      elements.push({ kind: 'text', text });
      at = end;
    } else if (!isLetter(letter)) {
      elements.push({ kind: 'text', text: letter });
      at++;
    } else {
      const start = at;
      while (pattern[at] === letter) at++;
      elements.push(symbols(letter, at - start));
    }
  }
  return elements;
}

const isLetter = (character: string): boolean => {
  const lower = character.toLowerCase();
  return lower >= 'a' && lower <= 'z' && lower.length === 1;
};

function symbols(letter: string, count: number): Symbols {
  const known = letters[letter];
  if (known?.counts.includes(count)) return { kind: 'symbols', letter, count, field: known.field };
  const run = letter.repeat(Math.min(count, 12));
  const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  const meant = letters[other]?.counts.includes(count) ? `; did you mean '${other.repeat(count)}'?` : '';
  const message = known
    ? `The pattern has '${run}'; ${letter} comes ${known.counts.join(', ')} times.`
    : `The pattern has '${run}', which stands for nothing${meant || '; text in it is written between single quotes.'}`;
  throw new ValueError('EvaluatorInvalidTimestampFormatPattern', message);
}

/** The text that a quote at an offset begins, and where what follows it begins. `''` is one quote, inside or not. */
function quotedText(pattern: string, start: number): readonly [string, number] {
  if (pattern[start + 1] === "'") return ["'", start + 2];
  let text = '';
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] !== "'") text += pattern[at];
    else if (pattern[at + 1] === "'") text += pattern[at++];
    else return [text, at + 1];
  }
  throw new ValueError(
    'EvaluatorUnterminatedTimestampFormatPatternToken',
    "The pattern has a quote that is not closed; a quote that is text is written '' (and '''' in SQL).",
  );
}

export const monthNames: readonly string[] = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** Writes a timestamp by a pattern: the fields of its local time; those that it does not have are the first of their kind. */
export type TimestampWriter = (timestamp: Timestamp) => string;

/** Compiles a pattern for writing. Throws ValueError as `patternElements` does. */
export function timestampWriter(pattern: string): TimestampWriter {
  const elements = patternElements(pattern);
  return ({ fields }) => {
    let text = '';
    for (const element of elements) text += element.kind === 'text' ? element.text : fieldText(fields, element);
    return text;
  };
}

function fieldText(fields: TimestampFields, { letter, count, field }: Symbols): string {
  switch (field) {
    case 'year':
      return count === 2 ? padded(fields.year % 100, 2) : padded(fields.year, count);
    case 'month':
      return count < 3 ? padded(fields.month, count) : monthText(fields.month, count);
    case 'day':
    case 'minute':
    case 'second':
      return padded(fields[field], count);
    case 'half':
      return fields.hour < 12 ? 'AM' : 'PM';
    case 'hour':
      return padded(letter === 'H' ? fields.hour : fields.hour % 12 || 12, count);
    case 'fraction': {
      const digits = fields.fraction.slice(0, 9).padEnd(9, '0');
      return letter === 'n' ? String(Number(digits)) : digits.slice(0, count);
    }
    case 'offset':
      return offsetText(fields.offset ?? 0, letter, count);
  }
}

function monthText(month: number, count: number): string {
  const name = monthNames[month - 1] as string;
  return count === 4 ? name : name.slice(0, count === 3 ? 3 : 1);
}

function offsetText(offset: number, letter: string, count: number): string {
  if (offset === 0 && letter === 'X') return 'Z';
  if (count === 1) return signedOffset(offset, '').slice(0, offset % 60 === 0 ? 3 : 5);
  return signedOffset(offset, count === 3 || count === 5 ? ':' : '');
}
