// Random queries in what S3 Select and DuckDB have in common, each written in both dialects. All fields are text; numbers
// are cast. A seed gives the same queries again.

/** One expression in both dialects. */
interface Both {
  readonly ours: string;
  readonly duck: string;
}

export type Kind = 'int' | 'decimal' | 'float' | 'text' | 'bool';

export interface Pair {
  readonly ours: string;
  readonly duck: string;
  /** Of the columns of the result. */
  readonly kinds: readonly Kind[];
}

/** A table whose fields can be cast: the names of its columns by what their fields hold. */
export interface Table {
  readonly texts: readonly string[];
  readonly ints: readonly string[];
  readonly decimals: readonly string[];
  /** Decimals, or empty. */
  readonly gaps: readonly string[];
  readonly dates: readonly string[];
  readonly words: readonly string[];
}

/** Source: T. Ettinger, mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const sqlText = (text: string) => `'${text.replaceAll("'", "''")}'`;
const same = (text: string): Both => ({ ours: text, duck: text });
const column = (name: string): Both => same(`"${name}"`);

/** A template with holes for expressions, filled in both dialects. */
const both = (strings: TemplateStringsArray, ...parts: readonly (Both | string)[]): Both => {
  const fill = (side: 'ours' | 'duck') =>
    strings.reduce((text, string, i) => {
      const part = parts[i];
      return text + string + (part === undefined ? '' : typeof part === 'string' ? part : part[side]);
    }, '');
  return { ours: fill('ours'), duck: fill('duck') };
};

export class QueryGenerator {
  #random: () => number;
  #table: Table;

  constructor(seed: number, table: Table) {
    this.#random = randomOf(seed);
    this.#table = table;
  }

  query(): Pair {
    return this.#below(4) === 0 ? this.#aggregates() : this.#rows();
  }

  #rows(): Pair {
    const kinds = this.#times(1 + this.#below(3), () => this.#pick<Kind>('int', 'decimal', 'float', 'text', 'bool'));
    const items = kinds.map((kind) => this.#of(kind, 3));
    const where = this.#below(3) > 0 ? both` WHERE ${this.#bool(3)}` : same('');
    const limit = this.#below(4) === 0 ? ` LIMIT ${this.#below(12)}` : '';
    return this.#statement(items, kinds, where, limit);
  }

  #aggregates(): Pair {
    const kinds = this.#times(1 + this.#below(3), () => this.#pick<Kind>('int', 'decimal', 'float'));
    const items = kinds.map((kind) => this.#aggregate(kind));
    const where = this.#below(3) > 0 ? both` WHERE ${this.#bool(2)}` : same('');
    return this.#statement(items, kinds, where, '');
  }

