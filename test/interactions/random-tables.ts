import fc from 'fast-check';
import type { InteractionRow, Question, Table } from './reference';

// Tables as spreadsheets may hold them: few customers, channels and days, so that rows meet; odd spellings; orphans.

const two = (value: number) => String(value).padStart(2, '0');
const year = fc.integer({ min: 2019, max: 2021 });
const month = fc.tuple(year, fc.integer({ min: 1, max: 12 })).map(([y, m]) => `${y}-${two(m)}`);
const date = fc.tuple(month, fc.integer({ min: 1, max: 28 })).map(([m, d]) => `${m}-${two(d)}`);
const time = fc.constantFrom('00:00', '09:00', '09:30', '23:59');
const customer = fc.integer({ min: 1, max: 8 });
const channel = fc.constantFrom('Email', 'email', ' EMAIL', 'Call', 'call ', 'Bird', 'Émail', 'Emial');
const topic = fc.constantFrom('Sand', 'sand', ' SAND ', 'Orange', 'Water');

const interaction: fc.Arbitrary<InteractionRow> = fc.record({ date, time, channel, customer });
const interactions: fc.Arbitrary<Table> = fc.array(interaction, { maxLength: 12 }).chain((rows) =>
  // Some rows come several times.
  fc.array(fc.nat({ max: 11 }), { maxLength: 4 }).map((again) => ({
    kind: 'interactions' as const,
    rows: [...rows, ...again.flatMap((index) => rows[index] ?? [])],
  })),
);
const customers: fc.Arbitrary<Table> = fc
  .array(fc.record({ id: customer, type: fc.constantFrom('Red', 'red', 'Blue ', '', 'Orange') }), { maxLength: 8 })
  .map((rows) => ({ kind: 'customers', rows }));
const products: fc.Arbitrary<Table> = fc
  .array(fc.record({ month, topic }), { maxLength: 6 })
  .map((rows) => ({ kind: 'products', rows }));

export const tables: fc.Arbitrary<readonly Table[]> = fc.array(
  fc.oneof(interactions, interactions, customers, products),
  {
    maxLength: 5,
  },
);

export const question: fc.Arbitrary<Question> = fc.record({
  topic: fc.option(topic, { nil: undefined }),
  match: fc.constantFrom('exact' as const, 'asof' as const),
  from: fc.option(date, { nil: undefined }),
  to: fc.option(date, { nil: undefined }),
});

/** How a file is written. */
export interface Writing {
  readonly delimiter: ',' | ';' | '\t';
  readonly lineEnd: '\n' | '\r\n' | '\r';
  readonly mark: '' | '\ufeff';
  readonly headers: number;
  readonly isQuoted: boolean;
}

export const writing: fc.Arbitrary<Writing> = fc.record({
  delimiter: fc.constantFrom(',' as const, ';' as const, '\t' as const),
  lineEnd: fc.constantFrom('\n' as const, '\r\n' as const, '\r' as const),
  mark: fc.constantFrom('' as const, '\ufeff' as const),
  headers: fc.nat({ max: 2 }),
  isQuoted: fc.boolean(),
});

const headers = {
  interactions: [
    ['Date', 'Channel', 'Customer ID', 'Note'],
    [' date ', 'CHANNEL', 'customer_id', 'note'],
    ['DATE', 'channel', 'CustomerId', 'Note'],
  ],
  customers: [
    ['Customer ID', 'Name', 'Customer Type'],
    ['id', 'name', 'type'],
    ['CUSTOMER-ID', ' NAME', 'customer_type'],
  ],
  products: [
    ['Month', 'Product'],
    ['month', 'TOPIC'],
    [' Month', 'Product of Discussion'],
  ],
};

const ddmmyyyy = (iso: string) => iso.split('-').reverse().join('/');
const mmyyyy = (iso: string) => iso.split('-').reverse().join('-');

function rowsOf(table: Table): readonly (readonly string[])[] {
  switch (table.kind) {
    case 'interactions':
      return table.rows.map((row) => [`${ddmmyyyy(row.date)} ${row.time}`, row.channel, String(row.customer), 'x']);
    case 'customers':
      return table.rows.map(({ id, type }) => [String(id), `Name, of ${id}`, type]);
    case 'products':
      return table.rows.map((row) => [mmyyyy(row.month), row.topic]);
  }
}

/** A table as a CSV file. */
export function csvOf(table: Table, { delimiter, lineEnd, mark, headers: style, isQuoted }: Writing): string {
  const header = headers[table.kind][style] ?? [];
  const cell = (text: string) => (isQuoted || text.includes(delimiter) || text.includes('"') ? `"${text}"` : text);
  const lines = [header, ...rowsOf(table)].map((fields) => fields.map(cell).join(delimiter));
  // A blank line here and there.
  return mark + lines.join(lineEnd) + lineEnd + lineEnd;
}
