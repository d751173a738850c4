import type { Expected, Operation } from '../operation';
import { anyTime } from '../operation';
import type { Random } from '../random';
import {
  type Content,
  idOf,
  liveSession,
  type ModelFile,
  md5Of,
  openUsers,
  type State,
  sha256Of,
  sizeOf,
  textOf,
} from '../state';

interface OfFile {
  readonly email: string;
  readonly name: string;
}

/** Few, so that operations meet. */
export const names = ['a.csv', 'b.csv', 'Århus & Ö.csv', '100% "quoted".csv', 'notes.txt', '数据.csv'];

let seeds = 0;
export const newContent = (random: Random): Content => ({
  seed: `s${random.below(1e9)}-${seeds++}`,
  rows: random.below(60),
});

export const tokenOf = ({ users }: State, email: string): string | undefined => {
  const user = users[email];
  return user && liveSession(user)?.access;
};

export const anySignedIn = (state: State, random: Random): string | undefined =>
  random.oneOf(openUsers(state).filter(liveSession))?.email;

/** A file that is there, as a rule. */
function drawFile(state: State, random: Random): OfFile | undefined {
  const email = anySignedIn(state, random);
  if (email === undefined) return undefined;
  const there = Object.keys(state.users[email]?.files ?? {});
  const name = random.oneOf(there.length > 0 && random.isIn(85) ? there : names);
  return name === undefined ? undefined : { email, name };
}

const fileOf = ({ users }: State, { email, name }: OfFile): ModelFile | undefined => users[email]?.files[name];
const etagOf = (file: ModelFile) => file.etag ?? /^".+"$/;
const missing: Expected = { code: 'FileNotFound' };

export const shownFile = (name: string, file: ModelFile) => ({
  id: idOf(name),
  name,
  size: sizeOf(file.content),
  etag: etagOf(file),
  updated_at: anyTime,
});

export const createFile: Operation<OfFile & { readonly content: Content }> = {
  weight: 8,
  draw: (state, random) => {
    const email = anySignedIn(state, random);
    const name = random.oneOf(names);
    return email === undefined || name === undefined ? undefined : { email, name, content: newContent(random) };
  },
  send: (state, { email, name, content }, ask) => {
    const token = tokenOf(state, email);
    return token === undefined
      ? undefined
      : ask({ path: `/files?name=${encodeURIComponent(name)}`, csv: textOf(content), token });
  },
  apply: ({ users }, { email, name, content }) => {
    const user = users[email];
    if (!user || user.files[name]) return { code: 'FileExists' };
    const file: ModelFile = { content, etag: md5Of(content), type: 'text/csv' };
    user.files[name] = file;
    return { body: { ...shownFile(name, file), sha256: sha256Of(content), content_type: file.type }, etag: file.etag };
  },
};

export const replaceFile: Operation<OfFile & { readonly content: Content; readonly match: 'none' | 'right' | 'old' }> =
  {
    weight: 6,
    draw: (state, random) => {
      const file = drawFile(state, random);
      const match = random.oneOf(['none', 'right', 'old'] as const) ?? 'none';
      return file && { ...file, content: newContent(random), match };
    },
    send: (state, { match, content, ...of }, ask) => {
      const token = tokenOf(state, of.email);
      if (token === undefined) return undefined;
      const right = fileOf(state, of)?.etag ?? '*';
      const headers: Record<string, string> =
        match === 'none' ? {} : { 'if-match': match === 'right' ? right : '"of another version"' };
      return ask({ method: 'PUT', path: `/files/${idOf(of.name)}/content`, csv: textOf(content), token, headers });
    },
    apply: (state, { match, content, ...of }) => {
      if (!fileOf(state, of)) return missing;
      if (match === 'old') return { code: 'FileChanged' };
      const file: ModelFile = { content, etag: md5Of(content), type: 'text/csv' };
      const user = state.users[of.email];
      if (user) user.files[of.name] = file;
      return {
        body: { ...shownFile(of.name, file), sha256: sha256Of(content), content_type: file.type },
        etag: file.etag,
      };
    },
  };

export const deleteFile: Operation<OfFile> = {
  weight: 4,
  draw: drawFile,
  send: (state, { email, name }, ask) => {
    const token = tokenOf(state, email);
    return token === undefined ? undefined : ask({ method: 'DELETE', path: `/files/${idOf(name)}`, token });
  },
  apply: (state, of) => {
    if (!fileOf(state, of)) return missing;
    delete state.users[of.email]?.files[of.name];
    return { body: { deleted: true } };
  },
};

export const describeFile: Operation<OfFile> = {
  weight: 5,
  draw: drawFile,
  send: (state, { email, name }, ask) => {
    const token = tokenOf(state, email);
    return token === undefined ? undefined : ask({ path: `/files/${idOf(name)}`, token });
  },
  apply: (state, of) => {
    const file = fileOf(state, of);
    return file ? { body: { ...shownFile(of.name, file), content_type: file.type, columns: ['a', 'b'] } } : missing;
  },
};

export const readFile: Operation<OfFile & { readonly isKnown: boolean }> = {
  weight: 7,
  draw: (state, random) => {
    const file = drawFile(state, random);
    return file && { ...file, isKnown: random.isIn(20) };
  },
  send: (state, { isKnown, ...of }, ask) => {
    const token = tokenOf(state, of.email);
    const known = isKnown ? fileOf(state, of)?.etag : undefined;
    const headers: Record<string, string> = known === undefined ? {} : { 'if-none-match': known };
    return token === undefined ? undefined : ask({ path: `/files/${idOf(of.name)}/content`, token, headers });
  },
  apply: (state, { isKnown, ...of }) => {
    const file = fileOf(state, of);
    if (!file) return missing;
    if (isKnown && file.etag !== undefined) return { status: 304, body: '', etag: file.etag };
    return { body: textOf(file.content), etag: etagOf(file) };
  },
};

/** Those of the content that the file must have. */
export const countRows: Operation<OfFile> = {
  weight: 5,
  draw: drawFile,
  send: (state, of, ask) => {
    const token = tokenOf(state, of.email);
    const expression = `SELECT COUNT(*) AS n FROM S3Object s WHERE s.a = '${fileOf(state, of)?.content.seed}'`;
    const json = { expression, output: { format: 'ndjson' } };
    return token === undefined ? undefined : ask({ path: `/files/${idOf(of.name)}/query`, json, token });
  },
  apply: (state, of) => {
    const content = fileOf(state, of)?.content;
    return content ? { body: { n: content.rows } } : missing;
  },
};

export const listFiles: Operation<{ readonly email: string }> = {
  weight: 6,
  draw: (state, random) => {
    const email = anySignedIn(state, random);
    return email === undefined ? undefined : { email };
  },
  send: (state, { email }, ask) => {
    const token = tokenOf(state, email);
    return token === undefined ? undefined : ask({ path: '/files?limit=1000', token });
  },
  apply: ({ users }, { email }) => {
    const files = Object.entries(users[email]?.files ?? {});
    const data = files
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map(([name, file]) => shownFile(name, file));
    return { body: { data, next_cursor: null } };
  },
};
