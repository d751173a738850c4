import * as z from 'zod';
import { limits } from '../../config';
import { pageHeaders } from '../answer-headers';
import { json, route, stream } from '../route';

export const meRoute = route({
  key: 'me',
  method: 'GET',
  path: '/me',
  summary: 'Who you are',
  access: 'user',
  needs: [],
  reply: json(
    z.object({
      id: z.string(),
      email: z.string(),
      email_verified: z.boolean(),
      is_active: z.boolean(),
      groups: z.array(z.string()),
    }),
  ),
  errors: [],
  example: {
    reply: {
      id: '5d3b9d5e-8b1f-4b0e-9d5c-3a1f0f0d7c11',
      email: 'ann@example.com',
      email_verified: true,
      is_active: true,
      groups: [],
    },
  },
});

export const limitsRoute = route({
  key: 'limits',
  method: 'GET',
  path: '/limits',
  summary: 'The limits that a client should know',
  access: 'open',
  needs: [],
  reply: json(
    z.object({
      direct_max_bytes: z.int(),
      json_max_bytes: z.int(),
      part_min_bytes: z.int(),
      max_bytes: z.int(),
      stream_max_bytes: z.int(),
      page_max_items: z.int(),
      file_name_max_bytes: z.int(),
      import_max_customers: z.int(),
      map_max_bytes: z.int(),
      query_expression_max_bytes: z.int(),
      query_record_max_bytes: z.int(),
    }),
  ),
  errors: [],
  example: {
    reply: {
      direct_max_bytes: limits.directUploadBytes,
      json_max_bytes: limits.jsonBodyBytes,
      part_min_bytes: limits.partBytes,
      max_bytes: limits.uploadBytes,
      stream_max_bytes: limits.streamBytes,
      page_max_items: limits.pageItems,
      file_name_max_bytes: limits.fileNameBytes,
      import_max_customers: limits.importCustomers,
      map_max_bytes: limits.directUploadBytes,
      query_expression_max_bytes: 262_144,
      query_record_max_bytes: 1_048_576,
    },
  },
});

export const healthRoute = route({
  key: 'health',
  method: 'GET',
  path: '/health',
  summary: 'Whether the service answers',
  access: 'open',
  needs: [],
  reply: json(z.object({ status: z.literal('ok') })),
  errors: [],
  example: { reply: { status: 'ok' } },
});

export const openApiRoute = route({
  key: 'openapi',
  method: 'GET',
  path: '/openapi.json',
  summary: 'This description of the API, as OpenAPI 3.1',
  access: 'open',
  needs: [],
  reply: json(z.looseObject({ openapi: z.string(), info: z.looseObject({ title: z.string() }) })),
  errors: [],
  example: { reply: { openapi: '3.1.0', info: { title: 'Datadock' } } },
});

export const docsRoute = route({
  key: 'docs',
  method: 'GET',
  path: '/docs',
  summary: 'The documentation as a page: every route, to be tried out, and every error code',
  access: 'open',
  needs: [],
  headers: { 'If-None-Match': 'The ETag that you hold: 304 where the page is still the same.' },
  reply: stream('text/html'),
  replyHeaders: pageHeaders,
  errors: [],
  example: { reply: '<!doctype html>...' },
});

export const interactionsPageRoute = route({
  key: 'interactions/page',
  method: 'GET',
  path: '/interactions',
  summary: 'A page for the people of the business: interactions as a chart and a table',
  access: 'open',
  needs: [],
  headers: { 'If-None-Match': 'The ETag that you hold: 304 where the page is still the same.' },
  reply: stream('text/html'),
  replyHeaders: pageHeaders,
  errors: [],
  example: { reply: '<!doctype html>...' },
});
