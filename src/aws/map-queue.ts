import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { setting } from '../config';

/** A message that was received, and is invisible to others for a while. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /** Names this delivery. */
  readonly receipt: string;
}

/** The queue of new maps, for those who take its messages themselves. */
export interface MapQueue {
  /** The oldest message, as far as SQS knows; undefined where there is none. */
  receive(): Promise<ReceivedMessage | undefined>;
  delete(message: ReceivedMessage): Promise<void>;
}

/** Any wait makes SQS ask all its servers; without one it may overlook a message. */
const waitSeconds = 1;

export function sqsMapQueue(): MapQueue {
  const sqs = new SQSClient({});
  const QueueUrl = setting('MAPS_QUEUE_URL');
  return {
    async receive() {
      const { Messages: [message] = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: waitSeconds }),
      );
      if (!message) return undefined;
      const { MessageId: id = '', Body: body = '', ReceiptHandle: receipt = '' } = message;
      return { id, body, receipt };
    },

    async delete({ receipt }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt }));
    },
  };
}
