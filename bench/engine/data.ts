import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Data sets that are the same at every run: a stream of numbers decides on them, not chance.

interface DataSet {
  readonly header: string;
  readonly row: (random: Random, index: number) => string;
  /** @default '\n' */
  readonly lineEnd?: string;
  /** @default ',' */
  readonly delimiter?: string;
}

/** A whole number from 0 up to, not including, `below`. */
type Random = (below: number) => number;

const two = (number: number) => String(number).padStart(2, '0');
const pick = (random: Random, values: readonly string[]): string => values[random(values.length)] ?? '';
const price = (random: Random, below: number) => (random(below * 100) / 100).toFixed(2);

const countries = 'US DE GB FR SE DK FI NL ES IT PL CA AU JP BR IN CN MX CH AT'.split(' ');
const states = ['shipped', 'shipped', 'shipping', 'delivered', 'delivered', 'cancelled', 'pending', 'returned'];
const first = ['Anna', 'Ola', 'Kari', 'John', 'Maria', 'Liu', 'Fatima', 'Ivan', 'Sofia', 'Lars', 'Zoë', 'José'];
const last = ['Hansen', 'Olsen', 'Smith', 'García', 'Müller', 'Wang', 'Khan', 'Petrov', 'Rossi', 'Berg'];
const words = 'please leave at the door gift wrap call before delivery fragile express ring bell'.split(' ');
const events = ['page.view', 'page.view', 'page.scroll', 'button.click', 'app.start', 'cart.add', 'search.query'];

function order(random: Random, index: number): string {
  const name = random(4)
    ? `${pick(random, first)} ${pick(random, last)}`
    : `"${pick(random, last)}, ${pick(random, first)}"`;
  const country = random(100) ? pick(random, countries) : 'NO';
  const date = `202${random(6)}-${two(1 + random(12))}-${two(1 + random(28))}`;
  const head = `${100_000 + index},${date},${random(1e6)},${name},${country},${pick(random, states)}`;
  return `${head},${pick(random, ['USD', 'EUR', 'NOK'])},${price(random, 1000)},${1 + random(20)},SKU-${1000 + random(9000)},${comment(random)}`;
}

/** Seven in ten are plain or empty; of the others most hold a comma, a few a quote or a line break. */
function comment(random: Random): string {
  const kind = random(100);
  const text = `${pick(random, words)} ${pick(random, words)} ${pick(random, words)}`;
  if (kind < 30) return '';
  if (kind < 70) return text;
  if (kind < 95) return `"${pick(random, words)}, ${text}"`;
  return kind < 98 ? `"${pick(random, words)} ""${text}"""` : `"${text}\n${pick(random, words)}"`;
}

const hexDigits = (random: Random, count: number) =>
  Array.from({ length: count }, () => random(16).toString(16)).join('');

function event(random: Random): string {
  const id = [8, 4, 4, 4, 12].map((count) => hexDigits(random, count)).join('-');
  return `${1_700_000_000 + random(31_536_000)},"${id}","${random(100) ? pick(random, events) : 'user.signup'}"`;
}

function taxi(random: Random): string {
  const start = 1_700_000_000 + random(31_536_000);
  const fare = random(7000) / 100;
  const places = `${1 + random(6)},${random(2)},${1 + random(100)},${1 + random(265)},${1 + random(4)}`;
  const extras = `${pick(random, ['0', '0.5', '1', '2.5'])},0.5,${price(random, 15)},${random(10) ? '0' : '6.55'},0.3`;
  return `${1 + random(2)},${start},${start + random(4000)},${1 + random(5)},${price(random, 20)},${places},${fare.toFixed(2)},${extras},${(fare + 3.8).toFixed(2)},${pick(random, ['0', '2.5'])},${random(10) ? '0' : '1.75'}`;
}

const quoted = (row: string) => `"${row.split(',').join('","')}"`;
const taxiHeader =
  'vendor,pickup,dropoff,passengers,distance,rate,flag,from_place,to_place,payment,fare,extra,mta_tax,tip,tolls,surcharge,total,congestion,airport';

const wideDelimiter = '€';

/** The first three are everyday files; the others are what a reader of CSV likes less. */
const dataSets = {
  orders: {
    header: 'id,order_date,customer_id,customer_name,country,status,currency,amount,quantity,sku,comment',
    row: order,
  },
  events: { header: 'epoch,uuid,event', row: event },
  taxi: { header: taxiHeader, row: taxi },
  quoted: { header: taxiHeader, row: (random) => quoted(taxi(random)) },
  multibyte: {
    header: taxiHeader.replaceAll(',', wideDelimiter),
    row: (random) => taxi(random).replaceAll(',', wideDelimiter),
    delimiter: wideDelimiter,
  },
  crlf: { header: taxiHeader, row: taxi, lineEnd: '\r\n' },
  wide: {
    header: Array.from({ length: 200 }, (_, column) => `c${column}`).join(','),
    row: (random) => Array.from({ length: 200 }, () => random(1e5)).join(','),
  },
  // A quote within a field that is not quoted: one record in a hundred.
  malformed: { header: taxiHeader, row: (random) => (random(100) ? taxi(random) : `5" disk,${taxi(random)}`) },
} as const satisfies Record<string, DataSet>;

export type DataSetName = keyof typeof dataSets;
export const dataSetNames = Object.keys(dataSets) as readonly DataSetName[];

export const delimiterOf = (name: DataSetName): string => {
  const { delimiter = ',' }: DataSet = dataSets[name];
  return delimiter;
};

function randomNumbers(): Random {
  let state = 0x9e3779b9 | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** The path of a data set of about so many bytes, made now unless an earlier run has. */
export function dataFile(name: DataSetName, bytes: number): string {
  const folder = join(tmpdir(), 'datadock-bench');
  const path = join(folder, `${name}-${bytes}.csv`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const { header, row, lineEnd = '\n' }: DataSet = dataSets[name];
  const random = randomNumbers();
  const file = openSync(`${path}.unfinished`, 'w');
  let written = writeSync(file, header + lineEnd);
  for (let index = 0; written < bytes; ) {
    let text = '';
    for (let count = 0; count < 10_000; count++) text += row(random, index++) + lineEnd;
    written += writeSync(file, text);
  }
  closeSync(file);
  renameSync(`${path}.unfinished`, path);
  return path;
}
