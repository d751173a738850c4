import { createHash } from 'node:crypto';
import { basename } from 'node:path/posix';
import { Busboy } from '@fastify/busboy';
import { causeOf } from './bucket-notification';
import { S3Error } from './errors';
import { type Exchange, sendXml } from './exchange';
import { objectHeaders } from './object-headers';
import { bucketOf, wholeSeconds } from './objects';
import { checkForm, type PostPolicy, readPolicy } from './post-policy';
import type { S3Request } from './request';
import { type Authority, authenticateForm } from './signature';
import { element, xmlDocument } from './xml';

/** S3's limit for what comes before the file. */
const maxFieldsBytes = 20 * 1024;
const maxFields = 100;

interface Form {
  /** By name in lower case: those before the file. */
  readonly fields: ReadonlyMap<string, string>;
  readonly file: AsyncIterable<Buffer>;
  readonly fileName: string;
}

/** A browser's form, which is signed by a policy among its fields and not by headers. */
export const isFormUpload = ({ method, key, headers }: S3Request): boolean =>
  method === 'POST' && key === '' && /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');

/** POST Object. Source: S3 API reference, "POST Object". */
export async function postObject(exchange: Omit<Exchange, 'authenticated'>, authority: Authority): Promise<void> {
  try {
    await put(exchange, authority);
  } catch (error) {
    // The parser takes nothing any more of a form that was refused: without it the rest can be read past.
    exchange.request.message.unpipe();
    throw error;
  }
}

async function put(exchange: Omit<Exchange, 'authenticated'>, authority: Authority): Promise<void> {
  const { request, response, store, now } = exchange;
  const form = await openForm(request);
  const { fields } = form;
  authenticateForm(fields, authority);
  const policy = readPolicy(fields.get('policy') ?? '');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is S3's own variable.
  const key = (fields.get('key') ?? '').replaceAll('${filename}', form.fileName);
  if (key === '') throw new S3Error('InvalidArgument', { message: "Bucket POST must contain a field named 'key'." });
  checkForm(policy, new Map([...fields, ['key', key]]), request.bucket, now());

  const bucket = bucketOf({ request: { ...request, key }, store });
  const kept = objectHeaders({ ...request, headers: { ...Object.fromEntries(fields) } });
  const md5 = createHash('md5');
  const content = await bucket.receive(measured(form, policy, md5));
  const etag = `"${md5.digest('hex')}"`;
  const object = { key, contents: [content], size: content.size, etag, lastModified: wholeSeconds(now()), ...kept };
  await bucket.commitOrDiscard(object, causeOf(exchange, 'Post'), () => {});

  const location = `http://${request.headers['host']}/${request.bucket}/${encodeURIComponent(key)}`;
  response.setHeader('etag', etag).setHeader('location', location);
  if (fields.get('success_action_status') === '201') {
    const names = { Location: location, Bucket: request.bucket, Key: key, ETag: etag };
    const elements = Object.entries(names).map(([name, value]) => element(name, value));
    sendXml(exchange, 201, xmlDocument('PostResponse', elements));
    return;
  }
  response.writeHead(fields.get('success_action_status') === '200' ? 200 : 204).end();
}

async function* measured(
  { file }: Form,
  { minBytes, maxBytes }: PostPolicy,
  md5: { update(bytes: Buffer): unknown },
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of whole(file)) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new S3Error('EntityTooLarge', { detail: { ProposedSize: bytes, MaxSizeAllowed: maxBytes } });
    }
    md5.update(chunk);
    yield chunk;
  }
  if (bytes < minBytes) {
    throw new S3Error('EntityTooSmall', { detail: { ProposedSize: bytes, MinSizeAllowed: minBytes } });
  }
}

/** The parser's only complaint about a file is that the form ends within it. */
async function* whole(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* file;
  } catch (cause) {
    throw new S3Error('IncompleteBody', { cause });
  }
}

/** Reads the fields up to the file, which must be the last of the form. */
function openForm({ message, headers }: S3Request): Promise<Form> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let fieldsBytes = 0;
    const fail = (cause: unknown) =>
      reject(
        new S3Error('MalformedPOSTRequest', { message: 'The body of your POST request is not well-formed.', cause }),
      );
    // Of a client that left nothing more will come, and the parser would wait for ever.
    let leave: () => unknown = () => reject(new Error('the client left within the form'));
    message.once('close', () => message.complete || leave());
    let busboy: InstanceType<typeof Busboy>;
    try {
      busboy = new Busboy({
        headers: { 'content-type': headers['content-type'] ?? '' },
        limits: { files: 1, fields: maxFields, fieldSize: maxFieldsBytes },
      });
    } catch (cause) {
      fail(cause);
      return;
    }
    busboy.on('field', (name, value) => {
      fieldsBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
      if (fieldsBytes > maxFieldsBytes) reject(new S3Error('MaxPostPreDataLengthExceededError'));
      fields.set(name.toLowerCase(), value);
    });
    busboy.on('file', (name, file, fileName) => {
      file.on('error', () => {}); // Told to whoever reads it; nobody does once the form is refused.
      if (name !== 'file') {
        fail(new Error('the file is in another field'));
        return;
      }
      resolve({
        fields,
        file,
        fileName: basename((fileName ?? '').replaceAll('\\', '/')),
      });
      leave = () => file.destroy();
    });
    busboy.on('finish', () =>
      reject(new S3Error('InvalidArgument', { message: 'POST requires exactly one file upload per request.' })),
    );
    busboy.on('error', fail);
    message.pipe(busboy);
  });
}
