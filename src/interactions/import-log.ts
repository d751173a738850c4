import type { DocumentStore, NewDocument, View } from '../aws/versioned-documents';
import { compacted, expanded } from './compact';

export const kinds = ['customers', 'interactions', 'products'] as const;
export type Kind = (typeof kinds)[number];

/** A file that was imported. The clean data can be made anew of these files in this order. */
export interface ImportEntry {
  readonly kind: Kind;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  readonly importedAt: string;
  /** Its place in the order. */
  readonly order: number;
  /** Whether the same file was imported before: what its rows say of all rows is not counted once more. */
  readonly isRepeat: boolean;
}

/** The imports in their order. */
const imports = 'imports';
/** The same by file, to know one again. */
const files = 'files';

const fileName = ({ kind, sha256 }: Pick<ImportEntry, 'kind' | 'sha256'>): string => `${kind}/${sha256}`;

export function entryDocuments(entry: ImportEntry): readonly NewDocument[] {
  const head = compacted(entry);
  const inOrder = { collection: imports, name: String(entry.order).padStart(12, '0'), head };
  return entry.isRepeat ? [inOrder] : [inOrder, { collection: files, name: fileName(entry), head }];
}

export async function* importEntries(documents: DocumentStore, view: View): AsyncGenerator<ImportEntry> {
  for await (const { head } of documents.readRange(view, imports, '0', '9~')) yield expanded<ImportEntry>(head);
}

/** Whether the file was imported before, whatever came since. */
export const isImported = async (
  documents: DocumentStore,
  view: View,
  file: Pick<ImportEntry, 'kind' | 'sha256'>,
): Promise<boolean> => (await documents.readHead(view, files, fileName(file))) !== undefined;
