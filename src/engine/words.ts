/** The words that cannot name a column unless quoted. Source: S3 Select, "Reserved keywords". */
export const reservedWords: ReadonlySet<string> = new Set(
  `absolute action add all allocate alter and any are as asc assertion at authorization avg bag begin
  between bit bit_length blob bool boolean both by cascade cascaded case cast catalog char char_length
  character character_length check clob close coalesce collate collation column commit connect
  connection constraint constraints continue convert corresponding count create cross current
  current_date current_time current_timestamp current_user cursor date day deallocate dec decimal
  declare default deferrable deferred delete desc describe descriptor diagnostics disconnect distinct
  domain double drop else end end-exec escape except exception exec execute exists external extract
  false fetch first float for foreign found from full get global go goto grant group having hour
  identity immediate in indicator initially inner input insensitive insert int integer intersect
  interval into is isolation join key language last leading left level like limit list local lower
  match max min minute missing module month names national natural nchar next no not null nullif
  numeric octet_length of on only open option or order outer output overlaps pad partial pivot
  position precision prepare preserve primary prior privileges procedure public read real references
  relative restrict revoke right rollback rows schema scroll second section select session
  session_user set sexp size smallint some space sql sqlcode sqlerror sqlstate string struct substring
  sum symbol system_user table temporary then time timestamp timezone_hour timezone_minute to trailing
  transaction translate translation trim true tuple union unique unknown unpivot update upper usage
  user using value values varchar varying view when whenever where with work write year zone`
    .split(/\s+/)
    .map((word) => word.toUpperCase()),
);

/** The types that CAST knows, under all their names; those of two words as one. */
export const typeNames: ReadonlyMap<string, 'BOOL' | 'INT' | 'FLOAT' | 'DECIMAL' | 'STRING' | 'TIMESTAMP'> = new Map([
  ...(['BOOL', 'BOOLEAN'] as const).map((name) => [name, 'BOOL'] as const),
  ...(['INT', 'INTEGER', 'SMALLINT'] as const).map((name) => [name, 'INT'] as const),
  ...(['FLOAT', 'REAL', 'DOUBLE PRECISION'] as const).map((name) => [name, 'FLOAT'] as const),
  ...(['DECIMAL', 'NUMERIC'] as const).map((name) => [name, 'DECIMAL'] as const),
  ...(['STRING', 'CHAR', 'CHARACTER', 'VARCHAR', 'CHARACTER VARYING'] as const).map(
    (name) => [name, 'STRING'] as const,
  ),
  ['TIMESTAMP', 'TIMESTAMP'] as const,
]);

/** How many numbers in parentheses a type takes; they are read and ignored, as S3 Select does. */
export const typeParameters: Readonly<Record<string, number>> = {
  DECIMAL: 2,
  NUMERIC: 2,
  CHAR: 1,
  CHARACTER: 1,
  VARCHAR: 1,
  'CHARACTER VARYING': 1,
};

export const aggregateNames = ['COUNT', 'SUM', 'AVG', 'MIN', 'MAX'] as const;
export type AggregateName = (typeof aggregateNames)[number];

/** The scalar functions. Source: S3 Select, "SQL functions". */
export const functionNames = [
  ...(['COALESCE', 'NULLIF'] as const),
  ...(['CHAR_LENGTH', 'CHARACTER_LENGTH', 'LOWER', 'UPPER', 'SUBSTRING', 'TRIM'] as const),
  ...(['EXTRACT', 'DATE_ADD', 'DATE_DIFF', 'TO_STRING', 'TO_TIMESTAMP', 'UTCNOW'] as const),
] as const;
export type FunctionName = (typeof functionNames)[number];

export const isFunctionName = (word: string): word is FunctionName =>
  (functionNames as readonly string[]).includes(word);

export const isAggregateName = (word: string): word is AggregateName =>
  (aggregateNames as readonly string[]).includes(word);

/** What to write instead of the functions of other dialects; the reserved words among them name no function here. */
export const insteadOf: Readonly<Record<string, string>> = {
  ABS: 'CASE WHEN x < 0 THEN -x ELSE x END',
  BIT_LENGTH: 'CHAR_LENGTH(x)',
  CEIL: 'CAST(x AS INT)',
  CONCAT: 'x || y, and CAST(x AS STRING) for what is not text',
  CONVERT: 'CAST(x AS type)',
  CURRENT_TIMESTAMP: 'UTCNOW()',
  DATE: 'CAST(x AS TIMESTAMP)',
  DATEADD: 'DATE_ADD(day, n, x)',
  DATEDIFF: 'DATE_DIFF(day, x, y)',
  DATE_FORMAT: "TO_STRING(x, 'yyyy-MM-dd')",
  DATE_PART: 'EXTRACT(year FROM x)',
  DAY: 'EXTRACT(day FROM x)',
  FLOOR: 'CAST(x AS INT)',
  GETDATE: 'UTCNOW()',
  HOUR: 'EXTRACT(hour FROM x)',
  IF: 'CASE WHEN condition THEN x ELSE y END',
  IFNULL: 'COALESCE(x, y)',
  IIF: 'CASE WHEN condition THEN x ELSE y END',
  INSTR: "x LIKE '%text%'",
  ISNULL: 'COALESCE(x, y), or x IS NULL',
  LCASE: 'LOWER(x)',
  LEFT: 'SUBSTRING(x, 1, n)',
  LEN: 'CHAR_LENGTH(x)',
  LENGTH: 'CHAR_LENGTH(x)',
  LTRIM: 'TRIM(LEADING FROM x)',
  MID: 'SUBSTRING(x, start, length)',
  MINUTE: 'EXTRACT(minute FROM x)',
  MOD: 'x % y',
  MONTH: 'EXTRACT(month FROM x)',
  NOW: 'UTCNOW()',
  NVL: 'COALESCE(x, y)',
  OCTET_LENGTH: 'CHAR_LENGTH(x)',
  POSITION: "x LIKE '%text%'",
  RIGHT: 'SUBSTRING(x, CHAR_LENGTH(x) - n + 1)',
  ROUND: 'CAST(x AS INT), which cuts the fraction off',
  RTRIM: 'TRIM(TRAILING FROM x)',
  SECOND: 'EXTRACT(second FROM x)',
  STRFTIME: "TO_STRING(x, 'yyyy-MM-dd')",
  SUBSTR: 'SUBSTRING(x, start, length)',
  TIMESTAMP: 'CAST(x AS TIMESTAMP)',
  TO_CHAR: "TO_STRING(x, 'yyyy-MM-dd')",
  TO_DATE: "TO_TIMESTAMP(x, 'yyyy-MM-dd')",
  TO_NUMBER: 'CAST(x AS DECIMAL)',
  TRY_CAST: "CASE WHEN x <> '' THEN CAST(x AS type) END; one value that cannot be cast fails the query",
  UCASE: 'UPPER(x)',
  YEAR: 'EXTRACT(year FROM x)',
};
