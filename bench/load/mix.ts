import { formOf, formType, smallCsv } from './bodies';
import type { User, World } from './world';

// What the load is made of. Of a hundred requests about so many are of each kind; what a kind asks for is drawn at random. Files
// that were created are deleted again, so that a long run lists about as many at its end as at its beginning.

export interface Ask {
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly token?: string;
  readonly type?: string;
  readonly body?: string | Buffer;
  /** The whole answer, where it is known beforehand. */
  readonly answer?: string;
  /** Told of an answer that was as it must be. */
  readonly done?: (text: string) => void;
}

interface Kind {
  readonly name: string;
  readonly weight: number;
  /** Undefined while there is nothing to ask for: then the next kind is asked. */
  readonly ask: () => Ask | undefined;
}

/** The kinds of requests to a prepared server. `random` gives a whole number below its argument. */
export function mixOf(
  { users, password, aggregate, filter }: World,
  random: (below: number) => number,
): readonly Kind[] {
  const oneOf = <T>(values: readonly T[]): T => values[random(values.length)] as T;
  const user = (): User => oneOf(users);
  const created: { readonly id: string; readonly token: string }[] = [];
  const processedMaps = users.flatMap(({ maps }) => maps);
  const newMaps: string[] = [];
  let count = 0;
  const get = (path: string, token?: string): Ask => ({ method: 'GET', path, ...(token && { token }) });
  const post = (path: string, body: unknown, token?: string): Ask => ({
    method: 'POST',
    path,
    type: 'application/json',
    body: JSON.stringify(body),
    ...(token && { token }),
  });

  const query = ({ expression, answer }: World['aggregate']): Ask => {
    const { token, largeFile } = user();
    return { ...post(`/files/${largeFile}/query`, { expression }, token), answer };
  };

  return [
    { name: 'health', weight: 4, ask: () => get('/health') },
    { name: 'limits', weight: 3, ask: () => get('/limits') },
    { name: 'sign in', weight: 1, ask: () => post('/auth/login', { email: user().email, password }) },
    { name: 'list files', weight: 14, ask: () => get('/files', user().token) },
    {
      name: 'describe a file',
      weight: 8,
      ask: () => {
        const { token, smallFiles } = user();
        return get(`/files/${oneOf(smallFiles)}`, token);
      },
    },
    {
      name: 'download a small file',
      weight: 12,
      ask: () => {
        const { token, smallFiles } = user();
        return { ...get(`/files/${oneOf(smallFiles)}/content`, token), answer: smallCsv };
      },
    },
    {
      name: 'upload a small file',
      weight: 6,
      ask: () => {
        const { token } = user();
        const done = (text: string) => created.push({ id: JSON.parse(text).id, token });
        const path = `/files?name=${encodeURIComponent(`load ${process.pid} ${count++}.csv`)}`;
        return { method: 'POST', path, token, type: 'text/csv', body: smallCsv, done };
      },
    },
    {
      name: 'delete a file',
      weight: 6,
      ask: () => {
        const file = created.splice(random(created.length), 1)[0];
        return file && { method: 'DELETE', path: `/files/${file.id}`, token: file.token };
      },
    },
    { name: 'query: aggregate', weight: 6, ask: () => query(aggregate) },
    { name: 'query: filter', weight: 6, ask: () => query(filter) },
    {
      name: 'report late files',
      weight: 5,
      ask: () => {
        const files = [{ filename: `late ${process.pid} ${count++}.txt`, creationDate: '2026-11-20T12:00:00Z' }];
        return post('/sla-errors', { sla_error: [{ folder: `Folder_${random(20)}`, sla: 20, files }] }, user().token);
      },
    },
    { name: 'list late files', weight: 5, ask: () => get('/sla-errors?limit=20', user().token) },
    { name: "a customer's interactions", weight: 7, ask: () => get(`/interactions/${oneOf([1, 3, 4])}`, user().token) },
    {
      name: 'interactions, counted',
      weight: 5,
      ask: () => get('/statistics/interactions?group_by=channel,month', user().token),
    },
    {
      name: 'upload a map',
      weight: 3,
      ask: () => ({
        method: 'POST',
        path: '/maps',
        token: user().token,
        type: formType,
        body: formOf('town.txt', `north is up ${count++}`),
        done: (text) => newMaps.push(JSON.parse(text).id),
      }),
    },
    {
      name: 'status of a map',
      weight: 5,
      ask: () => {
        const id = newMaps.splice(random(newMaps.length), 1)[0];
        if (id === undefined) return undefined;
        const done = (text: string) => (JSON.parse(text).status === 'processed' ? processedMaps : newMaps).push(id);
        return { ...get(`/maps/${id}/status`), done };
      },
    },
    { name: 'download a map', weight: 4, ask: () => get(`/maps/${oneOf(processedMaps)}`) },
  ];
}
