import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../errors';
import { inParallel } from '../in-parallel';
import type { CleanCustomers } from './clean-customers';
import type { CleanFile } from './clean-file';
import type { CleanInteractions } from './clean-interactions';
import { type CleanProducts, maxProducts, type Product } from './clean-products';
import { type Customer, unknownType } from './customer';
import type { Change, Edition } from './edition';
import { mergeMoments, withChannels } from './moments';
import { maxNames, type Names } from './names';

/** How many buckets are worked on at a time: while one waits for the table, another computes. */
const bucketsAtOnce = 4;

/** Tells how far it is: of `total` steps so many are done. */
export type Progress = (done: number, total: number) => void;

/**
 * Merges a file into an edition, and answers how many of its rows brought something new. A file that was imported before
 * says nothing more about spellings and repeated rows. Throws AppError ImportRejected where there would be too many names.
 */
export function applyFile(edition: Edition, file: CleanFile, isRepeat: boolean, progress: Progress): Promise<number> {
  switch (file.kind) {
    case 'customers':
      return applyCustomers(edition, file, isRepeat, progress);
    case 'interactions':
      return applyInteractions(edition, file, isRepeat, progress);
    case 'products':
      return applyProducts(edition, file, isRepeat);
  }
}

async function applyCustomers(edition: Edition, file: CleanCustomers, isRepeat: boolean, progress: Progress) {
  const { types, tally } = edition.catalogue;
  const numbers = merged('customer types', types, file.types, isRepeat);
  let imported = 0;
  await inBuckets(file.buckets, progress, async (bucket) => {
    const customers = await file.ofBucket(bucket);
    const changes = customers.map(({ id, row: given, rows }): Change => {
      const row = { ...given, type: numbers[given.type] ?? unknownType };
      if (!isRepeat) tally.repeatedRows += rows - 1;
      const apply = (customer: Customer): Customer => {
        if (isDeepStrictEqual(customer.row, row)) return customer;
        imported++;
        return { ...customer, row };
      };
      return { id, apply };
    });
    await edition.changeCustomers(bucket, changes);
  });
  return imported;
}

async function applyInteractions(edition: Edition, file: CleanInteractions, isRepeat: boolean, progress: Progress) {
  const numbers = merged('channels', edition.catalogue.channels, file.channels, isRepeat);
  let imported = 0;
  await inBuckets(file.buckets, progress, async (bucket) => {
    const customers = await file.ofBucket(bucket);
    const changes = customers.map(({ id, moments: given }): Change => {
      const apply = (customer: Customer): Customer => {
        const { moments, added } = mergeMoments(customer.moments, withChannels(given, numbers));
        imported += added;
        return added === 0 ? customer : { ...customer, moments };
      };
      return { id, apply };
    });
    await edition.changeCustomers(bucket, changes);
  });
  return imported;
}

async function applyProducts({ catalogue }: Edition, file: CleanProducts, isRepeat: boolean) {
  const numbers = merged('products', catalogue.topics, file.topics, isRepeat);
  const known = new Map(catalogue.products.map((product) => [keyOf(product), product]));
  const given = file.products.map(({ month, topic }): Product => ({ month, topic: numbers[topic] as number }));
  const added = new Map(given.map((product) => [keyOf(product), product]));
  if (!isRepeat) catalogue.tally.repeatedRows += given.length - added.size;
  for (const key of known.keys()) added.delete(key);
  const products = [...known.values(), ...added.values()].sort((a, b) => a.month - b.month);
  if (products.length > maxProducts) throw tooMany('products', maxProducts);
  catalogue.products.splice(0, catalogue.products.length, ...products);
  return added.size;
}

const keyOf = ({ month, topic }: Product): string => `${month} ${topic}`;

function merged(what: string, known: Names, given: Names, isRepeat: boolean): readonly number[] {
  const numbers = known.merge(given, !isRepeat);
  if (known.size > maxNames) throw tooMany(what, maxNames);
  return numbers;
}

const tooMany = (what: string, max: number): AppError =>
  new AppError(
    'ImportRejected',
    `Nothing was imported: with those of earlier files there would be more than ${max} ${what}. Is it the right column?`,
  );

function inBuckets(
  buckets: readonly number[],
  progress: Progress,
  work: (bucket: number) => Promise<void>,
): Promise<void> {
  let done = 0;
  return inParallel(buckets, bucketsAtOnce, async (bucket) => {
    await work(bucket);
    progress(++done, buckets.length);
  });
}
