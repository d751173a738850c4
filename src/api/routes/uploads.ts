import * as z from 'zod';
import { limits } from '../../config';
import { fileNamePattern } from '../../content/file-name';
import { json, route } from '../route';

const UploadPath = z.strictObject({ id: z.string().meta({ description: 'The `id` from POST /uploads.' }) });

const Upload = z
  .object({
    id: z.string(),
    part_size: z.int().meta({ description: 'Bytes of every part but the last, which may be smaller.' }),
    parts: z.array(
      z.object({
        number: z.int(),
        url: z.string().meta({ description: 'Takes the part by PUT, without a token.' }),
        received: z.boolean(),
        etag: z.string().optional(),
      }),
    ),
    expires_at: z.iso.datetime().meta({ description: 'When the URLs end; GET /uploads/{id} gives new ones.' }),
  })
  .meta({ id: 'Upload' });

const id = 'WyJ0b3ducy5jc3YiLDQzLCIiLCJ1IiwicyJd';
const upload = {
  id,
  part_size: limits.partBytes,
  parts: [{ number: 1, url: 'https://bucket.s3.us-east-1.amazonaws.com/...', received: false }],
  expires_at: '2026-11-20T13:00:00Z',
};

export const createUploadRoute = route({
  key: 'uploads/create',
  method: 'POST',
  path: '/uploads',
  summary: 'Begin an upload in parts, of a file of up to 50 GiB',
  access: 'user',
  needs: ['files:upload', 'files:read', 'files:list'],
  body: z.strictObject({
    name: z.string().meta({ description: `At most ${limits.fileNameBytes} bytes of UTF-8.`, pattern: fileNamePattern }),
    size: z.int().min(1).max(limits.uploadBytes).meta({ description: 'Bytes of the whole file.' }),
    checksum_crc32: z
      .string()
      .regex(/^[A-Za-z0-9+/]{6}==$/, 'is not the base64 of four bytes')
      .optional()
      .meta({ description: 'CRC-32 of the whole file, its four bytes in base64: the completion verifies it.' }),
  }),
  reply: json(Upload),
  replyHeaders: ['Location'],
  errors: ['FileExists', 'InvalidFileName'],
  example: { body: { name: 'towns.csv', size: 43 }, reply: upload },
});

export const readUploadRoute = route({
  key: 'uploads/read',
  method: 'GET',
  path: '/uploads/{id}',
  summary: 'Which parts were received, and new URLs: to go on with an upload',
  access: 'user',
  needs: ['files:upload', 'files:list'],
  pathParameters: UploadPath,
  reply: json(Upload),
  errors: ['UploadNotFound'],
  example: { path: { id }, reply: upload },
});

export const completeUploadRoute = route({
  key: 'uploads/complete',
  method: 'POST',
  path: '/uploads/{id}/complete',
  summary: 'Make the file of the parts; a repeat answers the same',
  access: 'user',
  needs: ['files:upload', 'files:read', 'files:list'],
  pathParameters: UploadPath,
  reply: json(
    z
      .object({
        id: z.string(),
        name: z.string(),
        size: z.int(),
        etag: z.string(),
        updated_at: z.iso.datetime(),
        content_type: z.string(),
      })
      .meta({ id: 'CompletedFile' }),
  ),
  replyHeaders: ['Location', 'ETag'],
  errors: ['FileExists', 'UploadIncomplete', 'UploadMismatch', 'UploadNotFound'],
  example: {
    path: { id },
    reply: {
      id: 'dG93bnMuY3N2',
      name: 'towns.csv',
      size: 43,
      etag: '"2f8aa0c5d2b0ab7ab3ea4f0d0b9f6c3e-1"',
      updated_at: '2026-11-20T12:00:00Z',
      content_type: 'text/csv',
    },
  },
});

export const abortUploadRoute = route({
  key: 'uploads/abort',
  method: 'DELETE',
  path: '/uploads/{id}',
  summary: 'Drop an upload with its parts',
  access: 'user',
  needs: ['files:upload', 'files:list'],
  pathParameters: UploadPath,
  reply: json(z.object({ aborted: z.literal(true) })),
  errors: ['UploadNotFound'],
  example: { path: { id }, reply: { aborted: true } },
});
