import type { MapQueue } from '../aws/map-queue';
import { AppError } from '../errors';
import { type Done, type ProcessNeeds, processMessage } from './process-message';

/**
 * Takes the oldest message from the queue, processes its maps and deletes it. Test events, which S3 sends when the queue is
 * set up, are passed over. Throws AppError QueueEmpty; where the processing rejects, the message will be delivered again.
 */
export async function processOne({ queue, ...needs }: ProcessNeeds & { readonly queue: MapQueue }): Promise<{
  readonly messageId: string;
  readonly done: readonly Done[];
}> {
  for (;;) {
    const message = await queue.receive();
    if (!message) throw new AppError('QueueEmpty', 'No map waits to be processed.');
    const done = await processMessage(needs, message);
    await queue.delete(message);
    if (done.some(({ outcome }) => outcome !== 'test-event')) return { messageId: message.id, done };
  }
}
