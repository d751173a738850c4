import type { Expected, Operation } from '../operation';
import { anyText, anyTime } from '../operation';
import type { Random } from '../random';
import { type Content, type ModelFile, type ModelUpload, type State, sizeOf, textOf } from '../state';
import { anySignedIn, names, newContent, shownFile, tokenOf } from './files';

const partBytes = 8 * 1024 * 1024;

interface OfUpload {
  readonly ref: string;
  /** Who asks: its owner, as a rule. */
  readonly email: string;
}

const uploadOf = ({ uploads }: State, { ref }: OfUpload): ModelUpload | undefined =>
  uploads.find((upload) => upload.ref === ref);
const missing: Expected = { code: 'UploadNotFound' };

/** Only to its owner, and while it is open. */
const openTo = (state: State, of: OfUpload): ModelUpload | undefined => {
  const upload = uploadOf(state, of);
  return upload?.isOpen && upload.owner === of.email ? upload : undefined;
};

function drawUpload(state: State, random: Random): OfUpload | undefined {
  const open = state.uploads.filter(({ isOpen, owner }) => isOpen && tokenOf(state, owner) !== undefined);
  const upload = random.oneOf(open.length > 0 && random.isIn(85) ? open : state.uploads.slice(-10));
  if (!upload) return undefined;
  const email = random.isIn(92) ? upload.owner : anySignedIn(state, random);
  return email === undefined || tokenOf(state, email) === undefined ? undefined : { ref: upload.ref, email };
}

export const shownParts = ({ parts, sent }: ModelUpload) =>
  Array.from({ length: parts }, (_, index) => {
    const received = sent.includes(index + 1);
    return { number: index + 1, url: anyText, received, ...(received && { etag: anyText }) };
  });

const shownUpload = (upload: ModelUpload) => ({
  id: upload.id,
  part_size: partBytes,
  parts: shownParts(upload),
  expires_at: anyTime,
});

export const beginUpload: Operation<{
  readonly ref: string;
  readonly email: string;
  readonly name: string;
  readonly content: Content;
}> = {
  weight: 4,
  draw: (state, random) => {
    const email = anySignedIn(state, random);
    const name = random.oneOf(names);
    if (email === undefined || name === undefined) return undefined;
    const small = newContent(random);
    const content = random.isIn(4) ? { ...small, rows: Math.ceil((partBytes * 1.1) / (small.seed.length + 3)) } : small;
    return { ref: `upload ${state.uploads.length} ${small.seed}`, email, name, content };
  },
  send: (state, { email, name, content }, ask) => {
    const token = tokenOf(state, email);
    return token === undefined ? undefined : ask({ path: '/uploads', json: { name, size: sizeOf(content) }, token });
  },
  apply: (state, { ref, email, name, content }, answer) => {
    if (state.users[email]?.files[name]) return { code: 'FileExists' };
    const parts = Math.ceil(sizeOf(content) / partBytes);
    const upload = { ref, owner: email, id: answer?.body?.id, name, content, parts, sent: [], isOpen: true };
    // One that nobody was told of can never be used.
    if (typeof upload.id === 'string') state.uploads.push(upload);
    return { body: { ...shownUpload(upload), id: anyText } };
  },
};

export const sendPart: Operation<OfUpload & { readonly number: number }> = {
  weight: 6,
  draw: (state, random) => {
    const of = drawUpload(state, random);
    const upload = of && openTo(state, of);
    return upload && { ...of, number: 1 + random.below(upload.parts) };
  },
  send: (state, { number, ...of }, ask) => {
    const [upload, token] = [openTo(state, of), tokenOf(state, of.email)];
    if (!upload || token === undefined) return undefined;
    return ask({ path: `/uploads/${upload.id}`, token }).then(({ body }) => {
      const bytes = Buffer.from(textOf(upload.content)).subarray((number - 1) * partBytes, number * partBytes);
      return ask({ method: 'PUT', path: body.parts[number - 1].url, csv: bytes.toString() });
    });
  },
  apply: (state, { number, ...of }) => {
    const upload = openTo(state, of);
    if (upload && !upload.sent.includes(number)) upload.sent.push(number);
    return { body: '' };
  },
};

export const readUpload: Operation<OfUpload> = {
  weight: 3,
  draw: drawUpload,
  send: (state, of, ask) => {
    const [upload, token] = [uploadOf(state, of), tokenOf(state, of.email)];
    return upload && token !== undefined ? ask({ path: `/uploads/${upload.id}`, token }) : undefined;
  },
  apply: (state, of) => {
    const upload = openTo(state, of);
    return upload ? { body: shownUpload(upload) } : missing;
  },
};

export const completeUpload: Operation<OfUpload> = {
  weight: 5,
  draw: drawUpload,
  send: (state, of, ask) => {
    const [upload, token] = [uploadOf(state, of), tokenOf(state, of.email)];
    if (!upload || token === undefined) return undefined;
    return ask({ method: 'POST', path: `/uploads/${upload.id}/complete`, token });
  },
  apply: (state, of, answer) => {
    const upload = uploadOf(state, of);
    const files = state.users[of.email]?.files;
    if (!upload || !files || upload.owner !== of.email) return missing;
    const there = files[upload.name];
    const body = (file: ModelFile) => ({ ...shownFile(upload.name, file), content_type: file.type });
    if (!upload.isOpen) return there?.upload === upload.ref ? { body: body(there) } : missing;
    if (upload.sent.length < upload.parts) return { code: 'UploadIncomplete' };
    if (there) return { code: 'FileExists' };
    const type = upload.name.endsWith('.csv') ? 'text/csv' : 'application/octet-stream';
    const file: ModelFile = { content: upload.content, etag: answer?.body?.etag, type, upload: upload.ref };
    files[upload.name] = file;
    upload.isOpen = false;
    return { body: body(file) };
  },
};

export const abortUpload: Operation<OfUpload> = {
  weight: 2,
  draw: drawUpload,
  send: (state, of, ask) => {
    const [upload, token] = [uploadOf(state, of), tokenOf(state, of.email)];
    return upload && token !== undefined ? ask({ method: 'DELETE', path: `/uploads/${upload.id}`, token }) : undefined;
  },
  apply: (state, of) => {
    const upload = openTo(state, of);
    if (!upload) return missing;
    upload.isOpen = false;
    return { body: { aborted: true } };
  },
};
