import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { setting, settingsOfNeed } from '../config';
import { loggable, logger } from '../log';
import type { Done, QueueMessage } from '../maps/process-message';
import type { Worker } from '../workers';

/**
 * The Lambda function of a queue's consumer. The messages of a batch are served side by side, so that none waits for another,
 * and each succeeds or fails by itself: Lambda deletes what is not named in the answer, and the queue delivers the rest again.
 */
export const queueDoor =
  ({ key, needs }: Worker, serve: (message: QueueMessage) => Promise<readonly Done[]>) =>
  async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    for (const need of needs) settingsOfNeed[need].forEach(setting);
    const failures = await Promise.all(Records.map((record) => failureOf(key, record, serve)));
    return { batchItemFailures: failures.flat() };
  };

/** Nothing of the body is logged: keys begin with an email address. */
async function failureOf(
  worker: string,
  { messageId, body, attributes }: SQSRecord,
  serve: (message: QueueMessage) => Promise<readonly Done[]>,
): Promise<readonly SQSBatchItemFailure[]> {
  const message = { worker, message_id: messageId, receives: Number(attributes.ApproximateReceiveCount) };
  try {
    for (const { outcome, mapId, why } of await serve({ id: messageId, body })) {
      logger[outcome === 'refused' ? 'error' : 'info']('message', { ...message, outcome, map_id: mapId, why });
    }
    return [];
  } catch (error) {
    logger.error('message failed', { ...message, error: loggable(error) });
    return [{ itemIdentifier: messageId }];
  }
}
