import * as z from 'zod';
import { limits } from '../../config';
import { downloadHeaders } from '../answer-headers';
import { form, json, route, stream } from '../route';

const MapPath = z.strictObject({ id: z.string().meta({ description: 'The `id` from the upload: a UUID.' }) });

const statuses = z.enum(['pending', 'processing', 'processed', 'failed']);

const Map = z
  .object({
    id: z.string().meta({ description: 'A UUID, version 4: whoever has it can download a public map.' }),
    name: z.string(),
    status: statuses,
    is_public: z.boolean(),
    is_processed: z.boolean(),
    file_path: z.string().meta({ description: 'Where the file lies: the key that messages of the queue name.' }),
  })
  .meta({ id: 'Map' });

const id = 'c9c5b9a4-3a3e-4a51-9f0e-6d9e5b1f2a77';
const map = {
  id,
  name: 'file.txt',
  status: 'pending',
  is_public: true,
  is_processed: false,
  file_path: `ann%40example.com/${id}/file.txt`,
};

/** The fields of the form beside the file. */
export const MapFields = z.strictObject({
  is_public: z
    .string()
    .regex(/^(true|false)$/i, 'is not true or false')
    .default('true')
    .meta({ description: 'Whether anyone who has the id may download the map.' }),
});

/** A form as it travels, for the documents. */
const sentForm = [
  '--datadock',
  'Content-Disposition: form-data; name="file"; filename="file.txt"',
  'Content-Type: text/plain',
  '',
  'north is up',
  '--datadock--',
  '',
].join('\r\n');

export const listMapsRoute = route({
  key: 'maps/list',
  method: 'GET',
  path: '/maps',
  summary: 'List your maps, the newest first',
  access: 'user',
  needs: ['maps:list'],
  queryParameters: z.strictObject({
    limit: z.coerce.number('is not a number').int().min(1).max(limits.pageItems).default(limits.defaultPageItems),
    cursor: z.string().optional().meta({ description: 'The `next_cursor` of the page before.', minLength: 1 }),
  }),
  reply: json(z.object({ data: z.array(Map), next_cursor: z.string().nullable() })),
  errors: [],
  example: { query: { limit: 100 }, reply: { data: [map], next_cursor: null } },
});

export const createMapRoute = route({
  key: 'maps/create',
  method: 'POST',
  path: '/maps',
  summary: 'Upload a map, a file of any type of at most 4 MiB: multipart field "file", and "is_public" (default true)',
  access: 'user',
  // Reading the head of what was written needs maps:download.
  needs: ['maps:create', 'maps:download'],
  body: form(MapFields),
  reply: json(Map),
  replyHeaders: ['Location'],
  errors: ['InvalidFileName', 'InvalidMultipart', 'UnsupportedMediaType'],
  example: { body: sentForm, reply: map },
});

export const readMapRoute = route({
  key: 'maps/read',
  method: 'GET',
  path: '/maps/{id}',
  summary: 'Download a processed map: a public one, or your own',
  access: 'guest',
  needs: ['maps:download', 'maps:find'],
  pathParameters: MapPath,
  headers: {
    'If-None-Match': 'ETags that you hold: 304 where the file still has one of them.',
    Range: 'One range of bytes: 206 with that part.',
    'If-Range': 'An ETag: of another version all is sent, not the range.',
  },
  reply: stream('text/plain', '*/*'),
  replyHeaders: downloadHeaders,
  errors: ['MapFailed', 'MapNotFound', 'MapNotProcessed', 'RangeNotSatisfiable'],
  example: { path: { id }, reply: 'north is up' },
});

export const mapStatusRoute = route({
  key: 'maps/status',
  method: 'GET',
  path: '/maps/{id}/status',
  summary: 'How far the processing of a map is, and what it has found',
  access: 'guest',
  needs: ['maps:find'],
  pathParameters: MapPath,
  reply: json(
    z
      .object({
        status: statuses,
        reason: z.string().optional().meta({ description: 'Of a failed map: what is wrong with its file.' }),
        media_type: z.string().optional().meta({ description: 'Of a processed map: by its bytes, not its name.' }),
        width: z.int().optional().meta({ description: 'Of an image, in pixels.' }),
        height: z.int().optional(),
        feature_count: z.int().optional().meta({ description: 'Of GeoJSON; a geometry by itself is one.' }),
      })
      .meta({ id: 'MapStatus' }),
  ),
  errors: ['MapNotFound'],
  example: { path: { id }, reply: { status: 'processed', media_type: 'text/plain' } },
});

export const shareMapRoute = route({
  key: 'maps/share',
  method: 'PATCH',
  path: '/maps/{id}',
  summary: 'Make your map public or private',
  access: 'user',
  needs: ['maps:update'],
  pathParameters: MapPath,
  body: z.strictObject({
    is_public: z.boolean().meta({ description: 'Whether anyone who has its id may download it.' }),
  }),
  reply: json(Map),
  errors: ['MapNotFound'],
  example: { path: { id }, body: { is_public: true }, reply: { ...map, status: 'processed', is_processed: true } },
});

export const linkMapRoute = route({
  key: 'maps/link',
  method: 'POST',
  path: '/maps/{id}/link',
  summary: 'A URL that anyone may download a processed map from, for a few minutes',
  access: 'user',
  needs: ['maps:download', 'maps:find'],
  pathParameters: MapPath,
  body: z.strictObject({
    expires_in: z.int().min(1).max(limits.linkSeconds).default(limits.linkSeconds).meta({ description: 'Seconds.' }),
  }),
  reply: json(z.object({ url: z.string(), expires_at: z.iso.datetime() })),
  errors: ['MapFailed', 'MapNotFound', 'MapNotProcessed'],
  example: {
    path: { id },
    body: { expires_in: 300 },
    reply: { url: 'https://bucket.s3.us-east-1.amazonaws.com/...', expires_at: '2026-11-20T12:05:00Z' },
  },
});
