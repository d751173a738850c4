import { isInteger64 } from './arithmetic';
import { parseDecimal } from './decimal';
import { parseTimestamp } from './timestamp';
import type { Value } from './value';

/** An Ion text that this dialect has no value for. */
export class IonError extends Error {
  readonly code: 'LexerInvalidIONLiteral' | 'UnsupportedSyntax' | 'IntegerOverflow';

  constructor(code: IonError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The value that stands in Ion between back quotes: a timestamp, number, boolean, null, string or symbol.
 * Throws IonError. Source: Amazon Ion specification, "Text format".
 */
export function ionValue(source: string): Value {
  const text = source.trim();
  const [first = ''] = text;
  if ('[{('.includes(first) && first !== '') {
    throw new IonError('UnsupportedSyntax', 'Ion lists, structures and blobs have no place in a CSV query.');
  }
  const value = scalar(text, first);
  if (value !== undefined) return value;
  throw new IonError(
    'LexerInvalidIONLiteral',
    'What stands in back quotes is no Ion value; write `2031-05-06T`, `2031-05-06T07:08:09Z`, `42`, `4.2` or `"text"`.',
  );
}

function scalar(text: string, first: string): Value {
  if (first === '"' || first === "'") return quotedText(text, first);
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null' || /^null\.[a-z]+$/.test(text)) return null;
  if (/^[A-Za-z_$][\w$]*$/.test(text)) return text === 'nan' ? undefined : text;
  if (/^-?(0|[1-9](_?\d)*)$/.test(text)) return integer(text.replaceAll('_', ''));
  if (/^-?(0|[1-9](_?\d)*)(\.(\d(_?\d)*)?)?([dDeE][+-]?\d+)?$/.test(text)) return fraction(text.replaceAll('_', ''));
  return parseTimestamp(text);
}

function integer(digits: string): Value {
  const value = digits.length > 20 ? undefined : BigInt(digits);
  if (value !== undefined && isInteger64(value)) return value;
  throw new IonError('IntegerOverflow', 'The number is outside the 64 bits of an INT; write it with a decimal point.');
}

/** With an `e` a number is a FLOAT, with a `d` or a point alone a DECIMAL. */
function fraction(text: string): Value {
  if (!/[eE]/.test(text)) return parseDecimal(text.replace(/[dD]/, 'e'));
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const escapes: Readonly<Record<string, string>> = {
  ...{ '0': '\0', a: '\x07', b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', v: '\v' },
  ...{ '"': '"', "'": "'", '?': '?', '\\': '\\', '/': '/', '\n': '' },
};

/** The text between quotes; undefined where they are not closed, or an escape is none. */
function quotedText(text: string, quote: string): string | undefined {
  let plain = '';
  for (let at = 1; at < text.length; at++) {
    const character = text[at] as string;
    if (character === quote) return at === text.length - 1 ? plain : undefined;
    if (character !== '\\') plain += character;
    else {
      const next = text[++at] ?? '';
      const width = { x: 2, u: 4, U: 8 }[next] ?? 0;
      const digits = text.slice(at + 1, at + 1 + width);
      const code =
        width > 0 && /^[0-9a-fA-F]+$/.test(digits) && digits.length === width ? Number.parseInt(digits, 16) : -1;
      const meant = width === 0 ? escapes[next] : isCharacter(code) ? String.fromCodePoint(code) : undefined;
      if (meant === undefined) return undefined;
      plain += meant;
      at += width;
    }
  }
  return undefined;
}

/** A code point that is none of the halves of a surrogate pair. */
const isCharacter = (code: number): boolean => code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
