import { monthOf } from './calendar';
import { faultOfName } from './clean-name';
import { Names } from './names';
import { quoted, type Row, readTable, type TableReport } from './read-table';

type Column = 'month' | 'product';

const names = {
  month: ['Month', 'Date', 'Period'],
  product: ['Product', 'Product of Discussion', 'Topic', 'Product Name', 'Discussion'],
} as const;

/** Of months and products, in all files together. */
export const maxProducts = 10_000;

export interface CleanProducts {
  readonly kind: 'products';
  readonly report: TableReport;
  readonly topics: Names;
  /** Topics are numbered as `topics` is. */
  readonly products: readonly Product[];
}

/** That a product was discussed in a month. */
export interface Product {
  readonly month: number;
  readonly topic: number;
}

/** Reads a table of the products of discussion. Throws as `readTable` does. */
export async function cleanProducts(content: AsyncIterable<Uint8Array>): Promise<CleanProducts> {
  const topics = new Names();
  const products: Product[] = [];

  const take = (row: Row<Column>): readonly string[] => {
    const month = monthOf(row.text('month'));
    const topicFault = faultOfName('product', row.text('product'), topics);
    if (products.length === maxProducts) return [`there are more than ${maxProducts} products; is it the right file?`];
    if (month !== undefined && topicFault === undefined) {
      products.push({ month, topic: topics.add(row.raw('product'), 1) });
      return [];
    }
    return [
      ...(month === undefined ? [faultOfMonth(row.text('month'))] : []),
      ...(topicFault === undefined ? [] : [topicFault]),
    ];
  };

  const report = await readTable(content, { names, optional: [], take });
  return { kind: 'products', report, topics, products };
}

const faultOfMonth = (text: string): string =>
  text === '' ? 'the month is empty' : `${quoted(text)} is no month; write mm-yyyy, such as 02-2019`;
