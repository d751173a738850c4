import { createHash } from 'node:crypto';
import type { LateFile } from '../aws/sla-error-store';

/** What a monitor says of one folder whose service level was missed. Texts are in NFC. */
export interface SlaEntry {
  readonly folder: string;
  /** Minutes in which a file must leave the folder. */
  readonly sla: number;
  readonly files: readonly LateFile[];
}

/**
 * The id of a report: a hash of whose it is and what it says, so that the same report has the same id whenever and however
 * often it is sent. The order of the files, a file named twice, and how a date is written make no difference.
 */
export function slaErrorId(owner: string, { folder, sla, files }: SlaEntry): string {
  const said = files.map(({ filename, creationDate }) => JSON.stringify([filename, creationDate.utc]));
  return createHash('sha256')
    .update(JSON.stringify([owner, folder, sla, [...new Set(said)].sort()]))
    .digest('hex');
}
