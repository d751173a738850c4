/** When the engine raises a code, and what to do: the message of each error says both of the query at hand. */
interface SqlErrorEntry {
  readonly when: string;
  readonly advice: string;
}

const pattern = 'Use the symbols that docs/sql.md lists; text in a pattern stands in single quotes.';

/**
 * The codes that this engine raises: S3 Select's, and two more. `MissingHeaders` S3 Select answers without listing it;
 * `MaxStepsExceeded` is ours.
 */
export const sqlErrorCatalogue: Readonly<Record<string, SqlErrorEntry>> = {
  AmbiguousFieldName: {
    when: 'Several columns have this name, in this or another case.',
    advice: 'Put the exact name in double quotes, or take the column by its position, as _2.',
  },
  CSVEscapingRecordDelimiter: {
    when: 'A quoted field has a line break in it.',
    advice: 'Set allow_quoted_newlines to true.',
  },
  CSVUnescapedQuote: {
    when: 'A quoted field is never closed.',
    advice: 'Mend the record; or set quote to "" where quotes are ordinary characters.',
  },
  CastFailed: {
    when: 'A value cannot become the type that CAST names.',
    advice: "Leave such records out before the cast: x <> '' AND CAST(x AS INT) > 1; or use NULLIF.",
  },
  ColumnTooLong: { when: '|| makes a text of more than 1 MB.', advice: 'Join fewer or shorter texts.' },
  EvaluatorInvalidArguments: {
    when: 'A function has more or fewer arguments than it takes.',
    advice: 'Give as many as the message says.',
  },
  EvaluatorInvalidTimestampFormatPattern: { when: 'A pattern has a symbol that is none.', advice: pattern },
  EvaluatorInvalidTimestampFormatPatternSymbolForParsing: {
    when: 'TO_TIMESTAMP has a pattern with a symbol that only TO_STRING can use.',
    advice: 'Use a symbol that can be read back: MMMM and MMM, not MMMMM.',
  },
  EvaluatorLikePatternInvalidEscapeSequence: {
    when: 'The escape character of LIKE stands before an ordinary character.',
    advice: 'Let it stand before %, _ or itself only.',
  },
  EvaluatorNegativeLimit: { when: 'LIMIT is negative.', advice: 'Give 0 or more.' },
  EvaluatorTimestampFormatPatternDuplicateFields: {
    when: 'TO_TIMESTAMP has a pattern that names a part twice.',
    advice: 'Leave one of the two out.',
  },
  EvaluatorTimestampFormatPatternHourClockAmPmMismatch: {
    when: 'TO_TIMESTAMP has an hour of 12 without AM or PM, or one of 24 with it.',
    advice: 'Write h with a, or H without.',
  },
  EvaluatorUnterminatedTimestampFormatPatternToken: {
    when: 'A quote in a pattern is not closed.',
    advice: "Close it; a quote that is text is doubled, which SQL doubles again: ''''.",
  },
  ExpressionTooLong: { when: 'The query has more than 256 KB.', advice: 'Ask several queries.' },
  ExternalEvalException: {
    when: 'An operation cannot be done on these values, such as an order of text and number or a division by zero.',
    advice: 'Write CAST(column AS DECIMAL), since fields of a CSV file are text. Guard the rest with CASE or NULLIF.',
  },
  IllegalSqlFunctionArgument: {
    when: 'A function has a value that it cannot take, such as a negative length.',
    advice: 'Guard it with CASE.',
  },
  IncorrectSqlFunctionArgumentType: {
    when: 'A function has a value of a type that it does not take.',
    advice: 'CAST it to the type that the message names; dates are CAST(x AS TIMESTAMP).',
  },
  IntegerOverflow: { when: 'A whole number needs more than 64 bits.', advice: 'CAST to DECIMAL.' },
  InvalidCast: {
    when: 'No value of this type can become the other, as a TIMESTAMP no number.',
    advice: 'Take the part that you mean with EXTRACT, or CAST to STRING.',
  },
  InvalidColumnIndex: { when: 'A position is below _1.', advice: 'Start with _1.' },
  InvalidCompressionFormat: {
    when: 'The file is not compressed as compression says.',
    advice: 'Set compression to NONE, GZIP or BZIP2, as the file is.',
  },
  InvalidDataSource: { when: 'FROM names another table.', advice: 'Write FROM S3Object, with an alias if you like.' },
  InvalidKeyPath: {
    when: 'A column is asked for a part of itself, as s.a.b.',
    advice: 'Put a name with a dot in double quotes; fields of a CSV file have no parts.',
  },
  InvalidRequestParameter: {
    when: 'An option of the input or the output cannot be used.',
    advice: 'Give the option that the message names what it may be.',
  },
  InvalidScanRange: {
    when: 'A scan range (SelectObjectContent only) ends before it starts.',
    advice: 'Start at 0 or later, and end after that.',
  },
  InvalidTableAlias: {
    when: 'A column is of a table that FROM does not name.',
    advice: 'Use the alias that stands behind S3Object.',
  },
  InvalidTextEncoding: {
    when: 'A byte is not of the encoding of the file.',
    advice: 'Name the encoding in the input options, such as windows-1252.',
  },
  LexerInvalidChar: {
    when: 'A character has no meaning in SQL, or a text, name or comment is not closed.',
    advice: 'Close it; text is in single quotes, names are in double ones.',
  },
  LexerInvalidIONLiteral: {
    when: 'What stands in back quotes is no Ion value.',
    advice: 'Write timestamps, numbers and text in Ion there: `2031-05-06T`.',
  },
  LexerInvalidLiteral: {
    when: 'A number cannot be read.',
    advice: 'Write it as 42, 4.2 or 6e3; a name that starts with a digit needs double quotes.',
  },
  LikeInvalidInputs: {
    when: 'LIKE has something else than text, or an escape that is not one character.',
    advice: 'CAST to STRING; give ESCAPE one character.',
  },
  MaxOperatorsExceeded: {
    when: 'The expression is nested more than 500 deep.',
    advice: 'Make it flatter; chains of AND and OR count once.',
  },
  MaxStepsExceeded: {
    when: "The query does too much work for the bytes that it reads, or a compressed file grows more than 256-fold. Ours, not S3 Select's.",
    advice: 'Use fewer or shorter conditions, fewer % and _ in LIKE; decompress the file first.',
  },
  MissingHeaders: {
    when: 'A column is not in the header, or there is no header.',
    advice:
      'Take one of the columns that the message lists. Put text in single quotes. Without a header columns are _1, _2.',
  },
  MultipleDataSourcesUnsupported: { when: 'FROM names several tables.', advice: 'Ask one query for each file.' },
  OverMaxColumn: { when: 'A record has more than 4 096 columns.', advice: 'Check the delimiter; part the file.' },
  OverMaxRecordSize: {
    when: 'A record of the file or of the result has more than 1 MB.',
    advice: 'Check the record delimiter and for a quote that is never closed; select less.',
  },
  ParseAsteriskIsNotAloneInSelectList: {
    when: '* stands beside other columns.',
    advice: 'Name every column, or select * only.',
  },
  ParseCastArity: { when: 'A type in CAST has too many parameters.', advice: 'Give as many as the message says.' },
  ParseEmptySelect: { when: 'Nothing is selected.', advice: 'Name columns, or write SELECT *.' },
  ParseExpectedArgumentDelimiter: {
    when: 'A comma is missing between arguments.',
    advice: 'Put it where the caret is.',
  },
  ParseExpectedDatePart: {
    when: 'EXTRACT, DATE_ADD or DATE_DIFF names no part of a date.',
    advice: 'Write year, month, day, hour, minute or second, without quotes.',
  },
  ParseExpectedExpression: { when: 'The list of IN is empty.', advice: 'Name what to compare with.' },
  ParseExpectedIdentForAlias: {
    when: 'No name follows AS.',
    advice: 'Write one; a reserved word needs double quotes.',
  },
  ParseExpectedKeyword: {
    when: 'A keyword is missing, such as AND in BETWEEN.',
    advice: 'Add the one that the message names.',
  },
  ParseExpectedLeftParenAfterCast: { when: 'No parenthesis follows CAST.', advice: 'Write CAST(x AS type).' },
  ParseExpectedNumber: { when: 'LIMIT is no whole number.', advice: 'Write a number, no column.' },
  ParseExpectedRightParenBuiltinFunctionCall: {
    when: 'The call of a function is not closed.',
    advice: 'Put the ) where the caret is.',
  },
  ParseExpectedTokenType: { when: 'CAST lacks AS, a type or its end.', advice: 'Write CAST(x AS type).' },
  ParseExpectedTypeName: {
    when: 'CAST names no type.',
    advice: 'Write INT, DECIMAL, FLOAT, BOOL, STRING or TIMESTAMP.',
  },
  ParseExpectedWhenClause: { when: 'CASE has no WHEN.', advice: 'Write CASE WHEN condition THEN value END.' },
  ParseInvalidPathComponent: {
    when: 'No column follows a dot.',
    advice: 'Write one; a reserved word needs double quotes.',
  },
  ParseInvalidTypeParam: { when: 'A parameter of a type is no whole number.', advice: 'Write DECIMAL(10, 2).' },
  ParseMalformedJoin: {
    when: 'The query joins tables.',
    advice: 'Ask one query for each file, and join where the rows arrive.',
  },
  ParseNonUnaryAgregateFunctionCall: {
    when: 'An aggregate has several arguments or none.',
    advice: 'Give it one, or write COUNT(*).',
  },
  ParseSelectMissingFrom: { when: 'No FROM follows the list.', advice: 'Write SELECT ... FROM S3Object s.' },
  ParseUnExpectedKeyword: {
    when: 'A reserved word stands where a name or a value should.',
    advice: 'Put the name of a column that is a reserved word (date, year, value, user, count) in double quotes.',
  },
  ParseUnexpectedOperator: { when: 'An operator has nothing to one of its sides.', advice: 'Complete or remove it.' },
  ParseUnexpectedTerm: { when: 'A value is missing or stands where none can.', advice: 'Look at the caret.' },
  ParseUnexpectedToken: {
    when: 'Something follows that has no place there.',
    advice: 'Look at the caret; a query is one SELECT.',
  },
  ParseUnsupportedCallWithStar: { when: 'Another function than COUNT has a *.', advice: 'Name a column.' },
  ParseUnsupportedLiteralsGroupBy: {
    when: 'The query groups by a literal.',
    advice: 'Ask one query for each group.',
  },
  TruncatedInput: { when: 'A compressed file is cut short or damaged.', advice: 'Upload it again.' },
  UnsupportedFunction: {
    when: 'There is no such function.',
    advice: 'Take the one that the message names; docs/sql.md lists all.',
  },
  UnsupportedScanRangeInput: {
    when: 'A scan range of a file that is compressed, not UTF-8, or may have line breaks in quotes.',
    advice: 'Read such a file whole.',
  },
  UnsupportedSqlOperation: {
    when: 'DISTINCT, or another operation that S3 Select does not have.',
    advice: 'Do it where the rows arrive.',
  },
  UnsupportedSqlStructure: {
    when: 'GROUP BY, HAVING, a subquery, or an aggregate in WHERE or beside columns.',
    advice: 'Ask one query for each group.',
  },
  UnsupportedSyntax: {
    when: 'An Ion list, structure or blob stands in back quotes.',
    advice: 'Write a timestamp, a number or a text.',
  },
  ValueParseFailure: {
    when: 'TO_TIMESTAMP has a text that is not of the form of its pattern.',
    advice: 'Change the pattern, or leave such records out with LIKE.',
  },
};

