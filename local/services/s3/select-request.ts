import { type CsvInput, type Output, type Query, type ScanRange, SqlError } from '../../../src/engine/index';
import { S3Error } from './errors';
import { childrenOf, parseExactXml, textOf, type XmlNode } from './xml';

// The body of SelectObjectContent. Source: S3 API reference, "SelectObjectContent", "CSVInput", "CSVOutput", "JSONOutput".

export interface SelectRequest {
  readonly query: Query;
  readonly hasProgress: boolean;
}

/** Reads the request for an object of so many bytes. Throws SqlError with S3 Select's codes, S3Error MalformedXML. */
export function readSelectRequest(body: string, objectBytes: number): SelectRequest {
  if (body === '') throw new SqlError('EmptyRequestBody', 'Request body cannot be empty.');
  const request = parseExactXml(body, 'SelectObjectContentRequest');
  const expression = required(request, 'Expression');
  if (required(request, 'ExpressionType').toUpperCase() !== 'SQL') {
    throw new SqlError('InvalidExpressionType', 'The ExpressionType is invalid. Only SQL expressions are supported.');
  }
  const input = csvInput(element(request, 'InputSerialization'));
  const output = outputOf(element(request, 'OutputSerialization'));
  const [range] = childrenOf(request, 'ScanRange');
  const [progress] = childrenOf(request, 'RequestProgress');
  return {
    query: { expression, input, output, ...(range !== undefined && { scanRange: scanRange(range, objectBytes) }) },
    hasProgress: progress !== undefined && isTrue(progress, 'Enabled') === true,
  };
}

function required(node: XmlNode, name: string): string {
  const text = textOf(node, name);
  if (text === undefined || text === '') throw missing(name);
  return text;
}

function element(node: XmlNode, name: string): XmlNode {
  const [found, another] = childrenOf(node, name);
  if (another !== undefined) throw new S3Error('MalformedXML');
  if (found === undefined) throw missing(name);
  return found;
}

const missing = (name: string): SqlError =>
  new SqlError('MissingRequiredParameter', `The SelectRequest entity is missing a required parameter: ${name}.`);

/** The one format of several that is given. */
function formatIn<Name extends string>(node: XmlNode, names: readonly Name[]): readonly [Name, XmlNode] {
  const given = names.flatMap((name) => childrenOf(node, name).map((format) => [name, format] as const));
  const [first, another] = given;
  if (first === undefined) throw missing(names.join(' or '));
  if (another !== undefined) {
    throw new SqlError('ObjectSerializationConflict', 'Only one format can be given for input, and one for output.');
  }
  return first;
}

function csvInput(node: XmlNode): Partial<CsvInput> {
  const [name, csv] = formatIn(node, ['CSV', 'JSON', 'Parquet']);
  if (name !== 'CSV') throw new S3Error('NotImplemented', { message: `${name} input is not emulated.` });
  return given({
    header: oneOf(csv, 'FileHeaderInfo', ['NONE', 'USE', 'IGNORE'], 'InvalidFileHeaderInfo'),
    delimiter: textOf(csv, 'FieldDelimiter'),
    quote: textOf(csv, 'QuoteCharacter'),
    escape: textOf(csv, 'QuoteEscapeCharacter'),
    comment: textOf(csv, 'Comments'),
    recordDelimiter: textOf(csv, 'RecordDelimiter'),
    allowQuotedNewlines: isTrue(csv, 'AllowQuotedRecordDelimiter'),
    compression: oneOf(node, 'CompressionType', ['NONE', 'GZIP', 'BZIP2'], 'InvalidCompressionFormat'),
  });
}

function outputOf(node: XmlNode): Partial<Output> {
  const [name, format] = formatIn(node, ['CSV', 'JSON']);
  const recordDelimiter = textOf(format, 'RecordDelimiter');
  if (name === 'JSON') return given({ format: 'ndjson', recordDelimiter });
  const quoteFields = oneOf(format, 'QuoteFields', ['ALWAYS', 'ASNEEDED'], 'InvalidQuoteFields');
  return given({
    quoteFields: quoteFields?.toLowerCase() as Output['quoteFields'] | undefined,
    delimiter: textOf(format, 'FieldDelimiter'),
    quote: textOf(format, 'QuoteCharacter'),
    escape: textOf(format, 'QuoteEscapeCharacter'),
    recordDelimiter,
  });
}

/** Without an end it is that of the object; without a start, the last so many bytes. */
function scanRange(node: XmlNode, objectBytes: number): ScanRange {
  const [start, end] = [number(node, 'Start'), number(node, 'End')];
  const range =
    start === undefined
      ? { start: Math.max(0, objectBytes - (end ?? 0)), end: objectBytes }
      : { start, end: end ?? objectBytes };
  const isNone = start === undefined && end === undefined;
  if (!isNone && range.start <= range.end && range.start <= Math.max(0, objectBytes - 1)) return range;
  throw new SqlError('InvalidScanRange', 'The provided scan range is not valid.');
}

function number(node: XmlNode, name: string): number | undefined {
  const text = textOf(node, name);
  if (text === undefined) return undefined;
  if (/^\s*\d{1,15}\s*$/.test(text)) return Number(text);
  throw new SqlError('InvalidScanRange', `${name} of the scan range is ${JSON.stringify(text)}, no offset.`);
}

function isTrue(node: XmlNode, name: string): boolean | undefined {
  const text = textOf(node, name)?.trim().toLowerCase();
  if (text === undefined || text === '') return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new SqlError('InvalidRequestParameter', `${name} is ${JSON.stringify(text)}; it is true or false.`);
}

function oneOf<Value extends string>(
  node: XmlNode,
  name: string,
  values: readonly Value[],
  code: string,
): Value | undefined {
  const text = textOf(node, name);
  if (text === undefined || text === '') return undefined;
  const value = values.find((one) => one === text.toUpperCase());
  if (value) return value;
  throw new SqlError(code, `${name} is ${JSON.stringify(text)}; it is one of ${values.join(', ')}.`);
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

const given = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
