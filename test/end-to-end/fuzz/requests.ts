import { type Body, bodyFor, largeSizes } from './bodies';
import type { Dice } from './dice';
import { type Operation, operations, type Parameter } from './document';
import { type Known, oddText, valueBySchema } from './values';
import type { Sent } from './wire';

// One request for an operation: each of its parts as the document asks for, or hostile.

export interface World {
  /** What exists on the server: by the name of a field or, for ids, by the first segment of the path. */
  readonly known: Known;
  /** Authorization headers by whose they are. */
  readonly good: Readonly<Record<'ann' | 'bob' | 'root', string>>;
  readonly bad: readonly string[];
}

/** Percent-encoded as far as HTTP asks. */
const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

const oddSegments = [
  ...[
    '%',
    '%zz',
    '%ff%fe',
    '%c0%af',
    '%ed%a0%80',
    '%00',
    '..%2f..',
    '%2e%2e',
    '.',
    '..',
    '',
    '+',
    ';a=b',
    '{id}',
    '//',
  ],
  ...[
    '%0d%0aX-Evil:1',
    '%252e%252e',
    'YQ==',
    'YQ%3D%3D',
    '-',
    '_',
    '?',
    '#',
    '%20',
    'a'.repeat(1_500),
    '%25'.repeat(300),
  ],
];
const oddSegment = (dice: Dice) => (dice.chance(0.5) ? dice.pick(oddSegments) : encoded(oddText(dice)));

const generalHeaders: Readonly<Record<string, readonly string[]>> = {
  accept: ['application/json', 'text/html', 'application/xml', '*/*;q=0', 'a'.repeat(500), 'image/*,application/json'],
  'accept-encoding': ['gzip', 'br;q=1', 'identity;q=0', '*'],
  'access-control-request-method': ['DELETE', 'PROPFIND'],
  origin: ['https://page.example', 'null', 'file://', 'x'],
  cookie: ['a=b', 'session=; session=x', '__proto__=1', '=', ';'.repeat(200), 'a="\\"; $Version=1'],
  'x-forwarded-for': ['127.0.0.1', '::1', '1.2.3.4, 5.6.7.8', "'; --"],
  'x-http-method-override': ['DELETE', 'TRACE'],
  'x-amz-date': ['0'],
  'x-request-id': ['mine', '7d2f0a3e-52f3-4f5e-9a0b-3f7c1f1f9b1d'],
  'content-encoding': ['gzip', 'deflate', 'x'],
  'content-range': ['bytes 0-1/2'],
  expect: ['100-continue', 'the unexpected'],
  upgrade: ['websocket', 'h2c'],
  te: ['trailers'],
  __proto__x: ['x'],
  'if-modified-since': ['Thu, 01 Jan 1970 00:00:00 GMT', 'yesterday'],
};

