import { randomUUID } from 'node:crypto';
import { isBytes, type Route } from '../../../src/api/route';

interface Request {
  readonly path: string;
  readonly init: RequestInit;
}

/** A request of a row that nothing is wrong with, after its example. Each creates under a name of its own. */
export function requestOf(row: Route, id?: string): Request {
  const { method, body, example } = row;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(example.query ?? {})) {
    query.set(name, name === 'name' ? randomUUID() : String(value));
  }
  const path = row.path.replace(/\{\w+\}/, encodeURIComponent(id ?? '')) + (query.size > 0 ? `?${query}` : '');
  if (body === undefined) return { path, init: { method } };
  if (!isBytes(body)) {
    const given = example.body as Record<string, unknown>;
    const named = 'name' in given ? { ...given, name: randomUUID() } : given;
    return { path, init: { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(named) } };
  }
  const type = body.mediaTypes.includes('text/csv') ? 'text/csv' : 'multipart/form-data; boundary=datadock';
  return { path, init: { method, headers: { 'content-type': type }, body: String(example.body) } };
}

/** Whether a row may change something that is there. */
export const isWrite = ({ method }: Route): boolean => method !== 'GET' && method !== 'HEAD';
