import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { examine } from '../../src/maps/examine';

const utf8 = (text: string) => Buffer.from(text);

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
}

/** A PNG of 3 by 2 pixels. */
function png(): Buffer {
  const header = Buffer.from('00000003000000020802000000', 'hex');
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const pixels = deflateSync(Buffer.alloc(20));
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

const gif = Buffer.from('47494638396105000700800000000000ffffff2c00000000050007000002028c5b003b', 'hex');
const jpeg = Buffer.from(
  'ffd8ffe000104a46494600010100000100010000ffc00011080009000803012200021101031101ffda000c03010002110311003f00ffd9',
  'hex',
);
/** In an APP1 segment, with a scan and an end of its own. */
const thumbnailed = Buffer.concat([
  jpeg.subarray(0, 20),
  Buffer.from('ffe10008ffda0000ffd9', 'hex'),
  jpeg.subarray(20),
]);
const point = { type: 'Point', coordinates: [5.3, 60.4] };
const feature = { type: 'Feature', properties: {}, geometry: point };
const collection = JSON.stringify({ type: 'FeatureCollection', features: [feature, feature] });

/** With one byte changed. */
function damaged(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}

const processed = (findings: object) => ({ status: 'processed', findings });
const failed = (reason: RegExp) => ({ status: 'failed', reason: expect.stringMatching(reason) });

test.each([
  ['a text', 'file.txt', utf8('north is up\n'), { mediaType: 'text/plain' }],
  ['a text without a name to speak of', 'x', utf8('æøå'), { mediaType: 'text/plain' }],
  ['CSV', 'a.csv', utf8('a,b\n1,2\n'), { mediaType: 'text/plain' }],
  ['HTML, which is never called so', 'a.html', utf8('<html><script>x</script></html>'), { mediaType: 'text/plain' }],
  ['bytes that nobody knows', 'a.bin', Buffer.from([1, 2, 0, 255]), { mediaType: 'application/octet-stream' }],
  ['PNG', 'a.png', png(), { mediaType: 'image/png', width: 3, height: 2 }],
  ['PNG by another name', 'a.jpg', png(), { mediaType: 'image/png', width: 3, height: 2 }],
  ['GIF', 'a', gif, { mediaType: 'image/gif', width: 5, height: 7 }],
  ['JPEG with a thumbnail', 'a', thumbnailed, { mediaType: 'image/jpeg', width: 8, height: 9 }],
  [
    'PNG with more behind its end',
    'a',
    Buffer.concat([png(), Buffer.from('more')]),
    { mediaType: 'image/png', width: 3, height: 2 },
  ],
  ['JPEG', 'a.jpeg', jpeg, { mediaType: 'image/jpeg', width: 8, height: 9 }],
  ['PDF', 'a.pdf', utf8('%PDF-1.7\n%\0\n'), { mediaType: 'application/pdf' }],
  ['XML by another name', 'a.png', utf8('<?xml version="1.0"?><kml/>'), { mediaType: 'application/xml' }],
  ['XML', 'a.kml', utf8('<?xml version="1.0"?><kml/>'), { mediaType: 'application/xml' }],
  ['GeoJSON', 'a.geojson', utf8(collection), { mediaType: 'application/geo+json', featureCount: 2 }],
  [
    'GeoJSON by another name',
    'a.txt',
    utf8(`\ufeff ${collection}`),
    { mediaType: 'application/geo+json', featureCount: 2 },
  ],
  ['a feature', 'a.json', utf8(JSON.stringify(feature)), { mediaType: 'application/geo+json', featureCount: 1 }],
  ['a geometry', 'a.json', utf8(JSON.stringify(point)), { mediaType: 'application/geo+json', featureCount: 1 }],
  [
    'no features',
    'a.geojson',
    utf8('{"type":"FeatureCollection","features":[]}'),
    { mediaType: 'application/geo+json', featureCount: 0 },
  ],
  ['JSON', 'a.json', utf8('[1]'), { mediaType: 'application/json' }],
  ['JSON of another kind of point', 'a.json', utf8('{"type":"Point"}'), { mediaType: 'application/json' }],
  ['a brace that begins no JSON', 'a.txt', utf8('{ is a brace'), { mediaType: 'text/plain' }],
  [
    'SVG',
    'a.svg',
    utf8('<svg width="10" height="20" xmlns="http://www.w3.org/2000/svg"/>'),
    { mediaType: 'image/svg+xml', width: 10, height: 20 },
  ],
  [
    'SVG without a size',
    'a.svg',
    utf8('<?xml version="1.0"?>\n<!-- a > b -->\n<svg/>'),
    { mediaType: 'image/svg+xml' },
  ],
])('%s is what its bytes say', async (_, name, bytes, findings) => {
  expect(await examine(name, bytes)).toEqual(processed(findings));
});

test.each([
  ['nothing', 'a.png', Buffer.alloc(0), /empty/],
  ['a PNG cut in its signature', 'a.png', png().subarray(0, 6), /called \.png/],
  ['a PNG cut in its header', 'a', png().subarray(0, 20), /begins as image\/png/],
  ['a PNG cut in its pixels', 'a.png', png().subarray(0, 50), /cut short or damaged/],
  ['a PNG without its end', 'a.png', png().subarray(0, -12), /cut short or damaged/],
  ['a PNG with a byte changed', 'a.png', damaged(png(), 45), /cut short or damaged/],
  ['a JPEG cut in its scan', 'a.jpg', jpeg.subarray(0, -2), /cut short or damaged/],
  ['a GIF cut in its header', 'a.gif', gif.subarray(0, 8), /header is broken/],
  ['a JPEG without its frame', 'a', jpeg.subarray(0, 24), /begins as image\/jpeg/],
  ['a text called image', 'a.png', utf8('not found'), /called \.png/],
  ['HTML called SVG', 'a.svg', utf8('<html/>'), /called \.svg/],
  ['GeoJSON that is no JSON', 'a.geojson', utf8('{"type":'), /not JSON/],
  ['GeoJSON in UTF-16', 'a.geojson', Buffer.from('{"type":"Feature"}', 'utf16le'), /not JSON/],
  ['JSON cut short', 'a.json', utf8('[1'), /not JSON/],
  ['JSON called GeoJSON', 'a.geojson', utf8('{"a":1}'), /not GeoJSON: \/type/],
  ['a collection of none', 'a.txt', utf8('{"type":"FeatureCollection"}'), /not GeoJSON: \/features/],
])('%s fails, with the reason', async (_, name, bytes, reason) => {
  expect(await examine(name, bytes)).toEqual(failed(reason));
});

test('entities of XML are not expanded, nor anything run', async () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "${'x'.repeat(100)}"><!ENTITY b "&a;&a;&a;">]><svg>&b;<script>process.exit(1)</script></svg>`;
  expect(await examine('a.svg', utf8(bomb))).toEqual(processed({ mediaType: 'image/svg+xml' }));
});

test('the largest files of a hostile kind take bounded work', async () => {
  const size = 4 * 1024 * 1024;
  const hostile = [
    '<svg '.repeat(size / 5),
    '<!--'.repeat(size / 4),
    '['.repeat(size),
    `{"type":"Feature","properties":{},"geometry":${'{"type":"GeometryCollection","geometries":['.repeat(size / 50)}`,
    `{"type":"MultiPoint","coordinates":[${'[],'.repeat(size / 4)}[]]}`,
    '<?xml '.repeat(size / 6),
    '<!DOCTYPE ['.repeat(size / 11),
  ];
  for (const text of hostile) {
    for (const name of ['a.geojson', 'a.svg', 'a.txt']) expect((await examine(name, utf8(text))).status).toBeTruthy();
  }
});

test.each([
  ['7zip.png', { mediaType: 'image/png', width: 100, height: 100 }],
  ['earthquakes.json', { mediaType: 'application/geo+json', featureCount: 1707 }],
  ['londonBoroughs.json', { mediaType: 'application/json' }],
  ['airports.csv', { mediaType: 'text/plain' }],
])('%s, as it was found, is sound', async (name, findings) => {
  const path = join(__dirname, '..', '..', 'node_modules', 'vega-datasets', 'data', name);
  expect(await examine(name, readFileSync(path))).toEqual(processed(findings));
});
