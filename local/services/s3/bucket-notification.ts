import { type Exchange, sendXml } from './exchange';
import { type Creation, notificationDocument, readNotificationRules } from './notification-rules';
import type { Cause } from './notifications';
import { requestText } from './request-text';

// PutBucketNotificationConfiguration and GetBucketNotificationConfiguration, and what a notification says of a request.

/** S3's limit for a configuration is not documented; this is far above any. */
const maxConfigurationBytes = 64 * 1024;

export async function putBucketNotification(exchange: Exchange): Promise<void> {
  const { notifications } = exchange.store.existingBucket(exchange.request.bucket);
  const rules = readNotificationRules(await requestText(exchange, maxConfigurationBytes));
  await notifications.setRules(rules, new Date(exchange.now()));
  exchange.response.writeHead(200, { 'content-length': 0 }).end();
}

export function getBucketNotification(exchange: Exchange): void {
  const { notifications } = exchange.store.existingBucket(exchange.request.bucket);
  sendXml(exchange, 200, notificationDocument(notifications.rules));
}

/** A request that makes an object. */
export const causeOf = ({ request, response }: Pick<Exchange, 'request' | 'response'>, creation: Creation): Cause => ({
  creation,
  requestId: String(response.getHeader('x-amz-request-id')),
  sourceIp: request.message.socket.remoteAddress ?? '',
});
