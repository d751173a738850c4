// GeoJSON by RFC 7946, as far as a reader depends on it: types, features, and the shape of coordinates. What a document
// says beyond that is its own business. The check stops at the first fault and goes to a bounded depth.

type Json = unknown;

/** What RFC 7946 calls a document's type, or undefined where it names none. */
export function geojsonTypeOf(document: Json): string | undefined {
  const type = isObject(document) ? document['type'] : undefined;
  return typeof type === 'string' && (type === 'FeatureCollection' || type === 'Feature' || isGeometryType(type))
    ? type
    : undefined;
}

/** What is wrong with a document, with a JSON pointer to it; undefined for sound GeoJSON. */
export function geojsonFault(document: Json): string | undefined {
  switch (geojsonTypeOf(document)) {
    case undefined:
      return '/type is not one of FeatureCollection, Feature and the seven geometries';
    case 'FeatureCollection':
      return collectionFault(document);
    case 'Feature':
      return featureFault(document, '');
    default:
      return geometryFault(document, '', 0);
  }
}

/** Of sound GeoJSON; a geometry by itself counts as one. */
export function featureCountOf(document: Json): number {
  const features = isObject(document) ? document['features'] : undefined;
  return Array.isArray(features) ? features.length : 1;
}

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function collectionFault(document: Json): string | undefined {
  const features = isObject(document) ? document['features'] : undefined;
  if (!Array.isArray(features)) return '/features is not an array';
  return firstFault(features, '/features', featureFault);
}

function featureFault(feature: Json, at: string): string | undefined {
  if (!isObject(feature) || feature['type'] !== 'Feature') return `${at}/type is not Feature`;
  const { geometry, properties } = feature;
  if (properties !== null && !isObject(properties)) return `${at}/properties is not an object or null`;
  return geometry === null ? undefined : geometryFault(geometry, `${at}/geometry`, 0);
}

/** The RFC advises against collections in collections; deeper ones than this are no maps. */
const maxDepth = 16;

function geometryFault(geometry: Json, at: string, depth: number): string | undefined {
  const type = isObject(geometry) ? geometry['type'] : undefined;
  if (!isObject(geometry) || typeof type !== 'string' || !isGeometryType(type)) return `${at}/type is not a geometry's`;
  if (type !== 'GeometryCollection') return coordinateRules[type]?.(geometry['coordinates'], `${at}/coordinates`);
  const { geometries } = geometry;
  if (!Array.isArray(geometries)) return `${at}/geometries is not an array`;
  if (depth >= maxDepth) return `${at}/geometries lies more than ${maxDepth} collections deep`;
  return firstFault(geometries, `${at}/geometries`, (each, where) => geometryFault(each, where, depth + 1));
}

type Rule = (value: Json, at: string) => string | undefined;

function firstFault(values: readonly Json[], at: string, rule: Rule): string | undefined {
  for (const [index, value] of values.entries()) {
    const fault = rule(value, `${at}/${index}`);
    if (fault) return fault;
  }
  return undefined;
}

const position: Rule = (value, at) =>
  Array.isArray(value) && value.length >= 2 && value.every((number) => typeof number === 'number')
    ? undefined
    : `${at} is not a position: two or more numbers`;

const listOf =
  (rule: Rule, least = 0): Rule =>
  (value, at) => {
    if (!Array.isArray(value)) return `${at} is not an array`;
    if (value.length < least) return `${at} has ${value.length} positions; ${least} are needed`;
    return firstFault(value, at, rule);
  };

const line = listOf(position, 2);

/** Section 3.1.6: at least four positions, of which the last is the first. */
const ring: Rule = (value, at) => {
  const fault = listOf(position, 4)(value, at);
  if (fault) return fault;
  const positions = value as readonly (readonly number[])[];
  const isClosed = String(positions[0]) === String(positions.at(-1));
  return isClosed ? undefined : `${at} is not closed: its last position is not its first`;
};

/** Section 3.1: coordinates without any position are those of no place. */
const orEmpty =
  (rule: Rule): Rule =>
  (value, at) =>
    Array.isArray(value) && value.length === 0 ? undefined : rule(value, at);

const coordinateRules: Readonly<Record<string, Rule>> = {
  Point: orEmpty(position),
  MultiPoint: listOf(position),
  LineString: orEmpty(line),
  MultiLineString: listOf(line),
  Polygon: listOf(ring),
  MultiPolygon: listOf(listOf(ring)),
};

const isGeometryType = (type: string): boolean => type === 'GeometryCollection' || Object.hasOwn(coordinateRules, type);
