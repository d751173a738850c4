import { featureCountOf, geojsonFault, geojsonTypeOf } from '../../src/maps/geojson';

const feature = (geometry: unknown) => ({ type: 'Feature', properties: null, geometry });
const square = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
];
const nested = (depth: number): unknown =>
  depth === 0
    ? { type: 'Point', coordinates: [1, 2] }
    : { type: 'GeometryCollection', geometries: [nested(depth - 1)] };

test.each([
  ['a position with a height', { type: 'Point', coordinates: [1, 2, 3] }],
  ['no place', { type: 'Point', coordinates: [] }],
  ['points', { type: 'MultiPoint', coordinates: [[1, 2]] }],
  [
    'a line',
    {
      type: 'LineString',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  [
    'lines',
    {
      type: 'MultiLineString',
      coordinates: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    },
  ],
  ['a polygon with a hole', { type: 'Polygon', coordinates: [square, square] }],
  ['polygons', { type: 'MultiPolygon', coordinates: [[square]] }],
  ['a collection in collections', nested(3)],
  ['a feature without a place', feature(null)],
  ['foreign members', { ...feature(null), crs: {}, id: 1 }],
])('%s is sound', (_, document) => {
  expect(geojsonFault(document)).toBeUndefined();
  expect(featureCountOf(document)).toBe(1);
});

test.each([
  ['no object', [], '/type'],
  ['another type', { type: 'Circle' }, '/type'],
  ['a type of the language', { type: 'constructor' }, '/type'],
  ['a position of one number', { type: 'Point', coordinates: [1] }, '/coordinates is not a position'],
  ['a position in words', { type: 'Point', coordinates: ['1', '2'] }, '/coordinates is not a position'],
  ['a line of one point', { type: 'LineString', coordinates: [[1, 2]] }, '/coordinates has 1 positions; 2 are needed'],
  [
    'an open ring',
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 1],
        ],
      ],
    },
    '/coordinates/0 is not closed',
  ],
  [
    'a triangle of three',
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [0, 0],
        ],
      ],
    },
    '/coordinates/0 has 3 positions',
  ],
  ['no coordinates', { type: 'MultiPoint' }, '/coordinates is not an array'],
  [
    'features that are none',
    { type: 'FeatureCollection', features: [feature(null), { type: 'Point' }] },
    '/features/1/type',
  ],
  ['no geometry', { type: 'Feature', properties: {} }, '/geometry/type'],
  ['no properties', { type: 'Feature', geometry: null }, '/properties'],
  [
    'a fault deep inside',
    { type: 'FeatureCollection', features: [feature({ type: 'Polygon', coordinates: [[1]] })] },
    '/features/0/geometry/coordinates/0',
  ],
  ['collections without end', nested(40), 'more than 16 collections deep'],
])('%s is named, with where it is', (_, document, where) => {
  expect(geojsonFault(document)).toContain(where);
});

test('a type is only one of those of RFC 7946', () => {
  expect(geojsonTypeOf({ type: 'FeatureCollection' })).toBe('FeatureCollection');
  for (const other of [null, 'Point', { type: 1 }, { type: 'toString' }]) expect(geojsonTypeOf(other)).toBeUndefined();
});

test('the features of a collection are counted', () => {
  expect(featureCountOf({ type: 'FeatureCollection', features: [feature(null), feature(null)] })).toBe(2);
});
