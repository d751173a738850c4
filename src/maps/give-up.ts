import type { FileStore } from '../aws/file-store';
import type { MapStore } from '../aws/map-store';
import { type NewMapFile, readNotification } from './notification';
import type { Done, QueueMessage } from './process-message';

interface GiveUpNeeds {
  readonly maps: MapStore;
  readonly files: FileStore;
  readonly bucket: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Ends what a dead letter tells of: its map is failed, and a file that never became a map is removed. It is a consumer of
 * the dead-letter queue, and not the processor at its last receive, because a processor that dies cannot do it.
 * Rejects where the message should be delivered again.
 */
export async function giveUp(needs: GiveUpNeeds, { body }: QueueMessage): Promise<readonly Done[]> {
  const notification = readNotification(body, needs.bucket);
  if (notification.kind === 'test-event') return [{ outcome: 'test-event' }];
  if (notification.kind === 'refused') return [{ outcome: 'refused', why: notification.why }];
  const done: Done[] = [];
  for (const file of notification.files) done.push(await giveUpMap(needs, file));
  return done;
}

const reason = 'The processor has given it up. Upload it again.';

async function giveUpMap({ maps, files, now }: GiveUpNeeds, { key, id }: NewMapFile): Promise<Done> {
  switch (await maps.giveUp(id, reason, now())) {
    case 'failed':
      return { outcome: 'failed', mapId: id };
    case 'finished':
      return { outcome: 'unchanged', mapId: id };
    case 'leased':
      throw new Error('the map is being processed');
    case 'missing':
      await removeLeftover(files, key, now());
      return { outcome: 'refused', mapId: id, why: 'there is no such map' };
  }
}

/** Longer than any upload runs: a younger file may still become a map. */
const uploadMs = 5 * 60 * 1000;

async function removeLeftover(files: FileStore, key: string, nowMs: number): Promise<void> {
  const head = await files.head(key);
  if (typeof head === 'string' || head.kind !== 'head') return;
  if (Date.parse(head.updatedAt) > nowMs - uploadMs) throw new Error('the file may still become a map');
  await files.delete(key);
}
