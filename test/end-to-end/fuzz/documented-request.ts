import type { Operation } from './document';
import type { World } from './requests';
import { jsonOf, type Known } from './values';
import type { Sent } from './wire';

/**
 * The request that the document shows for an operation, with what exists on the server in place of what the example names.
 * Beside many hostile ones it sees to it that each operation is reached.
 */
export function documentedRequest(operation: Operation, { known, good }: World, who: keyof World['good']): Sent {
  const { method, path, parameters, requestBody, security } = operation;
  const ids = known[path.split('/')[1] ?? ''];
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    String((name === 'id' && ids?.[0]) || parameters.find((parameter) => parameter.name === name)?.example),
  );
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`)
    .join('&');
  const { type, bytes } = bodyOf(requestBody?.content ?? {}, known);
  const headers: (readonly [string, string])[] = [];
  if (type !== undefined) headers.push(['content-type', type]);
  if (security.length > 0) headers.push(['authorization', good[who]]);
  return { method, path: `/api/v1${target}${query && `?${query}`}`, headers, body: bytes };
}

type Content = NonNullable<Operation['requestBody']>['content'];

/** The body that has an example; of a form, the file alone. */
function bodyOf(content: Content, known: Known): { readonly type: string | undefined; readonly bytes: Buffer } {
  const [type, described] = Object.entries(content).at(-1) ?? [];
  const example = described?.example ?? Object.values(described?.examples ?? {})[0];
  if (type === undefined || example === undefined) return { type: undefined, bytes: Buffer.alloc(0) };
  if (typeof example === 'string') return { type, bytes: Buffer.from(example) };
  const fields = Object.entries(example as object).map(
    ([name, value]) => [name, known[name]?.at(-1) ?? value] as const,
  );
  if (type === 'application/json') return { type, bytes: Buffer.from(jsonOf(Object.fromEntries(fields))) };
  const file = String(Object.fromEntries(fields)['file']);
  const head = 'Content-Disposition: form-data; name="file"; filename="documented.csv"\r\nContent-Type: text/csv';
  return { type: 'multipart/form-data; boundary=b', bytes: Buffer.from(`--b\r\n${head}\r\n\r\n${file}\r\n--b--\r\n`) };
}
