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
export const typeNames: ReadonlyMap<string, 'BOOL' | 'INT' | 'FLOAT' | 'DECIMAL' | 'STRING'> = new Map([
  ...(['BOOL', 'BOOLEAN'] as const).map((name) => [name, 'BOOL'] as const),
  ...(['INT', 'INTEGER', 'SMALLINT'] as const).map((name) => [name, 'INT'] as const),
  ...(['FLOAT', 'REAL', 'DOUBLE PRECISION'] as const).map((name) => [name, 'FLOAT'] as const),
  ...(['DECIMAL', 'NUMERIC'] as const).map((name) => [name, 'DECIMAL'] as const),
  ...(['STRING', 'CHAR', 'CHARACTER', 'VARCHAR', 'CHARACTER VARYING'] as const).map(
    (name) => [name, 'STRING'] as const,
  ),
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

/** Functions of the dialect that this engine does not have yet. */
export const laterFunctions: ReadonlySet<string> = new Set([
  ...['COALESCE', 'NULLIF', 'CHAR_LENGTH', 'CHARACTER_LENGTH', 'LOWER', 'UPPER', 'SUBSTRING', 'TRIM', 'EXTRACT'],
  ...['DATE_ADD', 'DATE_DIFF', 'TO_STRING', 'TO_TIMESTAMP', 'UTCNOW'],
]);
