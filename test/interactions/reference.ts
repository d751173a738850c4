import type { Kind } from '../../src/interactions/import-log';

// The same answers from the rows as they are, by the shortest way: every question walks over every row.

export interface InteractionRow {
  /** `yyyy-mm-dd` and `hh:mm`. */
  readonly date: string;
  readonly time: string;
  readonly channel: string;
  readonly customer: number;
}

export type Table =
  | { readonly kind: 'interactions'; readonly rows: readonly InteractionRow[] }
  | { readonly kind: 'customers'; readonly rows: readonly { readonly id: number; readonly type: string }[] }
  | { readonly kind: 'products'; readonly rows: readonly { readonly month: string; readonly topic: string }[] };

export interface Question {
  readonly topic?: string | undefined;
  readonly match: 'exact' | 'asof';
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const plain = (text: string) => text.trim().toLowerCase();

/** What all tables together say. */
export class Reference {
  readonly interactions: readonly InteractionRow[];
  readonly #customers = new Map<number, string>();
  readonly #products: { month: string; topic: string }[] = [];
  readonly #shown: Record<Kind, Map<string, string>> = {
    interactions: new Map(),
    customers: new Map(),
    products: new Map(),
  };

  constructor(tables: readonly Table[]) {
    const perFile: Map<string, InteractionRow[]>[] = [];
    for (const table of tables) {
      if (table.kind === 'customers') {
        for (const { id, type } of table.rows) {
          this.#customers.set(id, plain(type));
          if (plain(type) !== '') this.#show('customers', type);
        }
      } else if (table.kind === 'products') {
        for (const { month, topic } of table.rows) {
          this.#show('products', topic);
          const isKnown = this.#products.some((each) => each.month === month && each.topic === plain(topic));
          if (!isKnown) this.#products.push({ month, topic: plain(topic) });
        }
      } else {
        const counted = new Map<string, InteractionRow[]>();
        for (const row of table.rows) {
          this.#show('interactions', row.channel);
          const key = `${row.date} ${row.time} ${plain(row.channel)} ${row.customer}`;
          counted.set(key, [...(counted.get(key) ?? []), { ...row, channel: plain(row.channel) }]);
        }
        perFile.push(counted);
      }
    }
    const most = new Map<string, InteractionRow[]>();
    for (const [key, rows] of perFile.flatMap((counted) => [...counted])) {
      if (rows.length > (most.get(key)?.length ?? 0)) most.set(key, rows);
    }
    this.interactions = [...most.values()].flat();
  }

  #show(kind: Kind, text: string): void {
    if (!this.#shown[kind].has(plain(text))) this.#shown[kind].set(plain(text), text.trim());
  }

  get channels(): readonly string[] {
    return [...this.#shown.interactions.values()];
  }

  get topics(): readonly string[] {
    return [...this.#shown.products.values()];
  }

  isKnown(id: number): boolean {
    return this.#customers.has(id) || this.interactions.some(({ customer }) => customer === id);
  }

  #topicsOf({ date }: InteractionRow, match: 'exact' | 'asof'): readonly string[] {
    const own = date.slice(0, 7);
    const months = this.#products.map(({ month }) => month).filter((month) => month <= own);
    const month = match === 'exact' ? own : months.sort().at(-1);
    return this.#products.filter((product) => product.month === month).map(({ topic }) => topic);
  }

  #inPeriod({ from = '0', to = '9' }: Question): readonly InteractionRow[] {
    return this.interactions.filter(({ date }) => date >= from && date <= `${to}~`);
  }

  customer(id: number, question: Question) {
    const { topic, match } = question;
    const own = this.#inPeriod(question).filter(({ customer }) => customer === id);
    const wanted = own.filter((row) => topic === undefined || this.#topicsOf(row, match).includes(plain(topic)));
    return {
      channels: this.channels.map((channel) => [
        channel,
        wanted.filter((row) => row.channel === plain(channel)).length,
      ]),
      ...(topic !== undefined && {
        topic: {
          name: this.#shown.products.get(plain(topic)),
          unattributed: own.filter((row) => this.#topicsOf(row, match).length === 0).length,
        },
      }),
    };
  }

  /** Rows without zeros, as a set of lines, and the total. */
  statistics(groupBy: readonly string[], question: Question) {
    const { topic, match } = question;
    const lines = new Map<string, number>();
    let total = 0;
    for (const row of this.#inPeriod(question)) {
      const topics = this.#topicsOf(row, match);
      if (topic !== undefined && !topics.includes(plain(topic))) continue;
      total++;
      const own = topic !== undefined ? [plain(topic)] : topics.length > 0 ? topics : [null];
      for (const each of groupBy.includes('topic') ? own : [null]) {
        const values = groupBy.map((dimension) => {
          if (dimension === 'month') return row.date.slice(0, 7);
          if (dimension === 'channel') return this.#shown.interactions.get(row.channel);
          if (dimension === 'topic') return each === null ? null : this.#shown.products.get(each);
          return this.#shown.customers.get(this.#customers.get(row.customer) ?? '') ?? 'unknown';
        });
        const line = JSON.stringify(values);
        lines.set(line, (lines.get(line) ?? 0) + 1);
      }
    }
    return { lines: Object.fromEntries(lines), total };
  }
}
