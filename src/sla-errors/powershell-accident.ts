/** What a place of the body should hold. */
export type Expected = 'report' | 'list' | 'object' | 'number' | 'date';

/**
 * The usual ways in which PowerShell sends something else than was meant, each with what to write instead. Undefined for a
 * value that is as expected, or wrong in no way that PowerShell is known for.
 * Source: Microsoft's reference of ConvertTo-Json, "-Depth" and its notes; about_Arrays.
 */
export function powershellAccident(value: unknown, expected: Expected): string | undefined {
  switch (expected) {
    case 'report':
      return Array.isArray(value) ? 'is a list: send it as {"sla_error": [...]}' : undefined;
    case 'list':
      if (typeof value === 'string') return cutToText;
      if (value === null) return 'is null, as an empty pipeline is: write it in @( )';
      if (isObject(value)) {
        return 'value' in value && 'Count' in value
          ? 'is a list that Windows PowerShell wrapped in value and Count: run Remove-TypeData System.Array before ConvertTo-Json'
          : 'is one object, not a list: PowerShell unrolls a list of one; write it in @( )';
      }
      return undefined;
    case 'object':
      return typeof value === 'string' ? cutToText : undefined;
    case 'number':
      return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
        ? 'is text, not a number: write [int] before it'
        : undefined;
    case 'date':
      return isObject(value) && 'DateTime' in value
        ? "is a whole DateTime object: send its .ToUniversalTime().ToString('o')"
        : undefined;
  }
}

/** `@{filename=...}`, `System.Object[]` or a name of a class, by the kind of object. */
const cutToText = 'was cut to text: ConvertTo-Json keeps two levels unless told otherwise; use ConvertTo-Json -Depth 5';

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
