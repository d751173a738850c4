import { type DocumentStore, partsOf, type StoredDocument } from '../aws/versioned-documents';
import { type Catalogue, countCustomer, decodeCatalogue, emptyCatalogue, encodeCatalogue } from './catalogue';
import { catalogueName, countsName, wholes } from './consistent-read';
import { Counts } from './counts';
import { type Customer, collectionOf, decodeCustomer, encodeCustomer, nameOf, noCustomer, typeOf } from './customer';
import { entryDocuments, type ImportEntry } from './import-log';
import { Journal, type Replacement } from './journal';
import type { HeldLease } from './lease';
import { dayCountsOf, totalsOf } from './moments';

/** What becomes of a customer; the same object where nothing does. */
export interface Change {
  readonly id: number;
  readonly apply: (customer: Customer) => Customer;
}

/** So many customers are read, changed and written at a time. */
const chunkCustomers = 500;
/** Fewer are read one by one, not with all that lie between them. */
const fewCustomers = 8;

/** The clean data as an import leaves them: what the holder of a lease writes, beside what readers see. */
export class Edition {
  readonly catalogue: Catalogue;
  #documents: DocumentStore;
  #lease: HeldLease;
  #counts: Counts;
  #wholes: ReadonlyMap<string, StoredDocument>;
  #journal: Journal;
  #isChanged = false;

  /** Goes on from what readers see now, or, in a new epoch, from nothing. */
  static async open(documents: DocumentStore, lease: HeldLease): Promise<Edition> {
    const known = new Map<string, StoredDocument>();
    for await (const each of documents.readRange(lease.ownView, wholes, catalogueName, countsName)) {
      known.set(each.name, each);
    }
    return new Edition(documents, lease, known);
  }

  private constructor(documents: DocumentStore, lease: HeldLease, known: ReadonlyMap<string, StoredDocument>) {
    const [catalogue, counts] = [known.get(catalogueName), known.get(countsName)];
    this.catalogue = catalogue ? decodeCatalogue(catalogue.head) : emptyCatalogue();
    this.#counts = counts ? Counts.decode(counts.head) : new Counts();
    this.#wholes = known;
    this.#documents = documents;
    this.#lease = lease;
    this.#journal = new Journal(documents, lease);
  }

  /** Whether customers have changed. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Changes customers of a bucket, which come by ascending ids. */
  async changeCustomers(bucket: number, changes: readonly Change[]): Promise<void> {
    for (let from = 0; from < changes.length; from += chunkCustomers) {
      await this.#changeChunk(bucket, changes.slice(from, from + chunkCustomers));
    }
  }

  /** Writes the documents about the tables as wholes, and what was imported. */
  async finish(entries: readonly ImportEntry[]): Promise<void> {
    const whole = (name: string, head: Uint8Array): Replacement => ({
      document: { collection: wholes, name, head },
      known: this.#wholes.get(name),
    });
    await this.#write([
      whole(catalogueName, encodeCatalogue(this.catalogue)),
      whole(countsName, this.#counts.encode()),
      ...entries.flatMap(entryDocuments).map((document) => ({ document, known: undefined })),
    ]);
  }

  async #changeChunk(bucket: number, changes: readonly Change[]): Promise<void> {
    const collection = collectionOf(bucket);
    const known = await this.#read(collection, changes);
    const replacements: Replacement[] = [];
    for (const { id, apply } of changes) {
      const name = nameOf(id);
      const stored = known.get(name);
      const before = stored ? decodeCustomer(stored) : noCustomer;
      const after = apply(before);
      if (after === before) continue;
      this.#account(id, before, -1);
      this.#account(id, after, 1);
      replacements.push({ document: { collection, name, ...encodeCustomer(after) }, known: stored });
    }
    if (replacements.length === 0) return;
    this.#isChanged = true;
    await this.#write(replacements);
  }

  async #read(collection: string, changes: readonly Change[]): Promise<ReadonlyMap<string, StoredDocument>> {
    const names = changes.map(({ id }) => nameOf(id));
    const [first = '', last = ''] = [names[0], names.at(-1)];
    const ranges = names.length <= fewCustomers ? names.map((name) => [name, name] as const) : [[first, last] as const];
    const wanted = new Set(names);
    const found = new Map<string, StoredDocument>();
    const read = async ([from, to]: readonly [string, string]) => {
      for await (const each of this.#documents.readRange(this.#lease.ownView, collection, from, to)) {
        if (wanted.has(each.name)) found.set(each.name, each);
      }
    };
    await Promise.all(ranges.map(read));
    return found;
  }

  /** Adds a customer to the numbers about all of them, or takes one away. */
  #account(id: number, customer: Customer, sign: 1 | -1): void {
    const { row, moments } = customer;
    const { interactions, repeated } = totalsOf(moments);
    const { tally } = this.catalogue;
    this.#counts.addDays(typeOf(customer), dayCountsOf(moments), sign);
    tally.repeatedInteractions += sign * repeated;
    if (!row && interactions > 0) {
      countCustomer(tally.orphans, id, sign);
      tally.orphanInteractions += sign * interactions;
    }
    if (row && interactions === 0) countCustomer(tally.idle, id, sign);
  }

  async #write(replacements: readonly Replacement[]): Promise<void> {
    const { epoch, generation } = this.#lease.lease;
    // Of a new epoch nothing is seen before all is, and nothing was there: the next sweep removes it if its writer dies.
    if (epoch === this.#lease.state.epoch) await this.#journal.note(replacements);
    const reshaped = replacements.flatMap(({ document, known }) =>
      known?.generation === generation && known.parts !== partsOf(document) ? [known] : [],
    );
    await this.#lease.beforeWriting();
    await this.#documents.delete(epoch, reshaped);
    await this.#documents.write(
      epoch,
      generation,
      replacements.map(({ document }) => document),
    );
  }
}
