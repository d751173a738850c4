import * as z from 'zod';
import { limits } from '../../config';
import { headers, json, route, stream } from '../route';

const FilePath = z.strictObject({ id: z.string() });

const File = z.object({
  id: z.string(),
  name: z.string(),
  size: z.int(),
  etag: z.string(),
  updated_at: z.iso.datetime(),
});

const WrittenFile = File.extend({ sha256: z.string(), content_type: z.string() });

export const listFilesRoute = route({
  key: 'files/list',
  method: 'GET',
  path: '/files',
  summary: 'List your files by name',
  access: 'user',
  needs: ['files:list'],
  queryParameters: z.strictObject({
    limit: z.coerce.number('is not a number').int().min(1).max(limits.pageItems).default(100),
    cursor: z.string().optional(),
    prefix: z.string().max(limits.fileNameBytes).optional(),
  }),
  reply: json(z.object({ data: z.array(File), next_cursor: z.string().nullable() })),
});

export const createFileRoute = route({
  key: 'files/create',
  method: 'POST',
  path: '/files',
  summary: 'Upload a file of at most 4 MiB: multipart field "file", or raw text/csv with ?name=',
  access: 'user',
  // Reading the head of what was written needs files:read; without files:list S3 says 403 for what is missing.
  needs: ['files:write', 'files:read', 'files:list'],
  queryParameters: z.strictObject({ name: z.string().optional() }),
  body: 'bytes',
  reply: json(WrittenFile),
});

export const describeFileRoute = route({
  key: 'files/describe',
  method: 'GET',
  path: '/files/{id}',
  summary: 'What is known of a file, with the columns of its header row',
  access: 'user',
  needs: ['files:read', 'files:list'],
  pathParameters: FilePath,
  reply: json(File.extend({ content_type: z.string(), columns: z.array(z.string()).nullable() })),
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
});

export const readFileRoute = route({
  key: 'files/read',
  method: 'GET',
  path: '/files/{id}/content',
  summary: 'Download a file',
  access: 'user',
  needs: ['files:read', 'files:list'],
  pathParameters: FilePath,
  reply: stream('text/csv', 'application/octet-stream'),
});

export const headFileRoute = route({
  key: 'files/head',
  method: 'HEAD',
  path: '/files/{id}/content',
  summary: 'The headers of a download, without its bytes',
  access: 'user',
  needs: ['files:read', 'files:list'],
  pathParameters: FilePath,
  reply: headers,
});

export const replaceFileRoute = route({
  key: 'files/replace',
  method: 'PUT',
  path: '/files/{id}/content',
  summary: 'Replace the bytes of a file, with If-Match only of the version that it names',
  access: 'user',
  needs: ['files:write', 'files:read', 'files:list'],
  pathParameters: FilePath,
  body: 'bytes',
  reply: json(WrittenFile),
});

const oneCharacter = z.string().refine((text) => [...text].length === 1, 'is not exactly one character');
const oneCharacterOrNone = z.string().refine((text) => [...text].length <= 1, 'is longer than one character');
const recordDelimiter = z.string().refine((text) => [1, 2].includes([...text].length), 'is not one or two characters');

export const queryFileRoute = route({
  key: 'files/query',
  method: 'POST',
  path: '/files/{id}/query',
  summary: 'Run a SELECT over one CSV file and stream the rows',
  access: 'user',
  needs: ['files:read', 'files:list'],
  pathParameters: FilePath,
  body: z.strictObject({
    expression: z.string(),
    input: z
      .strictObject({
        header: z.enum(['USE', 'IGNORE', 'NONE']),
        delimiter: oneCharacter,
        quote: oneCharacterOrNone,
        escape: oneCharacterOrNone,
        comment: oneCharacterOrNone,
        record_delimiter: recordDelimiter,
        allow_quoted_newlines: z.boolean(),
        compression: z.enum(['NONE', 'GZIP']),
      })
      .partial()
      .default({}),
    output: z
      .strictObject({
        format: z.enum(['csv', 'json', 'ndjson']),
        header: z.boolean(),
        quote_fields: z.enum(['asneeded', 'always']),
        delimiter: oneCharacter,
        quote: oneCharacter,
        escape: oneCharacter,
        record_delimiter: recordDelimiter,
      })
      .partial()
      .default({}),
  }),
  reply: stream('text/csv', 'application/json', 'application/x-ndjson'),
});
