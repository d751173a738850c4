import type { Ask } from './ask';
import { anyText } from './operation';
import { shownFile } from './operations/files';
import { admin, referenceOf } from './operations/interactions';
import { shownParts } from './operations/uploads';
import { liveSession, type ModelUpload, openUsers, type State, type User } from './state';

// All that can be seen from outside, as the model expects it (patterns) and as the product shows it. After each restart the two
// are compared; after a kill in the middle of a step, with what there would be without the step, with it and, where a document
// says so, with a half of it.

/** Whose password is tried: to try everybody's would take longer than all else. */
export interface Doubt {
  readonly email: string;
  readonly passwords: readonly string[];
}

const groupBy = 'month,channel';
const mapsOf = (state: State, email: string) => state.maps.filter(({ owner }) => owner === email);
const byText = (a: string, b: string) => (a < b ? -1 : 1);

const accountOf = (user: User | undefined) =>
  !user?.isActive ? 'closed' : user.isConfirmed ? user.password : 'unconfirmed';

/** What the model expects. */
export function expectedView(state: State, doubt: Doubt | undefined): unknown {
  const { lines, total } = referenceOf(state.imports).statistics(groupBy.split(','), { match: 'exact' });
  return {
    ...(doubt && { account: accountOf(state.users[doubt.email]) }),
    users: Object.fromEntries(
      openUsers(state).map((user) => [
        user.email,
        {
          sessions: user.sessions.map(({ isOver }) => !isOver),
          files: Object.entries(user.files)
            .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
            .map(([name, file]) => shownFile(name, file)),
          reports: Object.keys(user.reports).sort(byText),
          maps: mapsOf(state, user.email)
            .map(({ ref, id, isPublic }) => ({ name: `${ref}.txt`, id: id ?? anyText, is_public: isPublic }))
            .sort((a, b) => byText(a.name, b.name)),
          uploads: openUploads(state, user).map((upload) => (upload.isOpen ? shownParts(upload) : 'missing')),
        },
      ]),
    ),
    interactions: { lines, total },
  };
}

/** Those of which the model does not yet know for long that they are over. */
const openUploads = ({ uploads }: State, { email }: User): readonly ModelUpload[] =>
  uploads.slice(-40).filter(({ owner }) => owner === email);

export interface View {
  readonly account?: string;
  readonly users: Readonly<Record<string, UserView>>;
  readonly interactions: unknown;
}

interface UserView {
  readonly sessions: readonly boolean[];
  readonly files: readonly { readonly name: string; readonly etag: string }[];
  readonly reports: readonly string[];
  readonly maps: readonly { readonly name: string; readonly id: string }[];
  readonly uploads: readonly unknown[];
}

/** What the product shows. The state tells who there is to ask as, and what is not listed. */
export async function observe(state: State, ask: Ask, doubt: Doubt | undefined): Promise<View> {
  const login = async (email: string, password: string) => {
    const { status, body } = await ask({ path: '/auth/login', json: { email, password } });
    return status === 200 ? { token: body.access_token as string } : { code: body.code as string };
  };
  const tokens = new Map<string, string>();
  let account: string | undefined;
  if (doubt) {
    account = 'closed';
    for (const password of doubt.passwords) {
      const { token, code } = await login(doubt.email, password);
      if (code === 'EmailNotConfirmed') account = 'unconfirmed';
      if (token === undefined) continue;
      account = password;
      tokens.set(doubt.email, token);
      break;
    }
  }
  const users: Record<string, UserView> = {};
  for (const user of Object.values(state.users)) {
    const isOpen = user.email === doubt?.email ? tokens.has(user.email) : user.isConfirmed && user.isActive;
    if (!isOpen) continue;
    const sessions: boolean[] = [];
    for (const { access } of user.sessions) sessions.push((await ask({ path: '/me', token: access })).status === 200);
    const token = tokens.get(user.email) ?? liveSession(user)?.access ?? (await login(user.email, user.password)).token;
    if (token === undefined) throw new Error(`${user.email} cannot sign in`);
    users[user.email] = { sessions, ...(await dataOf(state, user, token, ask)) };
  }
  return {
    ...(account !== undefined && { account }),
    users,
    interactions: await interactions((await login(admin.email, admin.password)).token, ask),
  };
}

async function dataOf(state: State, user: User, token: string, ask: Ask): Promise<Omit<UserView, 'sessions'>> {
  const list = async (path: string) => (await ask({ path: `${path}?limit=1000`, token })).body.data;
  const reports: { readonly folder: string; readonly files: readonly [{ readonly filename: string }] }[] =
    await list('/sla-errors');
  const maps: { readonly name: string; readonly id: string; readonly is_public: boolean }[] = await list('/maps');
  const uploads: unknown[] = [];
  for (const { id } of openUploads(state, user)) {
    const { status, body } = await ask({ path: `/uploads/${id}`, token });
    uploads.push(status === 200 ? body.parts : status === 404 ? 'missing' : body);
  }
  return {
    files: await list('/files'),
    reports: reports.map(({ folder, files: [{ filename }] }) => JSON.stringify([folder, filename])).sort(byText),
    maps: maps.map(({ name, id, is_public }) => ({ name, id, is_public })).sort((a, b) => byText(a.name, b.name)),
    uploads,
  };
}

async function interactions(token: string | undefined, ask: Ask): Promise<unknown> {
  const { body } = await ask({ path: `/statistics/interactions?group_by=${groupBy}`, token });
  const rows: { readonly month: string; readonly channel: string; readonly count: number }[] = body.data;
  const counted = rows.filter(({ count }) => count > 0);
  const lines = Object.fromEntries(
    counted.map(({ month, channel, count }) => [JSON.stringify([month, channel]), count]),
  );
  return { lines, total: body.total };
}

/** Takes over what only the product knows, of steps whose answer was lost. */
export function adopt(state: State, view: View): void {
  for (const [email, { files, maps }] of Object.entries(view.users)) {
    for (const { name, etag } of files) {
      const file = state.users[email]?.files[name];
      if (file) file.etag ??= etag;
    }
    for (const map of mapsOf(state, email)) map.id ??= maps.find(({ name }) => name === `${map.ref}.txt`)?.id;
  }
}
