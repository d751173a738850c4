import type { Product } from './clean-products';
import { compacted, expanded } from './compact';
import { type NameJson, Names } from './names';

/** How many customers there are of a sort, with the ids of some. */
export interface CountedCustomers {
  count: number;
  readonly examples: number[];
}

const maxExamples = 10;

/** Adds a customer, or takes one away by the sign -1. */
export function countCustomer(customers: CountedCustomers, id: number, sign: 1 | -1): void {
  const { examples } = customers;
  customers.count += sign;
  const place = examples.indexOf(id);
  if (sign === 1 && examples.length < maxExamples) examples.push(id);
  if (sign === -1 && place >= 0) examples.splice(place, 1);
}

/** Numbers about the rows for the findings on them. */
export interface Tally {
  /** Customers with interactions and without a row, and their interactions. */
  readonly orphans: CountedCustomers;
  orphanInteractions: number;
  /** Customers with a row and without interactions. */
  readonly idle: CountedCustomers;
  /** Interactions of the same moment, channel and customer as another. */
  repeatedInteractions: number;
  /** Rows of customers' files whose id another row of the file has, and rows of products that stood there already. */
  repeatedRows: number;
}

/** What is known of the tables as wholes: few and short, whatever the number of rows. */
export interface Catalogue {
  readonly channels: Names;
  readonly types: Names;
  readonly topics: Names;
  /** By ascending month, and of one month in the order in which they came. */
  readonly products: Product[];
  readonly tally: Tally;
}

interface CatalogueJson {
  readonly channels: readonly NameJson[];
  readonly types: readonly NameJson[];
  readonly topics: readonly NameJson[];
  readonly products: readonly (readonly [month: number, topic: number])[];
  readonly tally: Tally;
}

export const emptyCatalogue = (): Catalogue => ({
  channels: new Names(),
  types: new Names(),
  topics: new Names(),
  products: [],
  tally: {
    orphans: { count: 0, examples: [] },
    orphanInteractions: 0,
    idle: { count: 0, examples: [] },
    repeatedInteractions: 0,
    repeatedRows: 0,
  },
});

export const encodeCatalogue = ({ channels, types, topics, products, tally }: Catalogue): Uint8Array =>
  compacted({
    channels: channels.toJSON(),
    types: types.toJSON(),
    topics: topics.toJSON(),
    products: products.map(({ month, topic }) => [month, topic]),
    tally,
  } satisfies CatalogueJson);

export function decodeCatalogue(bytes: Uint8Array): Catalogue {
  const { channels, types, topics, products, tally } = expanded<CatalogueJson>(bytes);
  return {
    channels: Names.from(channels),
    types: Names.from(types),
    topics: Names.from(topics),
    products: products.map(([month, topic]) => ({ month, topic })),
    tally,
  };
}
