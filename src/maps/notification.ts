import * as z from 'zod';
import { isMapId } from './map';

// The message that S3 sends to the queue when a map's file is there. docs/map-worker/message.schema.json describes it.

/** A map's file, by its key in the bucket. */
export interface NewMapFile {
  readonly key: string;
  readonly id: string;
}

/** What a message is about; `refused` says why it is none that can ever be processed. */
export type Notification =
  | { readonly kind: 'files'; readonly files: readonly NewMapFile[] }
  | { readonly kind: 'test-event' }
  | { readonly kind: 'refused'; readonly why: string };

const TestEvent = z.object({ Event: z.literal('s3:TestEvent') });

const ObjectCreated = z.object({
  eventName: z.string().startsWith('ObjectCreated:'),
  s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
});
const Notifications = z.object({ Records: z.array(ObjectCreated).min(1) });

/** Reads a message about files of a bucket. `why` never quotes it: keys begin with an email address. */
export function readNotification(body: string, bucket: string): Notification {
  const json = parse(body);
  if (json === undefined) return refused('it is not JSON');
  if (TestEvent.safeParse(json).success) return { kind: 'test-event' };
  const { data } = Notifications.safeParse(json);
  if (!data) return refused('it is no notification of new objects from S3');
  if (data.Records.some(({ s3 }) => s3.bucket.name !== bucket)) return refused('it is about another bucket');
  const files = data.Records.flatMap(({ s3 }) => fileOf(s3.object.key) ?? []);
  if (files.length < data.Records.length) return refused('it has a key that no map has');
  return { kind: 'files', files };
}

const refused = (why: string): Notification => ({ kind: 'refused', why });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keys are encoded as forms are: a blank is a plus sign. Source: S3 user guide, "Event message structure". */
function fileOf(encoded: string): NewMapFile | undefined {
  let key: string;
  try {
    key = decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
  const [home, id = '', name, ...more] = key.split('/');
  return home && name && more.length === 0 && isMapId(id) ? { key, id } : undefined;
}
