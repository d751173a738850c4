import { compacted, differences, expanded, sums } from './compact';
import { type DayCounts, dayCountsOf, type Moments } from './moments';

/** A row of the customers' table. */
export interface CustomerRow {
  readonly name: string;
  /** The number of the type's name, or `unknownType`. */
  readonly type: number;
  /** The columns that are not known, by their headers. */
  readonly other: Readonly<Record<string, string>>;
}

/** The type of a customer who has none: without a row, or with an empty cell in it. */
export const unknownType = -1;

/** All that is kept of a customer; without a row an orphan of the interactions' table. */
export interface Customer {
  readonly row?: CustomerRow;
  readonly moments: Moments;
}

export const noCustomer: Customer = { moments: [] };

export const typeOf = ({ row }: Customer): number => row?.type ?? unknownType;

/** What an answer reads of a customer. */
export interface CustomerHead {
  readonly row?: CustomerRow;
  readonly days: DayCounts;
}

/** A customer's id is a positive integer in its one canonical form. */
export function idOf(text: string): number | undefined {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : undefined;
}

/** The bucket of a customer, from 0 to 255: so many collections hold all of them, and an import works on one after another. */
export const bucketOf = (id: number): number => Math.imul((id % 2 ** 32) ^ (id / 2 ** 32), 2_654_435_761) >>> 24;

export const collectionOf = (bucket: number): string => `customers/${bucket}`;

/** In the order of the ids. */
export const nameOf = (id: number): string => String(id).padStart(16, '0');

/** A document in two parts: answers read the head alone. */
export function encodeCustomer({ row, moments }: Customer): { readonly head: Uint8Array; readonly rest: Uint8Array } {
  return {
    head: compacted({ row, days: differences(dayCountsOf(moments)) }),
    rest: compacted(differences(moments)),
  };
}

export function decodeHead(head: Uint8Array): CustomerHead {
  const { days, ...rest } = expanded<CustomerHead>(head);
  return { ...rest, days: sums(days) };
}

export function decodeCustomer({ head, rest }: { readonly head: Uint8Array; readonly rest: Uint8Array }): Customer {
  const { row } = expanded<CustomerHead>(head);
  return { ...(row && { row }), moments: sums(expanded<number[]>(rest)) };
}
