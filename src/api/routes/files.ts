import * as z from 'zod';
import { limits } from '../../config';
import { fileNamePattern } from '../../content/file-name';
import { downloadHeaders } from '../answer-headers';
import { bytes, headersOnly, json, route, stream } from '../route';

const FilePath = z.strictObject({
  id: z.string().meta({ description: 'The `id` from an upload or a listing: base64url of the name.' }),
});

const File = z
  .object({
    id: z.string(),
    name: z.string(),
    size: z.int().meta({ description: 'Bytes.' }),
    etag: z.string().meta({ description: 'Of these bytes, with its quotes: for If-Match and If-None-Match.' }),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'File' });

const WrittenFile = File.extend({
  sha256: z.string().meta({ description: 'Hexadecimal; the object store has verified it.' }),
  content_type: z.string(),
}).meta({ id: 'WrittenFile' });

const id = 'dG93bnMuY3N2';
const file = {
  id,
  name: 'towns.csv',
  size: 43,
  etag: '"50424ba41995d147291fdb4f08bd5e41"',
  updated_at: '2026-11-20T12:00:00Z',
};
const csv = 'town,inhabitants\nBergen,291940\nOslo,717710\n';
const writtenFile = {
  ...file,
  sha256: '7b597e835a45b00f82663c91d59aa33dd11d511e244e020546c61257adc41704',
  content_type: 'text/csv',
};
const ifNoneMatch = { 'If-None-Match': 'ETags that you hold: 304 where the file still has one of them.' };

export const listFilesRoute = route({
  key: 'files/list',
  method: 'GET',
  path: '/files',
  summary: 'List your files by name',
  access: 'user',
  needs: ['files:list'],
  queryParameters: z.strictObject({
    limit: z.coerce.number('is not a number').int().min(1).max(limits.pageItems).default(limits.defaultPageItems),
    cursor: z.string().optional().meta({ description: 'The `next_cursor` of the page before.', minLength: 1 }),
    prefix: z.string().max(limits.fileNameBytes).optional().meta({ description: 'How the names begin.' }),
  }),
  reply: json(z.object({ data: z.array(File), next_cursor: z.string().nullable() })),
  errors: [],
  example: { query: { limit: 100 }, reply: { data: [file], next_cursor: null } },
});

export const createFileRoute = route({
  key: 'files/create',
  method: 'POST',
  path: '/files',
  summary: 'Upload a file of at most 4 MiB: multipart field "file", or raw text/csv with ?name=',
  access: 'user',
  // Reading the head of what was written needs files:read; without files:list S3 says 403 for what is missing.
  needs: ['files:write', 'files:read', 'files:list'],
  queryParameters: z.strictObject({
    name: z.string().optional().meta({
      description: 'Of a text/csv body; a form brings its own.',
      pattern: fileNamePattern,
    }),
  }),
  body: bytes('multipart/form-data', 'text/csv'),
  reply: json(WrittenFile),
  replyHeaders: ['Location', 'ETag'],
  errors: ['FileExists', 'InvalidFileName', 'InvalidMultipart', 'UnsupportedFileType', 'UnsupportedMediaType'],
  example: { query: { name: file.name }, body: csv, reply: writtenFile },
});

export const describeFileRoute = route({
  key: 'files/describe',
  method: 'GET',
  path: '/files/{id}',
  summary: 'What is known of a file, with the columns of its header row',
  access: 'user',
  needs: ['files:read', 'files:list'],
  pathParameters: FilePath,
  reply: json(
    File.extend({
      content_type: z.string(),
      columns: z.array(z.string()).nullable().meta({
        description: 'The fields of the first record, read with commas; null where the file is no such text.',
      }),
    }).meta({ id: 'FileDescription' }),
  ),
  replyHeaders: ['ETag'],
  errors: ['FileNotFound'],
  example: { path: { id }, reply: { ...file, content_type: 'text/csv', columns: ['town', 'inhabitants'] } },
});

export const readFileRoute = route({
  key: 'files/read',
  method: 'GET',
  path: '/files/{id}/content',
  summary: 'Download a file',
  access: 'user',
  needs: ['files:read', 'files:list'],
  pathParameters: FilePath,
  headers: {
    ...ifNoneMatch,
    Range: 'One range of bytes: 206 with that part.',
    'If-Range': 'An ETag: of another version all is sent, not the range.',
  },
  // The type that was declared for the file, whatever it is.
  reply: stream('text/csv', '*/*'),
  replyHeaders: downloadHeaders,
  errors: ['FileNotFound', 'RangeNotSatisfiable', 'UseLink'],
  example: { path: { id }, reply: csv },
});

