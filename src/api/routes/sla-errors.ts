import * as z from 'zod';
import { limits } from '../../config';
import { creationDatePattern, readCreationDate } from '../../sla-errors/creation-date';
import { type Expected, powershellAccident } from '../../sla-errors/powershell-accident';
import { json, route } from '../route';

/** The schema, with a word of help for what PowerShell is known to send in its place. */
const fromPowershell = <Schema extends z.ZodType>(expected: Expected, schema: Schema) =>
  z.preprocess((value, context) => {
    const message = powershellAccident(value, expected);
    if (message === undefined) return value;
    context.addIssue({ code: 'custom', message, input: value });
    return z.NEVER;
  }, schema);

const text = (maxBytes: number) =>
  z
    .string()
    .min(1, 'is empty')
    .refine((value) => value.isWellFormed(), 'has half a surrogate pair, which is no character')
    .refine((value) => Buffer.byteLength(value) <= maxBytes, `is longer than ${maxBytes} bytes`)
    .transform((value) => value.normalize('NFC'));

const Folder = text(limits.slaFolderBytes);

const CreationDate = z.string().transform((sent, context) => {
  const date = readCreationDate(sent);
  if (date) return date;
  const message =
    "is not a date with an offset, such as 2024-06-12T12:00:00Z: send .ToUniversalTime().ToString('o'), or /Date(ms)/";
  context.addIssue({ code: 'custom', message, input: sent });
  return z.NEVER;
});

const LateFile = z.strictObject({
  filename: text(limits.slaFileNameBytes),
  creationDate: fromPowershell('date', CreationDate).meta({
    description: 'ISO 8601 with an offset, or /Date(ms)/. Kept as sent and as UTC.',
    pattern: creationDatePattern,
  }),
});

const Entry = z
  .strictObject({
    folder: Folder,
    sla: fromPowershell(
      'number',
      z
        .number()
        .min(0)
        .max(limits.slaMinutes)
        .refine((minutes) => minutes <= 0 || minutes >= 0.001, 'is more than 0 and less than a thousandth'),
    ).meta({ description: 'Minutes.' }),
    files: fromPowershell('list', z.array(fromPowershell('object', LateFile)).min(1, 'is empty: name the late files')),
  })
  .refine((entry) => Buffer.byteLength(JSON.stringify(entry)) <= limits.slaEntryBytes, {
    error: 'has too many files to be kept as one: part them among several entries',
  });

const SlaReport = z
  .strictObject({
    sla_error: fromPowershell(
      'list',
      z
        .array(fromPowershell('object', Entry))
        .min(1, 'is empty: there is nothing to report')
        .max(limits.slaEntries, `has more than ${limits.slaEntries} entries: part them among several requests`),
    ).meta({ description: 'One entry for each folder whose service level was missed.' }),
  })
  .meta({ id: 'SlaReport' });

/** A day stands for its first instant in `from` and for its last in `to`. */
const instant = (timeOfDay: string) =>
  z
    .union(
      [z.iso.date(), z.iso.datetime({ offset: true })],
      'is not a date such as 2026-11-20, or a time with an offset such as 2026-11-20T12:00:00Z',
    )
    .transform((given) => new Date(given.includes('T') ? given : `${given}T${timeOfDay}`).toISOString())
    // An offset can lead out of the years that four digits write; such a time would not sort with the others.
    .refine((utc) => /^\d{4}-/.test(utc), 'is outside the years 0000 to 9999 in UTC')
    .optional();

const SlaError = z
  .object({
    error_id: z.string().meta({ description: 'A hash of what was reported: the same report has the same id.' }),
    folder: z.string(),
    sla: z.number().meta({ description: 'Minutes.' }),
    files: z.array(
      z.object({
        filename: z.string(),
        creation_date: z.string().meta({ description: 'As sent.' }),
        creation_date_utc: z.string(),
      }),
    ),
    received_at: z.iso.datetime(),
  })
  .meta({ id: 'SlaError' });

const error_id = '7b2d0f5f2ab6f8d9d5d5f2d0d6c1c1f0b1a7d6e5c4b3a29181706f5e4d3c2b1a';
const creationDate = '2024-06-12T12:00:00Z';

export const reportSlaErrorsRoute = route({
  key: 'sla-errors/report',
  method: 'POST',
  path: '/sla-errors',
  summary: 'Report folders whose files broke their service level; each report is stored once',
  access: 'user',
  needs: ['sla-errors:write'],
  body: fromPowershell('report', SlaReport),
  reply: json(
    z.object({
      stored: z.int(),
      duplicates: z.int().meta({ description: 'Entries that were stored before, or stand twice in this request.' }),
      error_ids: z.array(z.string()).meta({ description: 'One for each entry, in their order.' }),
    }),
  ),
  errors: [],
  example: {
    body: { sla_error: [{ folder: 'Folder_A', sla: 20, files: [{ filename: 'file1.txt', creationDate }] }] },
    reply: { stored: 1, duplicates: 0, error_ids: [error_id] },
  },
});

export const listSlaErrorsRoute = route({
  key: 'sla-errors/list',
  method: 'GET',
  path: '/sla-errors',
  summary: 'List your reports of late files, newest first',
  access: 'user',
  needs: ['sla-errors:read'],
  queryParameters: z.strictObject({
    folder: Folder.optional().meta({ description: 'Reports on this folder only.' }),
    from: instant('00:00:00Z').meta({ description: 'Received then or later: a day (UTC), or a time with an offset.' }),
    to: instant('23:59:59.999Z').meta({ description: 'Received then or before.' }),
    limit: z.coerce.number('is not a number').int().min(1).max(limits.pageItems).default(limits.defaultPageItems),
    cursor: z.string().optional().meta({ description: 'The `next_cursor` of the page before.', minLength: 1 }),
  }),
  reply: json(z.object({ data: z.array(SlaError), next_cursor: z.string().nullable() })),
  errors: [],
  example: {
    query: { folder: 'Folder_A', limit: 100 },
    reply: {
      data: [
        {
          error_id,
          folder: 'Folder_A',
          sla: 20,
          files: [{ filename: 'file1.txt', creation_date: creationDate, creation_date_utc: creationDate }],
          received_at: '2024-06-12T12:31:00.000Z',
        },
      ],
      next_cursor: null,
    },
  },
});