/** Further codes of S3 Select, which it alone raises: of CSV as it reads it, of syntax that it tells apart otherwise, of the service. */
const raisedByS3 = `CSVParsingError EvaluatorBindingDoesNotExist EvaluatorInvalidTimestampFormatPatternSymbol
  EvaluatorInvalidTimestampFormatPatternToken InvalidDataType InvalidExpressionType InvalidFileHeaderInfo InvalidQuoteFields
  LexerInvalidOperator MissingRequiredParameter NumberFormatError ObjectSerializationConflict
  ParseCannotMixSqbAndWildcardInSelectList ParseExpected2TokenTypes ParseExpectedIdentForAt ParseExpectedIdentForGroupName
  ParseExpectedLeftParenBuiltinFunctionCall ParseExpectedLeftParenValueConstructor ParseExpectedMember
  ParseInvalidContextForWildcardInSelectList ParseMissingIdentAfterAt ParseUnknownOperator ParseUnsupportedAlias
  ParseUnsupportedCase ParseUnsupportedCaseClause ParseUnsupportedSelect ParseUnsupportedSyntax ParseUnsupportedToken
  UnsupportedTypeForQuerying`.split(/\s+/);

/**
 * Every code that a query can fail with, save those of Parquet and JSON input and of the service itself.
 * Source: S3 API reference, "List of SELECT Object Content Error Codes".
 */
export const sqlErrorCodes: ReadonlySet<string> = new Set([...Object.keys(sqlErrorCatalogue), ...raisedByS3].sort());

export const isSqlErrorCode = (code: string): boolean => sqlErrorCodes.has(code);
