import type { ImportStateStore } from '../aws/import-state-store';
import type { DocumentStore, View } from '../aws/versioned-documents';
import { type Catalogue, decodeCatalogue, emptyCatalogue } from './catalogue';
import { type Count, countsIn } from './counts';

/** What answering needs. */
export interface ReadNeeds {
  readonly states: ImportStateStore;
  readonly documents: DocumentStore;
}

const maxTries = 20;

/**
 * Reads by keys what all belongs to one import. Versions that no new reader sees are removed after an import, so what was read
 * counts only if the import that was current before is so still; else it is read again. That goes for failures too: a document
 * of several parts may have been half removed.
 */
export async function consistently<T>({ states }: ReadNeeds, read: (view: View) => Promise<T>): Promise<T> {
  let view = await currentView(states);
  for (let tries = 1; tries <= maxTries; tries++) {
    const [ended] = await Promise.allSettled([read(view)]);
    const now = await currentView(states);
    if (now.epoch === view.epoch && now.generation === view.generation) {
      if (ended.status === 'rejected') throw ended.reason;
      return ended.value;
    }
    view = now;
  }
  throw new Error(`${maxTries} imports ended while one answer was read`);
}

async function currentView(states: ImportStateStore): Promise<View> {
  const known = await states.read();
  if (!known) return { epoch: 0, generation: 0, abandoned: [] };
  const { epoch, current, abandoned } = known.state;
  return { epoch, generation: current, abandoned };
}

/** The documents about the tables as wholes: each is one key. */
export const wholes = 'wholes';
export const catalogueName = 'catalogue';
export const countsName = 'counts';

export async function readCatalogue({ documents }: Pick<ReadNeeds, 'documents'>, view: View): Promise<Catalogue> {
  const bytes = await documents.readHead(view, wholes, catalogueName);
  return bytes ? decodeCatalogue(bytes) : emptyCatalogue();
}

/** In the order of the days. */
export async function readCounts({ documents }: Pick<ReadNeeds, 'documents'>, view: View): Promise<readonly Count[]> {
  const bytes = await documents.readHead(view, wholes, countsName);
  return bytes ? countsIn(bytes) : [];
}