export const headFileRoute = route({
  key: 'files/head',
  method: 'HEAD',
  path: '/files/{id}/content',
  summary: 'The headers of a download, without its bytes',
  access: 'user',
  needs: ['files:read', 'files:list'],
  pathParameters: FilePath,
  headers: ifNoneMatch,
  reply: headersOnly,
  replyHeaders: downloadHeaders,
  errors: ['FileNotFound'],
  example: { path: { id } },
});

export const replaceFileRoute = route({
  key: 'files/replace',
  method: 'PUT',
  path: '/files/{id}/content',
  summary: 'Replace the bytes of a file, with If-Match only of the version that it names',
  access: 'user',
  needs: ['files:write', 'files:read', 'files:list'],
  pathParameters: FilePath,
  headers: { 'If-Match': 'The ETag of the version to replace: 412 where the file is another by now.' },
  body: bytes('multipart/form-data', 'text/csv', 'application/octet-stream'),
  reply: json(WrittenFile),
  replyHeaders: ['ETag'],
  errors: ['FileBusy', 'FileChanged', 'FileNotFound', 'InvalidMultipart', 'UnsupportedFileType'],
  example: { path: { id }, body: csv, reply: writtenFile },
});

export const linkFileRoute = route({
  key: 'files/link',
  method: 'POST',
  path: '/files/{id}/link',
  summary: 'A URL that anyone may download the file from, for a few minutes',
  access: 'user',
  needs: ['files:read', 'files:list'],
  pathParameters: FilePath,
  body: z.strictObject({
    expires_in: z.int().min(1).max(limits.linkSeconds).default(limits.linkSeconds).meta({ description: 'Seconds.' }),
  }),
  reply: json(z.object({ url: z.string(), expires_at: z.iso.datetime() })),
  errors: ['FileNotFound'],
  example: {
    path: { id },
    body: { expires_in: 300 },
    reply: { url: 'https://bucket.s3.us-east-1.amazonaws.com/...', expires_at: '2026-11-20T12:05:00Z' },
  },
});

/** Characters are counted as JSON Schema counts them, by code points. */
const text = (minLength: number, maxLength: number, complaint: string) =>
  z
    .string()
    .refine((given) => [...given].length >= minLength && [...given].length <= maxLength, complaint)
    .meta({ ...(minLength > 0 && { minLength }), maxLength });

const oneCharacter = text(1, 1, 'is not exactly one character');
const oneCharacterOrNone = text(0, 1, 'is longer than one character');
const recordDelimiter = text(1, 2, 'is not one or two characters');

export const queryFileRoute = route({
  key: 'files/query',
  method: 'POST',
  path: '/files/{id}/query',
  summary: 'Run a SELECT over one CSV file and stream the rows',
  access: 'user',
  needs: ['files:query', 'files:list'],
  pathParameters: FilePath,
  body: z
    .strictObject({
      expression: z.string().meta({ description: 'One SELECT in the dialect of Amazon S3 Select, at most 256 KB.' }),
      input: z
        .strictObject({
          header: z.enum(['USE', 'IGNORE', 'NONE']).meta({ description: 'What the first record is. USE: names.' }),
          delimiter: oneCharacter,
          quote: oneCharacterOrNone,
          escape: oneCharacterOrNone,
          comment: oneCharacterOrNone,
          record_delimiter: recordDelimiter,
          allow_quoted_newlines: z.boolean(),
          compression: z.enum(['NONE', 'GZIP', 'BZIP2']),
          encoding: z.string().max(40).meta({
            description:
              'Of the text, where it is not UTF-8: a label of the WHATWG Encoding Standard, such as windows-1252.',
          }),
        })
        .partial()
        .default({})
        .meta({ description: 'How the file is written, where it is not plain CSV with a header.' }),
      output: z
        .strictObject({
          format: z
            .enum(['csv', 'json', 'ndjson'])
            .meta({ description: 'json: one array. ndjson: one object a line.' }),
          header: z.boolean(),
          quote_fields: z.enum(['asneeded', 'always']),
          delimiter: oneCharacter,
          quote: oneCharacter,
          escape: oneCharacter,
          record_delimiter: recordDelimiter,
        })
        .partial()
        .default({})
        .meta({ description: 'How the rows are written.' }),
    })
    .meta({ id: 'Query' }),
  reply: stream('text/csv', 'application/json', 'application/x-ndjson'),
  errors: ['FileNotFound'],
  example: {
    path: { id },
    body: { expression: 'SELECT s.town FROM S3Object s WHERE CAST(s.inhabitants AS INT) > 500000' },
    reply: 'Oslo\n',
  },
});

export const deleteFileRoute = route({
  key: 'files/delete',
  method: 'DELETE',
  path: '/files/{id}',
  summary: 'Delete a file',
  access: 'user',
  needs: ['files:delete', 'files:read', 'files:list'],
  pathParameters: FilePath,
  reply: json(z.object({ deleted: z.literal(true) })),
  errors: ['FileNotFound'],
  example: { path: { id }, reply: { deleted: true } },
});
