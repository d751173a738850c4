import { anyTime, type Operation } from '../operation';
import { copyOf, type State } from '../state';
import { anySignedIn, tokenOf } from './files';

interface Entry {
  readonly folder: string;
  readonly filename: string;
}

const saidBy = ({ folder, filename }: Entry): string => JSON.stringify([folder, filename]);
const creationDate = '2026-11-20T12:00:00Z';
const anyId = /^[0-9a-f]{64}$/;

export const reportLateFiles: Operation<{ readonly email: string; readonly entries: readonly Entry[] }> = {
  weight: 5,
  draw: (state, random) => {
    const email = anySignedIn(state, random);
    const entry = () => ({ folder: `Folder_${random.below(4)}`, filename: `file${random.below(12)}.txt` });
    return email === undefined ? undefined : { email, entries: Array.from({ length: 1 + random.below(3) }, entry) };
  },
  send: (state, { email, entries }, ask) => {
    const token = tokenOf(state, email);
    const sla_error = entries.map(({ folder, filename }) => ({ folder, sla: 20, files: [{ filename, creationDate }] }));
    return token === undefined ? undefined : ask({ path: '/sla-errors', json: { sla_error }, token });
  },
  apply: ({ users }, { email, entries }, answer) => {
    const reports = users[email]?.reports ?? {};
    const isNew = new Set(entries.map(saidBy).filter((said) => !(said in reports)));
    const known = entries.map((entry) => reports[saidBy(entry)]);
    for (const [index, entry] of entries.entries()) reports[saidBy(entry)] ??= answer?.body?.error_ids?.[index];
    return {
      body: {
        stored: isNew.size,
        duplicates: entries.length - isNew.size,
        error_ids: entries.map((entry, index) => known[index] ?? reports[saidBy(entry)] ?? anyId),
      },
    };
  },
  // A fault half way leaves some of the entries, and a repeat stores the rest.
  halves: (state, { email, entries }) =>
    Array.from({ length: 2 ** entries.length }, (_, bits) => {
      const half: State = copyOf(state);
      const reports = half.users[email]?.reports ?? {};
      for (const [index, entry] of entries.entries()) {
        if (bits & (1 << index) && !(saidBy(entry) in reports)) reports[saidBy(entry)] = undefined;
      }
      return half;
    }),
};

export const listLateFiles: Operation<{ readonly email: string }> = {
  weight: 4,
  draw: (state, random) => {
    const email = anySignedIn(state, random);
    return email === undefined ? undefined : { email };
  },
  send: (state, { email }, ask) => {
    const token = tokenOf(state, email);
    return token === undefined ? undefined : ask({ path: '/sla-errors?limit=1000', token });
  },
  apply: ({ users }, { email }, answer) => {
    const reports = users[email]?.reports ?? {};
    const listed: readonly { readonly folder: string; readonly files: readonly { readonly filename: string }[] }[] =
      answer?.body?.data ?? [];
    // Newest first: reports of one millisecond may come in any order.
    const order = listed.map(({ folder, files }) => saidBy({ folder, filename: files[0]?.filename ?? '' }));
    const said = [...new Set([...order.filter((each) => each in reports), ...Object.keys(reports)])];
    const data = said.map((each) => {
      const [folder, filename] = JSON.parse(each);
      const files = [{ filename, creation_date: creationDate, creation_date_utc: /^2026-11-20T12:00:00(\.000)?Z$/ }];
      return { error_id: reports[each] ?? anyId, folder, sla: 20, files, received_at: anyTime };
    });
    return { body: { data, next_cursor: null } };
  },
};
