import { type CleanCustomers, cleanCustomers } from './clean-customers';
import { type CleanInteractions, cleanInteractions } from './clean-interactions';
import { type CleanProducts, cleanProducts } from './clean-products';
import type { Kind } from './import-log';

/** A file whose every row can be read. */
export type CleanFile = CleanCustomers | CleanInteractions | CleanProducts;

/** Throws AppError ImportRejected with every line that cannot be read, UnsupportedFileType. */
export function cleanFile(kind: Kind, content: AsyncIterable<Uint8Array>): Promise<CleanFile> {
  switch (kind) {
    case 'customers':
      return cleanCustomers(content);
    case 'interactions':
      return cleanInteractions(content);
    case 'products':
      return cleanProducts(content);
  }
}

/** Removes what was put aside of it. */
export async function closeFile(file: CleanFile): Promise<void> {
  if (file.kind !== 'products') await file.close();
}
