import * as z from 'zod';
import { idOf } from '../../interactions/customer';
import { kinds } from '../../interactions/import-log';
import { type Dimension, dimensions } from '../../interactions/statistics';
import { bytes, json, route } from '../route';

const isoDate = z.iso.date('is not a date; write yyyy-mm-dd, such as 2019-10-04').optional();

/** What narrows an answer. */
const Narrowing = z.strictObject({
  topic: z.string().optional().meta({
    description: 'A product of discussion, in whatever case: only interactions that were about it.',
    minLength: 1,
  }),
  match: z.enum(['exact', 'asof']).default('exact').meta({
    description:
      'How interactions are matched to topics. exact: by the products of their month. asof: by those of the latest month with products that is not after theirs.',
  }),
  from: isoDate.meta({ description: 'The first day.' }),
  to: isoDate.meta({ description: 'The last day.' }),
});

const unknownDimension = `names something else than ${dimensions.join(', ')}, or one of them twice`;
const isDimension = (text: string): text is Dimension => dimensions.some((dimension) => dimension === text);

export const readInteractionsRoute = route({
  key: 'interactions/read',
  method: 'GET',
  path: '/interactions/{customer_id}',
  summary: 'How often a customer was in touch over each channel, also about one topic or in a period',
  access: 'user',
  needs: ['interactions:read'],
  pathParameters: z.strictObject({
    customer_id: z
      .string()
      .refine((text) => idOf(text) !== undefined, 'is not a customer id: a positive integer without leading zeros')
      .transform(Number)
      .meta({ description: 'A positive integer without leading zeros.', pattern: '^[1-9][0-9]{0,15}$' }),
  }),
  queryParameters: Narrowing,
  reply: json(
    z.object({
      data: z.object({
        customer_id: z.int(),
        interactions: z
          .record(z.string(), z.int())
          .meta({ description: 'Every channel that there is, in the order in which they were first seen.' }),
        topic: z.string().optional().meta({ description: 'With the parameter topic, as it was first spelt.' }),
        match: z.enum(['exact', 'asof']).optional(),
        unattributed: z
          .int()
          .optional()
          .meta({ description: 'With topic: interactions that no product could be matched to.' }),
      }),
    }),
  ),
  errors: ['CustomerNotFound', 'UnknownTopic'],
  example: {
    path: { customer_id: '1' },
    reply: { data: { customer_id: 1, interactions: { Email: 1, Call: 0, Bird: 0 } } },
  },
});

export const statisticsRoute = route({
  key: 'interactions/statistics',
  method: 'GET',
  path: '/statistics/interactions',
  summary: 'How many interactions there were, by customer type, channel, topic, month or any of these',
  access: 'user',
  needs: ['interactions:read'],
  queryParameters: Narrowing.extend({
    group_by: z
      .string()
      .default('')
      .transform((text) => (text === '' ? [] : text.split(',')))
      .refine((names) => names.every(isDimension) && new Set(names).size === names.length, unknownDimension)
      .transform((names) => names.filter(isDimension))
      .meta({
        description: `Any of ${dimensions.join(', ')}, parted by commas; without it one row counts all. Rows of channels list every channel, zeros too.`,
        pattern: `^((${dimensions.join('|')})(,(${dimensions.join('|')}))*)?$`,
      }),
  }),
  reply: json(
    z.object({
      data: z.array(
        z.object({
          customer_type: z.string().optional().meta({ description: 'unknown for customers without a row.' }),
          channel: z.string().optional(),
          topic: z.string().nullable().optional().meta({ description: 'null where no product could be matched.' }),
          month: z.string().optional().meta({ description: 'yyyy-mm' }),
          count: z.int(),
        }),
      ),
      total: z.int().meta({ description: 'Interactions, each once, though each counts in every one of its topics.' }),
    }),
  ),
  errors: ['UnknownTopic'],
  example: {
    query: { group_by: 'customer_type' },
    reply: {
      data: [
        { customer_type: 'Red', count: 1 },
        { customer_type: 'Blue', count: 1 },
        { customer_type: 'unknown', count: 2 },
      ],
      total: 4,
    },
  },
});

export const dataQualityRoute = route({
  key: 'interactions/quality',
  method: 'GET',
  path: '/data-quality',
  summary: 'What is odd about the imported data',
  access: 'user',
  needs: ['interactions:read'],
  reply: json(
    z.object({
      data: z.array(
        z
          .object({
            rule: z.string(),
            severity: z.enum(['info', 'warning']),
            message: z.string(),
            rows: z.int().meta({ description: 'How many rows it is about.' }),
          })
          .meta({ id: 'Finding' }),
      ),
      next_cursor: z.null(),
    }),
  ),
  errors: [],
  example: {
    reply: {
      data: [{ rule: 'DQ02', severity: 'info', message: '3 customers (2, 11, 12) without interactions', rows: 3 }],
      next_cursor: null,
    },
  },
});

export const createImportRoute = route({
  key: 'imports/create',
  method: 'POST',
  path: '/imports/{kind}',
  summary: 'Import a table of customers, interactions or products, as a form with a field "file" or as text/csv',
  access: 'admin',
  needs: ['interactions:import'],
  pathParameters: z.strictObject({ kind: z.enum(kinds).meta({ description: 'The table that the file holds.' }) }),
  body: bytes('multipart/form-data', 'text/csv'),
  reply: json(
    z.object({
      imported: z.int().meta({ description: 'Rows that brought something new.' }),
      unchanged: z.int().meta({ description: 'Rows that were there already.' }),
      rejected: z
        .array(z.never())
        .meta({ description: 'Always empty: a file with a line that cannot be read is refused whole.' }),
      report: z.object({
        sha256: z.string().meta({ description: 'Of the file, hexadecimal.' }),
        bytes: z.int(),
        rows: z.int(),
        columns: z.record(z.string(), z.string()).meta({ description: 'The header that each column was found by.' }),
        unknown_columns: z
          .array(z.string())
          .meta({ description: 'Headers of the others; they are kept with the file.' }),
      }),
    }),
  ),
  errors: [
    'ImportInterrupted',
    'ImportRejected',
    'ImportRunning',
    'ImportTooLarge',
    'InvalidMultipart',
    'RebuildNeeded',
    'UnsupportedFileType',
    'UnsupportedMediaType',
  ],
  example: {
    path: { kind: 'products' },
    body: 'Month,Product\n01-2019,Sand\n',
    reply: {
      imported: 0,
      unchanged: 1,
      rejected: [],
      report: {
        sha256: '0325f2fdcfed05bda62e2d92e2805fd902437b590455e24759753b97d26e7d11',
        bytes: 27,
        rows: 1,
        columns: { month: 'Month', product: 'Product' },
        unknown_columns: [],
      },
    },
  },
});
