import type { DirectoryAnswer, DirectoryUser, UserDirectory } from '../../src/aws/user-directory';

export const chunksOf = async function* (text: string | Buffer, bytes = 64 * 1024): AsyncGenerator<Uint8Array> {
  const whole = Buffer.from(text);
  for (let start = 0; start < whole.length; start += bytes) yield whole.subarray(start, start + bytes);
};

export const aUser = (role: string | null = 'analyst', firstName: string | null = 'Ann'): DirectoryUser => ({
  firstName,
  lastName: 'Lee',
  role,
});

/** A directory that remembers what it was asked. `fail` says how a request fails, by its number from 0. */
export function aDirectory(
  users: ReadonlyMap<string, DirectoryUser | null>,
  fail: (request: number, ids: readonly string[]) => DirectoryAnswer['failure'] = () => undefined,
) {
  const requests: (readonly string[])[] = [];
  let underWay = 0;
  let mostAtOnce = 0;
  const directory: UserDirectory = {
    async fetchUsers(ids) {
      const failure = fail(requests.length, ids);
      requests.push(ids);
      underWay += 1;
      mostAtOnce = Math.max(mostAtOnce, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      if (failure) return { users: new Map(), failure };
      return { users: new Map(ids.map((id) => [id, users.get(id) ?? null])) };
    },
  };
  return { directory, requests, mostAtOnce: () => mostAtOnce };
}

/** A clock that does not wait, and remembers how long it should have. */
export function aClock() {
  const waitsMs: number[] = [];
  return {
    waitsMs,
    sleep: async (ms: number) => {
      waitsMs.push(ms);
    },
  };
}
