import { S3Error } from './errors';
import { childrenOf, element, parseXml, textOf, type XmlNode, xmlDocument } from './xml';

// Which pages of other origins may do what with a bucket. Source: S3 user guide, "Using cross-origin resource sharing".

export interface CorsRule {
  readonly id?: string;
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds?: number;
}

const maxRules = 100;
const possibleMethods = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE'];

/** Reads a CORSConfiguration. Throws S3Error MalformedXML, or InvalidRequest. */
export function readCorsRules(xml: string): readonly CorsRule[] {
  const nodes = childrenOf(parseXml(xml, 'CORSConfiguration'), 'CORSRule');
  if (nodes.length === 0 || nodes.length > maxRules) throw new S3Error('MalformedXML');
  return nodes.map(readRule);
}

function readRule(node: XmlNode): CorsRule {
  const texts = (name: string) =>
    childrenOf(node, name).map((child) => {
      if (typeof child !== 'string') throw new S3Error('MalformedXML');
      return child;
    });
  const [origins, methods] = [texts('AllowedOrigin'), texts('AllowedMethod')];
  const headers = texts('AllowedHeader');
  if (origins.length === 0 || methods.length === 0) throw new S3Error('MalformedXML');
  const unknown = methods.find((method) => !possibleMethods.includes(method));
  if (unknown !== undefined) {
    throw new S3Error('InvalidRequest', {
      message: `Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`,
    });
  }
  const wild = [...origins, ...headers].find((text) => text.split('*').length > 2);
  if (wild !== undefined) {
    throw new S3Error('InvalidRequest', { message: `"${wild}" can not have more than one wildcard.` });
  }
  const [id, maxAge] = [textOf(node, 'ID'), textOf(node, 'MaxAgeSeconds')];
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge)) throw new S3Error('MalformedXML');
  return {
    ...(id === undefined ? {} : { id }),
    origins,
    methods,
    headers,
    exposed: texts('ExposeHeader'),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: Number(maxAge) }),
  };
}

export const corsDocument = (rules: readonly CorsRule[]): string =>
  xmlDocument(
    'CORSConfiguration',
    rules.map(({ id, origins, methods, headers, exposed, maxAgeSeconds }) =>
      element('CORSRule', [
        ...(id === undefined ? [] : [element('ID', id)]),
        ...origins.map((text) => element('AllowedOrigin', text)),
        ...methods.map((text) => element('AllowedMethod', text)),
        ...headers.map((text) => element('AllowedHeader', text)),
        ...exposed.map((text) => element('ExposeHeader', text)),
        ...(maxAgeSeconds === undefined ? [] : [element('MaxAgeSeconds', maxAgeSeconds)]),
      ]),
    ),
  );

/** What a page asks for. */
export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** Those that a preflight request announces. */
  readonly headers: readonly string[];
}

/** The headers of an answer by the first rule that allows what is asked; undefined where none does. */
export function corsHeaders(rules: readonly CorsRule[], question: CorsQuestion): Record<string, string> | undefined {
  const { origin, method, headers } = question;
  const rule = rules.find(
    (each) =>
      each.origins.some((pattern) => matches(pattern, origin)) &&
      each.methods.includes(method) &&
      headers.every((name) => each.headers.some((pattern) => matches(pattern.toLowerCase(), name.toLowerCase()))),
  );
  if (!rule) return undefined;
  const isAny = rule.origins.includes('*');
  return {
    'access-control-allow-origin': isAny ? '*' : origin,
    'access-control-allow-methods': rule.methods.join(', '),
    ...(isAny ? {} : { 'access-control-allow-credentials': 'true' }),
    ...(headers.length > 0 ? { 'access-control-allow-headers': headers.join(', ').toLowerCase() } : {}),
    ...(rule.exposed.length > 0 ? { 'access-control-expose-headers': rule.exposed.join(', ') } : {}),
    ...(rule.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** A pattern may have one `*`, for any text. */
function matches(pattern: string, text: string): boolean {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return pattern === text;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
