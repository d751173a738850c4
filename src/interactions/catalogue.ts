import type { Product } from './clean-products';
import { compacted, expanded } from './compact';
import { type NameJson, Names } from './names';

/** Numbers about the rows for the findings on them. */
export interface Tally {
  /** Customers with interactions and without a row, and their interactions. */
  orphans: number;
  orphanInteractions: number;
  /** Customers with a row and without interactions. */
  idle: number;
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
  tally: { orphans: 0, orphanInteractions: 0, idle: 0, repeatedInteractions: 0, repeatedRows: 0 },
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
