import {
  type DocumentStore,
  type NewDocument,
  partsOf,
  type StoredDocument,
  type View,
} from '../aws/versioned-documents';
import { type Catalogue, countCustomer, decodeCatalogue, emptyCatalogue, encodeCatalogue } from './catalogue';
import { compacted, expanded } from './compact';
import { catalogueName, countsName, wholes } from './consistent-read';
import { Counts } from './counts';
import { type Customer, collectionOf, decodeCustomer, encodeCustomer, nameOf, noCustomer, typeOf } from './customer';
import { entryDocuments, type ImportEntry } from './import-log';
import type { HeldLease } from './lease';
import { dayCountsOf, totalsOf } from './moments';

/** What becomes of a customer; the same object where nothing does. */
export interface Change {
  readonly id: number;
  readonly apply: (customer: Customer) => Customer;
}

/** A document to write, and the version that it supersedes. */
interface Replacement {
  readonly document: NewDocument;
  readonly known: StoredDocument | undefined;
}

/** So many customers are read, changed and written at a time. */
const chunkCustomers = 500;
/** Fewer are read one by one, not with all that lie between them. */
const fewCustomers = 8;

const journal = 'journal';
/** A line of the journal: what was written, and which version that superseded. */
type JournalEntry = readonly [
  collection: string,
  name: string,
  parts: number,
  supersededGeneration: number,
  supersededParts: number,
];

/**
 * The clean data as an import leaves them: what the holder of a lease writes, beside what readers see. Before documents are
 * written the journal tells which, so that they can be removed by their keys if their writer dies, and what they superseded
 * if it does not.
 */
export class Edition {
  readonly catalogue: Catalogue;
  #documents: DocumentStore;
  #lease: HeldLease;
  #counts: Counts;
  #wholes: ReadonlyMap<string, StoredDocument>;
  #journalLines = 0;
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
    if (epoch === this.#lease.state.epoch) await this.#journalise(replacements);
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

  async #journalise(replacements: readonly Replacement[]): Promise<void> {
    const { epoch, generation } = this.#lease.lease;
    const entries = replacements.map(
      ({ document, known }): JournalEntry => [
        document.collection,
        document.name,
        partsOf(document),
        known?.generation ?? 0,
        known?.parts ?? 0,
      ],
    );
    const name = `${String(generation).padStart(12, '0')}-${String(this.#journalLines++).padStart(8, '0')}`;
    await this.#lease.beforeWriting();
    await this.#documents.write(epoch, generation, [{ collection: journal, name, head: compacted(entries) }]);
  }
}

/** Sees every generation, also those that are abandoned or not current yet. */
const allOf = (epoch: number): View => ({ epoch, generation: 10 ** 12 - 1, abandoned: [] });

/**
 * Removes what the journal tells of, about so many versions at most: those that were superseded, and what importers left that
 * died. Nothing depends on it but the room that it takes. Readers of an older generation notice that another is current, and read again.
 */
export async function tidy(documents: DocumentStore, lease: HeldLease, maxVersions: number): Promise<void> {
  const { epoch, current, abandoned } = lease.state;
  let removed = 0;
  for await (const line of documents.readRange(allOf(epoch), journal, '0', '9~')) {
    const { generation } = line;
    const isAbandoned = abandoned.includes(generation);
    // Not ours, and not anybody's that came before: the lease was lost.
    if (!isAbandoned && generation > current) continue;
    if (removed >= maxVersions) return;
    const versions = expanded<JournalEntry[]>(line.head).map(
      ([collection, name, parts, superseded, supersededParts]) =>
        isAbandoned
          ? { collection, name, generation, parts }
          : { collection, name, generation: superseded, parts: supersededParts },
    );
    removed += versions.length;
    await lease.beforeWriting();
    await documents.delete(epoch, versions);
    await documents.delete(epoch, [line]);
  }
}