  /** Each item stands beside the question whether it is NULL, which CSV does not tell from an empty text. */
  #statement(items: readonly Both[], kinds: readonly Kind[], where: Both, limit: string): Pair {
    const list = (side: 'ours' | 'duck') =>
      items
        .map((item) => {
          const value = side === 'duck' ? `CAST(${item.duck} AS VARCHAR)` : item.ours;
          return `${value}, (${item[side]}) IS NULL`;
        })
        .join(', ');
    return {
      ours: `SELECT ${list('ours')} FROM S3Object${where.ours}${limit}`,
      duck: `SELECT ${list('duck')} FROM t${where.duck}${limit}`,
      kinds: kinds.flatMap((kind): Kind[] => [kind, 'bool']),
    };
  }

  #aggregate(kind: Kind): Both {
    switch (kind) {
      case 'int':
        return this.#pick(
          () => same('COUNT(*)'),
          () => both`COUNT(${this.#of(this.#pick<Kind>('int', 'text', 'bool'), 2)})`,
          () => both`SUM(${this.#int(1)})`,
          () => both`${this.#pick('MIN', 'MAX')}(${this.#int(2)})`,
        )();
      case 'decimal':
        return both`${this.#pick('SUM', 'MIN', 'MAX')}(${this.#decimal(1)})`;
      default:
        // Both add up doubles, each in its own way, so that only exact sums are compared.
        return both`${this.#pick('MIN', 'MAX')}(${this.#float(1)})`;
    }
  }

  #of(kind: Kind, depth: number): Both {
    switch (kind) {
      case 'int':
        return this.#int(depth);
      case 'decimal':
        return this.#decimal(depth);
      case 'float':
        return this.#float(depth);
      case 'text':
        return this.#text(depth);
      case 'bool':
        return this.#bool(depth);
    }
  }

  #int(depth: number): Both {
    const leaf = () => this.#pick(this.#intLiteral, this.#intColumn)();
    if (depth <= 0) return leaf();
    return this.#pick(
      leaf,
      leaf,
      () => both`(${this.#int(depth - 1)} ${this.#pick('+', '-')} ${this.#int(depth - 1)})`,
      () => both`(${leaf()} * ${leaf()})`,
      () => this.#quotient(depth),
      () => both`(${this.#int(depth - 1)} % ${this.#int(depth - 1)})`,
      () => both`(- ${this.#int(depth - 1)})`,
      () => both`CHAR_LENGTH(${this.#text(depth - 1)})`,
      () => both`EXTRACT(${this.#pick('YEAR', 'MONTH', 'DAY', 'HOUR')} FROM ${this.#date()})`,
      () => this.#conditional('int', depth),
    )();
  }

  #intLiteral = (): Both => {
    const number = String(this.#below(3) === 0 ? this.#below(2_000_000_000) : this.#below(20));
    return { ours: number, duck: `CAST(${number} AS BIGINT)` };
  };

  #intColumn = (): Both => {
    const name = this.#pick(...this.#table.ints);
    return { ours: `CAST("${name}" AS INT)`, duck: `CAST("${name}" AS BIGINT)` };
  };

  #quotient(depth: number): Both {
    const [a, b] = [this.#int(depth - 1), this.#int(depth - 1)];
    return { ours: `(${a.ours} / ${b.ours})`, duck: `(${a.duck} // ${b.duck})` };
  }

  #decimal(depth: number): Both {
    const leaf = (): Both => {
      if (this.#below(3) > 0) {
        const name = this.#pick(...this.#table.decimals);
        return { ours: `CAST("${name}" AS DECIMAL)`, duck: `CAST("${name}" AS DECIMAL(18,3))` };
      }
      const number = (this.#below(100_000) / 100).toFixed(2);
      return { ours: number, duck: `CAST(${number} AS DECIMAL(18,3))` };
    };
    if (depth <= 0) return leaf();
    return this.#pick(
      leaf,
      () => both`(${this.#decimal(depth - 1)} ${this.#pick('+', '-')} ${this.#decimal(depth - 1)})`,
      () => both`(${leaf()} * ${leaf()})`,
      () => both`(- ${leaf()})`,
      () => both`CASE WHEN ${this.#bool(depth - 1)} THEN ${leaf()} ELSE ${leaf()} END`,
    )();
  }

  #float(depth: number): Both {
    const leaf = (): Both => {
      const name = this.#pick(...this.#table.decimals);
      return { ours: `CAST("${name}" AS FLOAT)`, duck: `CAST("${name}" AS DOUBLE)` };
    };
    if (depth <= 0) return leaf();
    return this.#pick(
      leaf,
      () => both`(${this.#float(depth - 1)} ${this.#pick('+', '-', '*', '/')} ${this.#float(depth - 1)})`,
      () => both`(- ${this.#float(depth - 1)})`,
    )();
  }

  #text(depth: number): Both {
    const leaf = () => this.#pick(() => column(this.#pick(...this.#table.texts)), this.#textLiteral)();
    if (depth <= 0) return leaf();
    return this.#pick(
      leaf,
      leaf,
      () => both`(${this.#text(depth - 1)} || ${this.#text(depth - 1)})`,
      () => both`${this.#pick('UPPER', 'LOWER')}(${this.#text(depth - 1)})`,
      () => this.#substring(depth),
      () => both`TRIM(${this.#text(depth - 1)})`,
      () => this.#trim(depth),
      () => {
        const int = this.#int(depth - 1);
        return { ours: `CAST(${int.ours} AS STRING)`, duck: `CAST(${int.duck} AS VARCHAR)` };
      },
      () => this.#dateText(),
      () => this.#conditional('text', depth),
    )();
  }

  #textLiteral = (): Both => same(sqlText(this.#words(this.#below(3))));

  #words(count: number): string {
    return this.#times(count, () => this.#pick(...this.#table.words)).join(this.#pick('', ' '));
  }

  #substring(depth: number): Both {
    const start = String(this.#below(12) - 2);
    const text = this.#text(depth - 1);
    if (this.#below(2) === 0) return both`SUBSTRING(${text}, ${start})`;
    return both`SUBSTRING(${text}, ${start}, ${String(this.#below(6))})`;
  }

  #trim(depth: number): Both {
    const [text, set] = [this.#text(depth - 1), this.#textLiteral()];
    const [side, name] = this.#pick(['LEADING', 'ltrim'], ['TRAILING', 'rtrim'], ['BOTH', 'trim']) as [string, string];
    return { ours: `TRIM(${side} ${set.ours} FROM ${text.ours})`, duck: `${name}(${text.duck}, ${set.duck})` };
  }

  #date(): Both {
    const name = this.#pick(...this.#table.dates);
    const part = this.#pick('year', 'month', 'day');
    const count = String(this.#below(40));
    const start = `CAST("${name}" AS TIMESTAMP)`;
    if (this.#below(2) === 0) return same(start);
    return { ours: `DATE_ADD(${part}, ${count}, ${start})`, duck: `(${start} + INTERVAL ${count} ${part})` };
  }

  #dateText(): Both {
    const date = this.#date();
    const [ours, duck] = this.#pick(
      ['yyyy-MM-dd', '%Y-%m-%d'],
      ['d MMMM yy', '%-d %B %y'],
      ['MMM d, yyyy HH:mm', '%b %-d, %Y %H:%M'],
    ) as [string, string];
    return { ours: `TO_STRING(${date.ours}, '${ours}')`, duck: `strftime(${date.duck}, '${duck}')` };
  }

  #conditional(kind: 'int' | 'text', depth: number): Both {
    const [a, b] = [this.#of(kind, depth - 1), this.#of(kind, depth - 1)];
    return this.#pick(
      () => both`CASE WHEN ${this.#bool(depth - 1)} THEN ${a} ELSE ${b} END`,
      () => both`CASE WHEN ${this.#bool(depth - 1)} THEN ${a} END`,
      () => both`CASE ${a} WHEN ${b} THEN ${this.#of(kind, depth - 1)} ELSE ${a} END`,
      () => both`COALESCE(NULLIF(${a}, ${b}), ${this.#of(kind, depth - 1)})`,
      () => both`NULLIF(${a}, ${b})`,
    )();
  }

  #bool(depth: number): Both {
    if (depth <= 0) return this.#comparison(0);
    return this.#pick(
      () => this.#comparison(depth),
      () => this.#comparison(depth),
      () => both`(${this.#bool(depth - 1)} ${this.#pick('AND', 'OR')} ${this.#bool(depth - 1)})`,
      () => both`(NOT ${this.#bool(depth - 1)})`,
      () => this.#like(depth),
      () => this.#in(depth),
      () => this.#between(depth),
      () => both`(${this.#of(this.#pick<Kind>('int', 'text'), depth - 1)} IS ${this.#pick('', 'NOT ')}NULL)`,
      () => this.#guarded(),
    )();
  }

  #comparison(depth: number): Both {
    const kind = this.#pick<Kind>('int', 'decimal', 'float', 'text');
    const operator = this.#pick('=', '<>', '<', '<=', '>', '>=');
    return both`(${this.#of(kind, depth - 1)} ${operator} ${this.#of(kind, depth - 1)})`;
  }

  #like(depth: number): Both {
    const pattern = this.#times(1 + this.#below(4), () => this.#pick('%', '_', this.#pick(...this.#table.words))).join(
      '',
    );
    const not = this.#pick('', 'NOT ');
    if (this.#below(4) > 0) return both`(${this.#text(depth - 1)} ${not}LIKE ${sqlText(pattern)})`;
    return both`(${this.#text(depth - 1)} ${not}LIKE ${sqlText(`${pattern}!%`)} ESCAPE '!')`;
  }

  #in(depth: number): Both {
    const kind = this.#pick<Kind>('int', 'text');
    const list = this.#times(1 + this.#below(3), () => this.#of(kind, 0));
    const elements = list.reduce((all, element) => both`${all}, ${element}`);
    return both`(${this.#of(kind, depth - 1)} ${this.#pick('', 'NOT ')}IN (${elements}))`;
  }

  #between(depth: number): Both {
    const kind = this.#pick<Kind>('int', 'decimal', 'text');
    const [low, high] = [this.#of(kind, depth - 1), this.#of(kind, depth - 1)];
    return both`(${this.#of(kind, depth - 1)} ${this.#pick('', 'NOT ')}BETWEEN ${low} AND ${high})`;
  }

  /** AND stops before it casts what is empty; DuckDB does not promise that, and has TRY_CAST. */
  #guarded(): Both {
    const name = this.#pick(...this.#table.gaps);
    const number = (this.#below(10_000) / 100).toFixed(2);
    return {
      ours: `("${name}" <> '' AND CAST("${name}" AS DECIMAL) > ${number})`,
      duck: `("${name}" <> '' AND TRY_CAST("${name}" AS DECIMAL(18,3)) > ${number})`,
    };
  }

  #below = (count: number): number => Math.floor(this.#random() * count);

  #pick<T>(...choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }

  #times<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make);
  }
}
