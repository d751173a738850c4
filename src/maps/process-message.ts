import type { FileStore } from '../aws/file-store';
import type { MapRecord, MapStore, Outcome, Refusal } from '../aws/map-store';
import { limits } from '../config';
import { examine } from './examine';
import { keyOf } from './map';
import { type NewMapFile, readNotification } from './notification';

export interface ProcessNeeds {
  readonly maps: MapStore;
  readonly files: FileStore;
  /** The name of the bucket that `files` is. */
  readonly bucket: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** A text that was never handed out before. */
  readonly newToken: () => string;
}

/** A message of the queue. Deliveries of the same message have the same id. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
}

/** What came of a message, or of one map in it: a message that is done with may be deleted. */
export interface Done {
  readonly outcome: 'processed' | 'failed' | 'unchanged' | 'test-event' | 'refused';
  readonly mapId?: string;
  /** Why it was refused. */
  readonly why?: string;
}

/**
 * Processes the maps that a message of the queue tells of. Deliveries may repeat and come in any order: what is processed
 * or failed stays so. Rejects where the message should be delivered again.
 */
export async function processMessage(needs: ProcessNeeds, { id, body }: QueueMessage): Promise<readonly Done[]> {
  const notification = readNotification(body, needs.bucket);
  if (notification.kind === 'test-event') return [{ outcome: 'test-event' }];
  if (notification.kind === 'refused') return [{ outcome: 'refused', why: notification.why }];
  const done: Done[] = [];
  for (const file of notification.files) done.push(await processMap(needs, file, id));
  return done;
}

async function processMap(needs: ProcessNeeds, { key, id }: NewMapFile, messageId: string): Promise<Done> {
  const { maps, files, newToken } = needs;
  const token = newToken();
  const map = await claim(needs, id, { holder: messageId, token });
  if (map === 'finished') return { outcome: 'unchanged', mapId: id };
  if (map === 'leased') throw new Error('the map is being processed for another message');
  if (map === 'missing') {
    if ((await files.head(key)) === 'missing') return { outcome: 'refused', mapId: id, why: 'there is no such map' };
    throw new Error('the map has no record yet');
  }
  const outcome = await outcomeOf(files, map);
  if (!(await maps.finish(id, token, outcome))) throw new Error('another delivery has taken the map over');
  return { outcome: outcome.status, mapId: id };
}

/** The file is there a moment before the record is: that moment is waited for. */
const patienceMs = [50, 200, 1000, 2000];

async function claim(
  { maps, now, sleep }: ProcessNeeds,
  id: string,
  lease: { readonly holder: string; readonly token: string },
): Promise<MapRecord | Refusal> {
  const claimNow = () => {
    const nowMs = now();
    return maps.claim(id, { ...lease, endsAtMs: nowMs + limits.mapVisibilitySeconds * 1000 }, nowMs);
  };
  let claimed = await claimNow();
  for (const ms of patienceMs) {
    if (claimed !== 'missing') break;
    await sleep(ms);
    claimed = await claimNow();
  }
  return claimed;
}

async function outcomeOf(files: FileStore, map: MapRecord): Promise<Outcome> {
  const content = await files.read(keyOf(map));
  if (typeof content === 'string' || content.kind !== 'content') {
    return { status: 'failed', reason: 'Its file is no longer there.' };
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content.chunks) {
    bytes += chunk.length;
    if (bytes > limits.directUploadBytes) {
      return { status: 'failed', reason: `Its file has more than ${limits.directUploadBytes} bytes.` };
    }
    chunks.push(chunk);
  }
  return examine(map.name, Buffer.concat(chunks));
}
