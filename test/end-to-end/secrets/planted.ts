import { type Operation, resolved, type Schema } from '../fuzz/document';

// Requests of which each has a canary in one of its fields: whatever a route takes, by the document of the route table.

/** Stands in every field; no program has a word like it. */
export const canary = 'kanarie-vogeltje';

export interface Planted {
  /** Where the canary is. */
  readonly field: string;
  readonly path: string;
  readonly init: RequestInit & { readonly headers: Record<string, string> };
  /** Whether the request is sent as its owner. */
  readonly isSignedIn: boolean;
}

/** For each field of an operation a request, good in all else; `idOf` gives an id that exists. */
export function plantedIn(operation: Operation, idOf: (path: string) => string): readonly Planted[] {
  const { method, path: template, parameters, requestBody } = operation;
  const example = (name: string) => parameters.find((parameter) => parameter.name === name)?.example ?? '';
  const path = template.replace(/\{(\w+)\}/g, (_, name) => (name === 'id' ? idOf(template) : String(example(name))));
  const [type, described] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const good: Planted = {
    field: '',
    path,
    init: {
      method,
      headers: type === undefined || type.startsWith('multipart') ? {} : { 'content-type': type },
      ...(type !== undefined && { body: bodyOf(type, described?.example) }),
    },
    isSignedIn: true,
  };
  const withHeader = (name: string, value: string, isSignedIn = true): Planted => ({
    ...good,
    field: `header ${name}`,
    init: { ...good.init, headers: { ...good.init.headers, [name]: value } },
    isSignedIn,
  });

  const inPath = [...template.matchAll(/\{(\w+)\}/g)].map(([hole, name]) => ({
    ...good,
    field: `path ${name}`,
    path: template.replace(hole, canary).replace(/\{\w+\}/g, 'x'),
  }));
  const inQuery = [...parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name), canary].map(
    (name) => ({ ...good, field: `query ${name}`, path: `${path}?${name}=${canary}` }),
  );
  const heeded = parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name }) => withHeader(name, `"${canary}"`));
  const general = {
    ...good,
    field: 'headers of any request',
    init: { ...good.init, headers: { ...generalHeaders, ...good.init.headers } },
  };
  const tokens = [
    `Bearer ${canary}`,
    `Bearer ${Buffer.from(`{"kid":"${canary}"}`).toString('base64url')}.${Buffer.from(`{"sub":"${canary}"}`).toString('base64url')}.x`,
    `Basic ${Buffer.from(`${canary}:${canary}`).toString('base64')}`,
  ].map((token) => withHeader('authorization', token, false));
  const bodies = type === undefined ? [] : bodiesOf(type, described?.schema ?? {}, described?.example);
  const inBody = bodies.map(({ field, body, contentType }) => ({
    ...good,
    field,
    init: { ...good.init, headers: headersOf(contentType), body },
  }));
  return [...inPath, ...inQuery, ...heeded, general, ...tokens, ...inBody];
}

/** No route heeds these, so one request has them all. */
const generalHeaders: Readonly<Record<string, string>> = Object.fromEntries(
  ['user-agent', 'referer', 'cookie', 'accept', 'origin', 'x-forwarded-for', `x-${canary}`].map((name) => [
    name,
    `"${canary}"`,
  ]),
);

const headersOf = (contentType: string | undefined): Record<string, string> =>
  contentType === undefined ? {} : { 'content-type': contentType };

interface PlantedBody {
  readonly field: string;
  readonly body: string | FormData;
  /** A form sets its own. */
  readonly contentType?: string;
}

const bodyOf = (type: string, example: unknown): string | FormData => {
  if (type.startsWith('multipart')) return formOf('file', `${canary}.csv`, `${canary},v\n1,2\n`);
  return typeof example === 'string' ? example : JSON.stringify(example ?? {});
};

function bodiesOf(type: string, schema: Schema, example: unknown): readonly PlantedBody[] {
  const contentType = 'application/json';
  const odd = [
    { field: 'the whole body', body: canary, contentType },
    { field: 'a body that is cut', body: `{"${canary}": "${canary}`, contentType },
    { field: 'a text of JSON', body: JSON.stringify(canary), contentType },
    { field: 'the type of the body', body: '{}', contentType: `${canary}/json; charset=${canary}` },
    { field: 'bytes', body: `${canary},v\n"${canary}\n`, contentType: 'text/csv' },
    { field: 'the name of a field', body: formOf(canary, 'a.csv', canary) },
    { field: 'the name of a file', body: formOf('file', `${canary}.csv`, 'a\n') },
    { field: 'what a file holds', body: formOf('file', 'a.csv', `${canary}\n`) },
    { field: 'a boundary', body: `--${canary}`, contentType: `multipart/form-data; boundary=${canary}` },
  ];
  if (!type.includes('json')) return odd;
  const places = [...placesOf(schema, example), [canary]];
  const fields = places.map((place) => ({
    field: `body ${place.join('.')}`,
    body: JSON.stringify(withCanary(example ?? {}, place)),
    contentType,
  }));
  return [...fields, ...odd];
}

function formOf(field: string, name: string, content: string): FormData {
  const form = new FormData();
  form.set(field, new Blob([content], { type: `text/${canary}` }), name);
  return form;
}

type Step = string | number;

/** Every place in a value of the schema, those that the example leaves out too. */
function placesOf(given: Schema, example: unknown): readonly (readonly Step[])[] {
  const schema = resolved(given);
  const variants = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (variants) return variants.flatMap((variant) => placesOf(variant, example));
  if (schema.type === 'array') return [[], ...placesOf(schema.items ?? {}, undefined).map((place) => [0, ...place])];
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    placesOf(property, undefined).map((place) => [name, ...place]),
  );
  return [[], ...inner];
}

/** A copy in which the place holds the canary. */
function withCanary(value: unknown, [step, ...rest]: readonly Step[]): unknown {
  if (step === undefined) return `${canary}@example.com`;
  if (typeof step === 'number') return [withCanary(Array.isArray(value) ? value[0] : {}, rest)];
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  return { ...fields, [step]: withCanary(fields[step], rest) };
}
