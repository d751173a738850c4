import type { Answer } from '../ask';
import { anyText, type Expected, type Operation, uuid } from '../operation';
import type { Random } from '../random';
import type { ModelMap, State } from '../state';
import { anySignedIn, tokenOf } from './files';

interface OfMap {
  readonly ref: string;
  /** Who asks; undefined is a guest. */
  readonly email?: string | undefined;
}

const missing: Expected = { code: 'MapNotFound' };
const mapOf = ({ maps }: State, { ref }: OfMap): ModelMap | undefined => maps.find((map) => map.ref === ref);
const visibleTo = (map: ModelMap | undefined, email: string | undefined) =>
  map && (map.isPublic || map.owner === email);

function drawMap(state: State, random: Random): OfMap | undefined {
  const map = random.oneOf(state.maps.slice(-30).filter(({ id }) => id !== undefined));
  if (!map) return undefined;
  const email = random.isIn(50) ? map.owner : random.isIn(50) ? anySignedIn(state, random) : undefined;
  if (email !== undefined && tokenOf(state, email) === undefined) return undefined;
  return { ref: map.ref, email };
}

/** How far a map may be: what is over stays as it is, and processing ends in one way. */
export const stillPossible = ({ status, ending }: ModelMap): readonly string[] =>
  status === ending ? [ending] : ['pending', 'processing', ending];

/** Notes how far it has been seen. */
export function see(map: ModelMap, status: unknown): void {
  if (typeof status === 'string' && stillPossible(map).includes(status)) map.status = status;
}

const shownMap = (map: ModelMap) => ({
  id: map.id ?? uuid,
  name: `${map.ref}.txt`,
  status: (status: unknown) => stillPossible(map).some((possible) => possible === status),
  is_public: map.isPublic,
  is_processed: (is: unknown) => typeof is === 'boolean',
  file_path: anyText,
});

export const createMap: Operation<{
  readonly ref: string;
  readonly email: string;
  readonly isPublic: boolean;
  readonly isEmpty: boolean;
}> = {
  weight: 5,
  draw: (state, random) => {
    const email = anySignedIn(state, random);
    const ref = `map ${state.maps.length} ${random.below(1e9)}`;
    return email === undefined ? undefined : { ref, email, isPublic: random.isIn(60), isEmpty: random.isIn(15) };
  },
  send: (state, { ref, email, isPublic, isEmpty }, ask) => {
    const token = tokenOf(state, email);
    if (token === undefined) return undefined;
    const form = new FormData();
    form.set('is_public', String(isPublic));
    form.set('file', new Blob([isEmpty ? '' : `north of ${ref}`]), `${ref}.txt`);
    return ask({ path: '/maps', form, token });
  },
  apply: (state, { ref, email, isPublic, isEmpty }, answer) => {
    const map: ModelMap = {
      ref,
      owner: email,
      id: answer?.body?.id,
      text: isEmpty ? '' : `north of ${ref}`,
      isPublic,
      ending: isEmpty ? 'failed' : 'processed',
      status: 'pending',
    };
    state.maps.push(map);
    return { body: { ...shownMap(map), id: uuid } };
  },
};

export const listMaps: Operation<{ readonly email: string }> = {
  weight: 3,
  draw: (state, random) => {
    const email = anySignedIn(state, random);
    return email === undefined ? undefined : { email };
  },
  send: (state, { email }, ask) => {
    const token = tokenOf(state, email);
    return token === undefined ? undefined : ask({ path: '/maps?limit=1000', token });
  },
  apply: (state, { email }, answer) => {
    const own = state.maps.filter(({ owner }) => owner === email);
    const listed: readonly { readonly id: string; readonly status: string }[] = answer?.body?.data ?? [];
    const expected = listed.map(({ id }) => own.find((map) => map.id === id)).filter((map) => map !== undefined);
    const data = expected.map(shownMap);
    for (const map of own) see(map, listed.find(({ id }) => id === map.id)?.status);
    return { body: { data: data.length === own.length ? data : own.map(shownMap), next_cursor: null } };
  },
};

export const shareMap: Operation<OfMap & { readonly isPublic: boolean }> = {
  weight: 3,
  draw: (state, random) => {
    const of = drawMap(state, random);
    return of?.email === undefined ? undefined : { ...of, isPublic: random.isIn(50) };
  },
  send: (state, { isPublic, ...of }, ask) => {
    const [map, token] = [mapOf(state, of), tokenOf(state, of.email ?? '')];
    if (map?.id === undefined || token === undefined) return undefined;
    return ask({ method: 'PATCH', path: `/maps/${map.id}`, json: { is_public: isPublic }, token });
  },
  apply: (state, { isPublic, ...of }) => {
    const map = mapOf(state, of);
    if (map?.owner !== of.email || !map) return missing;
    map.isPublic = isPublic;
    return { body: shownMap(map) };
  },
};

const askFor = (path: string): Operation<OfMap>['send'] => {
  return (state, of, ask) => {
    const map = mapOf(state, of);
    const token = of.email === undefined ? undefined : tokenOf(state, of.email);
    if (map?.id === undefined || (of.email !== undefined && token === undefined)) return undefined;
    return ask({ path: `/maps/${map.id}${path}`, token });
  };
};

export const mapStatus: Operation<OfMap> = {
  weight: 4,
  draw: drawMap,
  send: askFor('/status'),
  apply: (state, of, answer?: Answer) => {
    const map = mapOf(state, of);
    if (!map || !visibleTo(map, of.email)) return missing;
    const possible = stillPossible(map);
    see(map, answer?.body?.status);
    const bodies = { processed: { media_type: 'text/plain' }, failed: { reason: anyText } };
    return possible.map((status) => ({
      body: { status, ...(status in bodies && bodies[status as keyof typeof bodies]) },
    }));
  },
};

export const downloadMap: Operation<OfMap> = {
  weight: 5,
  draw: drawMap,
  send: askFor(''),
  apply: (state, of, answer?: Answer) => {
    const map = mapOf(state, of);
    if (!map || !visibleTo(map, of.email)) return missing;
    const wasOver = map.status === map.ending;
    const ended: Expected = map.ending === 'failed' ? { code: 'MapFailed' } : { body: map.text };
    if (answer && answer.body?.code !== 'MapNotProcessed') see(map, map.ending);
    return wasOver ? ended : [ended, { code: 'MapNotProcessed' }];
  },
};
