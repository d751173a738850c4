import {
  type DocumentStore,
  type NewDocument,
  partsOf,
  type StoredDocument,
  type View,
} from '../aws/versioned-documents';
import { compacted, expanded } from './compact';
import type { HeldLease } from './lease';

/*
 * Before documents are written the journal tells which, so that they can be removed by their keys if their writer dies, and what
 * they superseded if it does not. Its lines are documents of the generation that they tell of.
 */

/** A document to write, and the version that it supersedes. */
export interface Replacement {
  readonly document: NewDocument;
  readonly known: StoredDocument | undefined;
}

/** What is written, and which version that supersedes; of none the generation is 0, without parts. */
type JournalEntry = readonly [
  collection: string,
  name: string,
  parts: number,
  supersededGeneration: number,
  supersededParts: number,
];

const journal = 'journal';

/** The journal of one importer. */
export class Journal {
  #documents: DocumentStore;
  #lease: HeldLease;
  #lines = 0;

  constructor(documents: DocumentStore, lease: HeldLease) {
    this.#documents = documents;
    this.#lease = lease;
  }

  /** Notes what will be written next. */
  async note(replacements: readonly Replacement[]): Promise<void> {
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
    const name = `${String(generation).padStart(12, '0')}-${String(this.#lines++).padStart(8, '0')}`;
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
