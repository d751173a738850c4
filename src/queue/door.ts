import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { setting, settingsOfNeed } from '../config';
import { loggable, logger } from '../log';
import type { Done, QueueMessage } from '../maps/process-message';
import type { Worker } from '../workers';

/**
 * The Lambda function of a queue's consumer. Each message of a batch succeeds or fails by itself: Lambda deletes what is
 * not named in the answer, and the queue delivers the rest again.
 */
export const queueDoor =
  ({ key, needs }: Worker, serve: (message: QueueMessage) => Promise<readonly Done[]>) =>
  async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    for (const need of needs) settingsOfNeed[need].forEach(setting);
    const batchItemFailures: SQSBatchItemFailure[] = [];
    for (const { messageId, body, attributes } of Records) {
      const message = { worker: key, message_id: messageId, receives: Number(attributes.ApproximateReceiveCount) };
      try {
        for (const { outcome, mapId, why } of await serve({ id: messageId, body })) {
          logger[outcome === 'refused' ? 'error' : 'info']('message', { ...message, outcome, map_id: mapId, why });
        }
      } catch (error) {
        logger.error('message failed', { ...message, error: loggable(error) });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
