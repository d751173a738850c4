import * as z from 'zod';
import { json, route } from '../route';

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
      stream_max_bytes: z.int(),
      page_max_items: z.int(),
      file_name_max_bytes: z.int(),
      query_expression_max_bytes: z.int(),
      query_record_max_bytes: z.int(),
    }),
  ),
});

export const healthRoute = route({
  key: 'health',
  method: 'GET',
  path: '/health',
  summary: 'Whether the service answers',
  access: 'open',
  needs: [],
  reply: json(z.object({ status: z.literal('ok') })),
});
