import { S3Error } from './errors';
import { childrenOf, element, parseXml, textOf, type XmlNode, xmlDocument } from './xml';

// Which queue is told of which events of a bucket. Source: S3 API reference, PutBucketNotificationConfiguration.

export interface NotificationRule {
  readonly id: string;
  readonly queueArn: string;
  /** `s3:ObjectCreated:*`, or with the kind of creation in place of the star. */
  readonly events: readonly string[];
  readonly prefix?: string;
  readonly suffix?: string;
}

const creations = ['Put', 'Post', 'Copy', 'CompleteMultipartUpload'] as const;

/** How an object came to be. */
export type Creation = (typeof creations)[number];

const possibleEvents = ['*', ...creations].map((kind) => `s3:ObjectCreated:${kind}`);

/**
 * Reads a NotificationConfiguration, which may be empty. Throws S3Error MalformedXML, InvalidArgument, and NotImplemented
 * for destinations and events that would never be told.
 */
export function readNotificationRules(xml: string): readonly NotificationRule[] {
  const configuration = parseXml(xml, 'NotificationConfiguration');
  if (typeof configuration === 'string') return [];
  const other = Object.keys(configuration).find((name) => name !== 'QueueConfiguration');
  if (other !== undefined) throw new S3Error('NotImplemented', { message: `A ${other} is not emulated.` });
  return childrenOf(configuration, 'QueueConfiguration').map(readRule);
}

function readRule(node: XmlNode, index: number): NotificationRule {
  const queueArn = textOf(node, 'Queue');
  const events = childrenOf(node, 'Event').map(String);
  if (!queueArn || events.length === 0) throw new S3Error('MalformedXML');
  const unknown = events.find((event) => !possibleEvents.includes(event));
  if (unknown !== undefined) throw new S3Error('NotImplemented', { message: `The event ${unknown} is not emulated.` });
  return { id: textOf(node, 'Id') ?? `rule-${index + 1}`, queueArn, events, ...readFilter(node) };
}

function readFilter(node: XmlNode): Pick<NotificationRule, 'prefix' | 'suffix'> {
  const rules = childrenOf(node, 'Filter')
    .flatMap((filter) => childrenOf(filter, 'S3Key'))
    .flatMap((key) => childrenOf(key, 'FilterRule'))
    .map((rule) => [(textOf(rule, 'Name') ?? '').toLowerCase(), textOf(rule, 'Value') ?? '']);
  if (rules.some(([name]) => name !== 'prefix' && name !== 'suffix')) {
    throw new S3Error('InvalidArgument', { message: 'filter rule name must be either prefix or suffix' });
  }
  return Object.fromEntries(rules);
}

export const notificationDocument = (rules: readonly NotificationRule[]): string =>
  xmlDocument(
    'NotificationConfiguration',
    rules.map(({ id, queueArn, events, prefix, suffix }) => {
      const filters = Object.entries({ prefix, suffix }).flatMap(([name, value]) =>
        value === undefined ? [] : [element('FilterRule', [element('Name', name), element('Value', value)])],
      );
      return element('QueueConfiguration', [
        element('Id', id),
        element('Queue', queueArn),
        ...events.map((event) => element('Event', event)),
        ...(filters.length > 0 ? [element('Filter', [element('S3Key', filters)])] : []),
      ]);
    }),
  );

/** Those that tell of the creation of a key. */
export const rulesFor = (
  rules: readonly NotificationRule[],
  key: string,
  creation: Creation,
): readonly NotificationRule[] =>
  rules.filter(
    ({ events, prefix = '', suffix = '' }) =>
      key.startsWith(prefix) &&
      key.endsWith(suffix) &&
      events.some((event) => event === 's3:ObjectCreated:*' || event === `s3:ObjectCreated:${creation}`),
  );
