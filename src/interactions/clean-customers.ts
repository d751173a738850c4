import { type ByBucket, type Keep, readByBucket } from './by-bucket';
import { faultOfId } from './clean-interactions';
import { faultOfName } from './clean-name';
import { type CustomerRow, idOf, unknownType } from './customer';
import { folded, Names } from './names';
import type { Row } from './read-table';

type Column = 'customer_id' | 'name' | 'customer_type';

const names = {
  customer_id: ['Customer ID', 'Customer Number', 'ID'],
  name: ['Name', 'Customer Name', 'Customer', 'Full Name'],
  customer_type: ['Customer Type', 'Type', 'Segment', 'Colour', 'Color'],
} as const;

/** Of rows with one id the last counts. */
export interface CleanCustomers extends ByBucket<GivenCustomer> {
  readonly kind: 'customers';
  readonly types: Names;
}

export interface GivenCustomer {
  readonly id: number;
  /** Types are numbered as the file's `types` are. */
  readonly row: CustomerRow;
  /** How many rows the file has with this id. */
  readonly rows: number;
}

/** Reads a table of customers. Throws as `readTable` does. */
export async function cleanCustomers(content: AsyncIterable<Uint8Array>): Promise<CleanCustomers> {
  const types = new Names();

  const take = (row: Row<Column>, keep: Keep): readonly string[] => {
    const id = idOf(row.text('customer_id'));
    const type = row.text('customer_type');
    const isUnknown = ['', 'unknown'].includes(folded(type));
    const typeFault = isUnknown ? undefined : faultOfName('customer type', type, types);
    if (id !== undefined && typeFault === undefined) {
      const number = isUnknown ? unknownType : types.add(row.raw('customer_type'), 1);
      keep(id, encoded(id, { name: row.text('name'), type: number, other: row.other() }));
      return [];
    }
    return [
      ...(id === undefined ? [faultOfId(row.text('customer_id'))] : []),
      ...(typeFault === undefined ? [] : [typeFault]),
    ];
  };

  const rows = await readByBucket(content, { names, optional: ['name'], take, group: lastOfEach });
  return { kind: 'customers', types, ...rows };
}

/** One line of JSON. */
const encoded = (id: number, { name, type, other }: CustomerRow): Buffer =>
  Buffer.from(`${JSON.stringify([id, name, type, other])}\n`);

function lastOfEach(records: Buffer): readonly GivenCustomer[] {
  const customers = new Map<number, GivenCustomer>();
  for (const line of records.toString('utf8').split('\n').slice(0, -1)) {
    const [id, name, type, other] = JSON.parse(line) as [number, string, number, Record<string, string>];
    customers.set(id, { id, row: { name, type, other }, rows: (customers.get(id)?.rows ?? 0) + 1 });
  }
  return [...customers.values()].sort((a, b) => a.id - b.id);
}
