import type { DataSetName } from './data';

export type QueryName = 'Q1' | 'Q2' | 'Q3' | 'Q4' | 'Q5' | 'Q6' | 'Q7' | 'Q8';

/** What the queries ask of a data set. */
interface Subject {
  readonly equals: readonly [column: string, value: string];
  readonly columns: readonly [string, string];
  readonly number: string;
  readonly above: number;
  readonly prefix: readonly [column: string, prefix: string];
}

const ofTaxi: Subject = {
  equals: ['from_place', '42'],
  columns: ['pickup', 'total'],
  number: 'total',
  above: 66.8,
  prefix: ['rate', '1'],
};

const subjects: Readonly<Record<DataSetName, Subject>> = {
  orders: {
    equals: ['country', 'NO'],
    columns: ['id', 'amount'],
    number: 'amount',
    above: 900,
    prefix: ['status', 'ship'],
  },
  events: {
    equals: ['event', 'user.signup'],
    columns: ['epoch', 'event'],
    number: 'epoch',
    above: 1_728_382_400,
    prefix: ['event', 'page'],
  },
  taxi: ofTaxi,
  quoted: ofTaxi,
  multibyte: ofTaxi,
  crlf: ofTaxi,
  malformed: ofTaxi,
  wide: { equals: ['c7', '42'], columns: ['c1', 'c150'], number: 'c100', above: 90_000, prefix: ['c50', '12'] },
};

const date = 'CAST(order_date AS TIMESTAMP)';
const functions = [
  'LOWER(status)',
  'UPPER(country)',
  'SUBSTRING(sku FROM 5 FOR 2)',
  "TRIM(BOTH ' ' FROM customer_name)",
  "COALESCE(NULLIF(comment, ''), '-')",
  `EXTRACT(YEAR FROM ${date})`,
];
/** Every function of S3 Select, over orders, and what DuckDB has for it. */
const allFunctions = {
  engine: [
    'CHAR_LENGTH(customer_name)',
    'CHARACTER_LENGTH(comment)',
    ...functions,
    `DATE_ADD(day, 1, ${date})`,
    `DATE_DIFF(day, ${date}, UTCNOW())`,
    `TO_STRING(${date}, 'y/M/d')`,
    'TO_TIMESTAMP(order_date)',
  ],
  duckdb: [
    'LENGTH(customer_name)',
    'LENGTH(comment)',
    ...functions,
    `${date} + INTERVAL 1 DAY`,
    `DATE_DIFF('day', ${date}, NOW()::TIMESTAMP)`,
    `STRFTIME(${date}, '%Y/%-m/%-d')`,
    date,
  ],
} as const;

/** Only Q8 asks for JSON. */
export const formatOf = (query: QueryName): 'csv' | 'ndjson' => (query === 'Q8' ? 'ndjson' : 'csv');

/** The same questions in the engine's dialect and in DuckDB's. */
export function sql(dataSet: DataSetName, query: QueryName, dialect: 'engine' | 'duckdb', table: string): string {
  const { equals, columns, number, above, prefix } = subjects[dataSet];
  const exact = dialect === 'engine' ? `CAST(${number} AS DECIMAL)` : `CAST(${number} AS DECIMAL(18,4))`;
  // DuckDB is given its fastest type here; the engine adds decimals, exactly.
  const summed = dialect === 'engine' ? exact : `CAST(${number} AS DOUBLE)`;
  switch (query) {
    case 'Q1':
      return `SELECT * FROM ${table} WHERE ${equals[0]} = '${equals[1]}'`;
    case 'Q2':
      return `SELECT ${columns.join(', ')} FROM ${table} WHERE ${exact} > ${above}`;
    case 'Q3':
      return `SELECT COUNT(*) FROM ${table}`;
    case 'Q4':
      return `SELECT SUM(${summed}), AVG(${summed}), MIN(${summed}), MAX(${summed}) FROM ${table} WHERE ${prefix[0]} LIKE '${prefix[1]}%'`;
    case 'Q5':
      return `SELECT * FROM ${table} LIMIT 10`;
    case 'Q6':
    case 'Q8':
      return `SELECT * FROM ${table}`;
    case 'Q7':
      return `SELECT ${allFunctions[dialect].join(', ')} FROM ${table}`;
  }
}

export const librariesAnswer = (query: QueryName): boolean => query !== 'Q7' && query !== 'Q8';

function notTheirs(): never {
  throw new Error('the libraries have no functions, and write CSV');
}

/** For the JavaScript libraries, which know no SQL: what to do with each row, and the rows of the result. */
export function byHand(
  dataSet: DataSetName,
  query: QueryName,
  header: readonly string[],
  emit: (row: readonly unknown[]) => void,
) {
  const { equals, columns, number, above, prefix } = subjects[dataSet];
  const at = (column: string) => header.indexOf(column);
  const [equalAt, numberAt, prefixAt, columnsAt] = [at(equals[0]), at(number), at(prefix[0]), columns.map(at)];
  let [count, sum, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const add = (value: number) => {
    count++;
    sum += value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  };
  const rowOf: Readonly<Record<QueryName, (row: readonly string[]) => void>> = {
    Q1: (row) => row[equalAt] === equals[1] && emit(row),
    Q2: (row) => Number(row[numberAt]) > above && emit(columnsAt.map((column) => row[column])),
    Q3: () => count++,
    Q4: (row) => row[prefixAt]?.startsWith(prefix[1]) && add(Number(row[numberAt])),
    Q5: (row) => count++ < 10 && emit(row),
    Q6: emit,
    Q7: notTheirs,
    Q8: notTheirs,
  };
  const finish = () => {
    if (query === 'Q3') emit([count]);
    if (query === 'Q4') emit([sum, sum / count, least, most]);
  };
  return { row: rowOf[query], finish };
}
