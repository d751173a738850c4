import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../durable-file';
import { S3Error } from './errors';
import { type Creation, type NotificationRule, rulesFor } from './notification-rules';
import type { StoredObject } from './stored-object';
import { uriEncodePath } from './uri';

// Telling queues of new objects, at least once, as S3 does. A notification lies in the bucket's outbox before the object's
// record is in place, and until the queue has it. So a crash in between loses none: when the bucket is opened, what lies in
// the outbox is sent if its object is there, and dropped if the object never came to be.

/** Hands a message to a queue, named by its ARN; rejects where there is no such queue. */
export type Publish = (queueArn: string, body: string) => Promise<void>;

/** What makes an object. */
export interface Cause {
  readonly creation: Creation;
  readonly requestId: string;
  readonly sourceIp: string;
}

interface Letter {
  readonly file: string;
  readonly queueArn: string;
  readonly body: string;
  /** Of the object, with the name of its first content: whether it came to be. */
  readonly key: string;
  readonly content: string | undefined;
}

const configurationFile = 'notification.json';

/** How long a queue that took nothing is left alone. */
const retryMs = 1000;

export class Notifications {
  readonly #dir: string;
  readonly #bucket: string;
  readonly #region: string;
  readonly #publish: Publish;
  readonly #retries = new Set<NodeJS.Timeout>();
  #isClosed = false;
  #rules: readonly NotificationRule[];

  private constructor(
    dir: string,
    bucket: string,
    rules: readonly NotificationRule[],
    { region, publish }: Destination,
  ) {
    this.#dir = dir;
    this.#bucket = bucket;
    this.#rules = rules;
    this.#region = region;
    this.#publish = publish;
  }

  /** Sends what an earlier process had not sent. `find` gives the object that a key holds. */
  static async open(
    dir: string,
    bucket: string,
    destination: Destination,
    find: (key: string) => StoredObject | undefined,
  ): Promise<Notifications> {
    const notifications = new Notifications(dir, bucket, await readRules(dir), destination);
    for (const letter of await notifications.#outbox()) {
      if (find(letter.key)?.contents[0]?.name === letter.content) await notifications.send([letter]);
      else await rm(letter.file);
    }
    return notifications;
  }

  get rules(): readonly NotificationRule[] {
    return this.#rules;
  }

  /** Sends each queue a test event first, as S3 does. Throws S3Error InvalidArgument where one cannot be reached. */
  async setRules(rules: readonly NotificationRule[], at: Date): Promise<void> {
    for (const { queueArn } of rules) {
      await this.#publish(queueArn, testEvent(this.#bucket, at)).catch((cause: unknown) => {
        throw new S3Error('InvalidArgument', {
          message: 'Unable to validate the following destination configurations',
          detail: { ArgumentName: queueArn, ArgumentValue: 'The destination queue does not exist' },
          cause,
        });
      });
    }
    await writeDurably(join(this.#dir, configurationFile), JSON.stringify(rules));
    this.#rules = rules;
  }

  /** Puts what is to be told of an object into the outbox: to be sent once its record is in place, or dropped. */
  async prepare(object: StoredObject, cause: Cause): Promise<readonly Letter[]> {
    return Promise.all(
      rulesFor(this.#rules, object.key, cause.creation).map(async ({ id, queueArn }) => {
        const body = JSON.stringify({ Records: [this.#event(object, cause, id)] });
        const letter = {
          file: join(this.#dir, outbox, `${randomUUID()}.json`),
          queueArn,
          body,
          key: object.key,
          content: object.contents[0]?.name,
        };
        await writeDurably(letter.file, JSON.stringify(letter));
        return letter;
      }),
    );
  }

  async drop(letters: readonly Letter[]): Promise<void> {
    for (const { file } of letters) await rm(file, { force: true });
  }

  /** Resolves when the queues have them; those of a queue that takes none stay, and are tried again. */
  async send(letters: readonly Letter[]): Promise<void> {
    for (const letter of letters) {
      try {
        await this.#publish(letter.queueArn, letter.body);
        await rm(letter.file, { force: true });
      } catch (error) {
        console.error(error);
        if (this.#isClosed) return;
        const timer = setTimeout(() => {
          this.#retries.delete(timer);
          void this.send([letter]);
        }, retryMs);
        this.#retries.add(timer);
      }
    }
  }

  /** What was not sent is sent when the bucket is opened again. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#retries) clearTimeout(timer);
  }

  async #outbox(): Promise<readonly Letter[]> {
    const folder = join(this.#dir, outbox);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const letters: Letter[] = [];
    for (const name of await readdir(folder)) {
      const file = join(folder, name);
      if (name.endsWith('.tmp')) await rm(file);
      else letters.push({ ...(JSON.parse(await readFile(file, 'utf8')) as Letter), file });
    }
    return letters;
  }

  /** Source: S3 user guide, "Event message structure". */
  #event({ key, size, etag }: StoredObject, { creation, requestId, sourceIp }: Cause, configurationId: string) {
    const nowMs = Date.now();
    return {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: this.#region,
      eventTime: new Date(nowMs).toISOString(),
      eventName: `ObjectCreated:${creation}`,
      userIdentity: { principalId },
      requestParameters: { sourceIPAddress: sourceIp },
      responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': randomBytes(24).toString('base64') },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId,
        bucket: { name: this.#bucket, ownerIdentity: { principalId }, arn: `arn:aws:s3:::${this.#bucket}` },
        object: {
          // As in a form: blanks become plus signs.
          key: uriEncodePath(key).replaceAll('%20', '+'),
          size,
          eTag: etag.replaceAll('"', ''),
          sequencer: sequencerAt(nowMs),
        },
      },
    };
  }
}

export interface Destination {
  readonly region: string;
  readonly publish: Publish;
}

const outbox = 'outbox';
const principalId = 'LOCAL';

let sequence = 0;

/** Of two events about one key the later has the greater, compared as text. */
const sequencerAt = (ms: number): string =>
  (ms.toString(16).padStart(12, '0') + (sequence++ % 0x10000).toString(16).padStart(4, '0'))
    .toUpperCase()
    .padStart(18, '0');

/** Source: S3 user guide, "Enabling notifications". */
const testEvent = (bucket: string, at: Date): string =>
  JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: at.toISOString(),
    Bucket: bucket,
    RequestId: randomBytes(8).toString('hex').toUpperCase(),
    HostId: randomBytes(24).toString('base64'),
  });

async function readRules(dir: string): Promise<readonly NotificationRule[]> {
  try {
    return JSON.parse(await readFile(join(dir, configurationFile), 'utf8')) as NotificationRule[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
