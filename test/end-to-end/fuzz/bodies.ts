import { gzipSync } from 'node:zlib';
import type { Dice } from './dice';
import type { Operation, Schema } from './document';
import { jsonOf, type Known, oddText, valueBySchema } from './values';

/** What travels after the headers, and what is said of it. */
export interface Body {
  readonly type: string | undefined;
  readonly bytes: Buffer;
  readonly headers?: readonly (readonly [string, string])[];
}

const oddTypes: readonly (string | undefined)[] = [
  undefined,
  '',
  'nonsense',
  'application/json; charset=utf-16',
  'application/json, text/csv',
  'APPLICATION/JSON',
  'application/problem+json',
  'application/x-www-form-urlencoded',
  'text/csv; charset=latin1; header=present',
  'text/plain',
  'image/png',
  'application/vnd.ms-excel',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary="a b"',
  `multipart/form-data; boundary=${'b'.repeat(300)}`,
  'multipart/mixed; boundary=b',
  'multipart/form-data; boundary=b; boundary=c',
  `text/${'x'.repeat(2_000)}`,
];

const csvTexts = [
  'n,v\na,1\n',
  'a\n',
  '',
  '\n',
  '\ufeffn,v\r\n"a,b",2\r\n',
  '"never closed\n',
  'Customer Number,Type\n1,Red\n',
  'Date,Channel,Customer\n04/10/2019 09:00,Email,1\n',
  'Month,Product\n01-2019,Sand\n',
  'Month,Product\n13-2019,Sand\n',
  '=1+1,@x\n-1,+1\n',
  'PK\u0003\u0004binary',
  '\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1',
  '{"type":"FeatureCollection","features":[]}',
  '{"type":"Point","coordinates":[1,2]}',
];

const oddBytes: readonly Buffer[] = [
  Buffer.from([0xc0, 0xaf]), // An overlong slash.
  Buffer.from([0xed, 0xa0, 0x80]), // Half a surrogate pair.
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xfe, 0xff]),
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from([0x00]),
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  gzipSync('n,v\na,1\n'),
];

/** One more than each limit on the way, and one that API Gateway takes and Lambda does not. */
export const largeSizes = [1_048_577, 4_194_305, 4_260_000, 6_400_000, 10_485_761];

/** More than anybody takes. The gateway reads and drops a hundred megabytes, then breaks off. */
const maxBodyBytes = 12_000_000;

/** A body for an operation: of one of its types, mostly, and mostly with a hostile part. */
export function bodyFor({ requestBody }: Operation, known: Known, dice: Dice): Body {
  const [type = 'application/json', described] = dice.pick(
    Object.entries(requestBody?.content ?? { 'application/json': { schema: {} } }),
  );
  const { schema = {}, example } = described ?? {};
  const made =
    type === 'multipart/form-data'
      ? formOf(schema, known, dice)
      : { type, bytes: type === 'application/json' ? jsonBody(schema, example, known, dice) : csvBody(dice) };
  const body = dice.chance(0.3) ? spoilt(made, dice) : made;
  return { ...body, bytes: body.bytes.subarray(0, maxBodyBytes) };
}

function jsonBody(schema: Schema, example: unknown, known: Known, dice: Dice): Buffer {
  const hostility = dice.pick([0, 0, 0.15, 0.4]);
  const json = jsonOf(valueBySchema(schema, { example, hostility }, known, dice));
  if (hostility === 0 || !dice.chance(0.2)) return Buffer.from(json);
  return Buffer.from(
    dice.pick([
      json.replace(/^\{("[^"]*"):/, '{$1:null,$1:'), // A key twice.
      json.replace(/^\{/, '{"__proto__":{"a":1},'),
      json.slice(0, dice.below(json.length + 1)),
      `${json}${json}`,
      `${json},`,
      `[${json}]`,
      `// comment\n${json}`,
      ` \n\t${json}\u00a0`,
      JSON.stringify(json),
    ]),
  );
}

function csvBody(dice: Dice): Buffer {
  const text = Buffer.from(dice.pick(csvTexts), dice.chance(0.8) ? 'utf8' : 'latin1');
  return dice.chance(0.3) ? Buffer.concat([dice.pick(oddBytes), text, dice.bytes(dice.below(20))]) : text;
}

/** A form, whose boundary, names and parts may be odd. */
function formOf(schema: Schema, known: Known, dice: Dice): Body {
  const hostility = dice.pick([0, 0, 0.2, 0.5]);
  const boundary = dice.chance(hostility) ? dice.pick(['b b', "'()+_,-./:=?", '-', 'b'.repeat(70), 'ä']) : 'b';
  const odd = (usual: string) => (dice.chance(hostility) ? oddText(dice) : usual);
  const part = (head: string, content: Buffer) =>
    Buffer.concat([Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), content, Buffer.from('\r\n')]);
  const file = () => {
    const filename = odd(`new-${dice.below(1000)}.csv`);
    const named = dice.chance(hostility / 2)
      ? dice.pick([`filename*=UTF-8''${encodeURIComponent(filename.toWellFormed())}`, `filename=${filename}`, ''])
      : `filename="${filename}"`;
    const type = dice.pick(['text/csv', 'text/plain', 'image/png', odd('application/octet-stream')]);
    return part(
      `Content-Disposition: form-data; name="${odd('file')}"; ${named}\r\nContent-Type: ${type}`,
      csvBody(dice),
    );
  };
  const fields = Object.entries(schema.properties ?? {})
    .filter(([name]) => name !== 'file' && dice.chance(0.5))
    .map(([name, property]) => {
      const value = valueBySchema(property, { name, hostility }, known, dice);
      return part(
        `Content-Disposition: form-data; name="${odd(name)}"`,
        Buffer.from(typeof value === 'string' ? dice.pick(['true', 'false', value]) : jsonOf(value)),
      );
    });
  const files = dice.times(dice.chance(hostility) ? dice.pick([0, 2, 30]) : 1, file);
  const end = dice.chance(hostility / 2) ? dice.pick([`--${boundary}`, '', '--c--\r\n']) : `--${boundary}--\r\n`;
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([...(dice.chance(0.5) ? [...fields, ...files] : [...files, ...fields]), Buffer.from(end)]),
  };
}

const utf16 = (bytes: Buffer, isBigEndian: boolean, mark: string) => {
  const encoded = Buffer.from(mark + bytes.toString(), 'utf16le');
  return isBigEndian ? encoded.swap16() : encoded;
};

/** The same with another type, another encoding, or bytes that do not belong. */
function spoilt({ type, bytes }: Body, dice: Dice): Body {
  const at = dice.below(bytes.length + 1);
  switch (dice.below(9)) {
    case 0:
    case 1:
      return { type: dice.pick(oddTypes), bytes };
    case 2:
      return { type, bytes: Buffer.concat([Buffer.from('\ufeff'), bytes]) };
    case 3:
      return { type, bytes: utf16(bytes, dice.chance(0.5), dice.pick(['', '\ufeff'])) };
    case 4:
      return { type, bytes: gzipSync(bytes), headers: [['content-encoding', dice.pick(['gzip', 'br', 'identity'])]] };
    case 5:
      return { type, bytes: Buffer.concat([bytes.subarray(0, at), dice.pick(oddBytes), bytes.subarray(at)]) };
    case 6:
      return { type, bytes: bytes.subarray(0, at) };
    case 7:
      return { type, bytes: dice.chance(0.1) ? Buffer.alloc(dice.pick(largeSizes), 'a') : Buffer.alloc(0) };
    default:
      return { type, bytes: dice.bytes(dice.below(200)) };
  }
}