const headerValues: Readonly<Record<string, readonly string[]>> = {
  Range: [
    ...['bytes=0-1', 'bytes=-1', 'bytes=0-', 'bytes=9-2', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=', 'bytes=-0'],
    ...['bytes=99999999999999999999-', 'bytes=0-99999999999999999999', 'bytes=0x0-1', 'bytes= 0 - 1', 'bytes=-'],
  ],
  'If-Match': ['*', '"x"', 'x', '', 'W/"x"', '"a", "b"', '"', `"${'e'.repeat(2_000)}"`],
  'If-None-Match': ['*', '"x"', 'W/"x"', '', '"a","b"', '""', ','],
  'If-Range': ['"x"', 'yesterday', 'Thu, 01 Jan 1970 00:00:00 GMT', ''],
};

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND', 'TRACE', 'QUERY'];

/** Its parts are hostile with one chance for all, so that some are good throughout. */
export function requestFor(operation: Operation, world: World, dice: Dice): Sent {
  const hostility = dice.pick([0, 0.1, 0.3]);
  const path = `/api/v1${pathOf(operation, world.known, hostility, dice)}${queryOf(operation, world.known, hostility, dice)}`;
  const body = bodyOf(operation, world.known, dice);
  const headers: (readonly [string, string])[] = [...headersOf(operation, hostility, dice), ...(body.headers ?? [])];
  if (body.type !== undefined) headers.push(['content-type', body.type]);
  const authorization = authorizationFor(operation, world, hostility, dice);
  if (authorization !== undefined) headers.push(['authorization', authorization]);
  const method = dice.chance(hostility / 10) ? dice.pick(methods) : operation.method;
  return { method, path, headers: dice.chance(0.5) ? headers : headers.toReversed(), body: body.bytes };
}

const pathOf = ({ path, parameters }: Operation, known: Known, hostility: number, dice: Dice) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (dice.chance(hostility)) return oddSegment(dice);
    const { schema = {}, example } = parameters.find((parameter) => parameter.name === name) ?? {};
    const ids = known[path.split('/')[1] ?? ''];
    const value =
      name === 'id' && ids ? dice.pick(ids) : valueBySchema(schema, { example, name, hostility: 0 }, known, dice);
    return encoded(String(value));
  });

function queryOf({ parameters }: Operation, known: Known, hostility: number, dice: Dice): string {
  const pairs = parameters
    .filter((parameter) => parameter.in === 'query' && dice.chance(parameter.required ? 0.9 : 0.4))
    .flatMap((parameter) =>
      dice.times(dice.chance(hostility / 4) ? 2 : 1, () => pairOf(parameter, known, hostility, dice)),
    );
  if (dice.chance(hostility / 2)) pairs.push(`${oddSegment(dice)}=${oddSegment(dice)}`);
  if (dice.chance(hostility / 10))
    pairs.push(dice.pick(['&', '=', '?', '#', 'limit[]=1', 'limit[$gt]=', `a=${'b'.repeat(20_000)}`]));
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

const pairOf = ({ name, schema, example }: Parameter, known: Known, hostility: number, dice: Dice) =>
  `${name}=${
    dice.chance(hostility)
      ? oddSegment(dice)
      : encoded(String(valueBySchema(schema, { example, name, hostility: 0 }, known, dice)))
  }`;

function headersOf({ parameters }: Operation, hostility: number, dice: Dice): [string, string][] {
  const described = parameters
    .filter((parameter) => parameter.in === 'header' && dice.chance(0.4))
    .map(({ name }): [string, string] => [
      name,
      dice.chance(hostility) ? oddText(dice) : dice.pick(headerValues[name] ?? ['x']),
    ]);
  const general = Object.entries(generalHeaders)
    .filter(() => dice.chance(hostility / 4))
    .map(([name, values]): [string, string] => [name, dice.chance(hostility) ? oddText(dice) : dice.pick(values)]);
  return [...described, ...general];
}

/** Also for what takes none: it must be read or dropped. */
function bodyOf(operation: Operation, known: Known, dice: Dice): Body {
  const isExpected = operation.requestBody !== undefined;
  if (!isExpected && dice.chance(0.01)) return { type: 'text/csv', bytes: Buffer.alloc(dice.pick(largeSizes), 'a') };
  if (dice.chance(isExpected ? 0.97 : 0.03)) return bodyFor(isExpected ? operation : dice.pick(withBody), known, dice);
  return { type: undefined, bytes: Buffer.alloc(0) };
}
const withBody = operations.filter(({ requestBody }) => requestBody);

function authorizationFor({ security }: Operation, { good, bad }: World, hostility: number, dice: Dice) {
  if (dice.chance(Math.max(0.04, hostility / 3))) return dice.chance(0.2) ? undefined : dice.pick(bad);
  if (security.length === 0) return dice.chance(0.1) ? good.ann : undefined;
  if (security.length > 1 && dice.chance(0.4)) return undefined;
  return dice.pick([good.ann, good.ann, good.root, good.bob]);
}
