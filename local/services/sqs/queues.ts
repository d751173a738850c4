import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyedLock } from '../keyed-lock';
import {
  invalidValue,
  messageNotInflight,
  overLimit,
  purgeInProgress,
  queueDoesNotExist,
  queueNameExists,
  receiptHandleIsInvalid,
} from './errors';
import { Journal } from './journal';
import { type Message, type MessageAttributes, readReceiptHandle } from './message';
import { defaultAttributes, type QueueAttributes, redrivePolicyOf, secondsOf } from './queue-attributes';

// All queues, in memory, and in one journal, so that a message moves from a queue to its dead-letter queue in one change.
// Every change is on the disk before it takes effect, receives too: a message is received exactly as often as its redrive
// policy says, however often the process is killed. Changes are made one after the other.

export interface Queue {
  readonly name: string;
  readonly attributes: QueueAttributes;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly purgedAtMs?: number;
  /** By id, the oldest first. */
  readonly messages: Map<string, Message>;
}

/** What happens to queues. Messages that are there already are replaced in their place. */
type Change =
  | { readonly kind: 'queue'; readonly queue: Omit<Queue, 'messages'> }
  | { readonly kind: 'queue-deleted'; readonly queue: string }
  | { readonly kind: 'purged'; readonly queue: string; readonly atMs: number }
  | { readonly kind: 'message'; readonly queue: string; readonly message: Message }
  | { readonly kind: 'deleted'; readonly queue: string; readonly id: string }
  | { readonly kind: 'moved'; readonly from: string; readonly to: string; readonly message: Message };

export interface NewMessage {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  readonly traceHeader?: string | undefined;
  /** @default the queue's own */
  readonly delaySeconds?: number | undefined;
}

export interface ReceiveOptions {
  readonly maxMessages: number;
  /** @default the queue's own */
  readonly visibilitySeconds?: number | undefined;
  /** @default the queue's own */
  readonly waitSeconds?: number | undefined;
  /** Aborted when nobody waits for the messages any more. */
  readonly signal: AbortSignal;
}

/** Source: SQS developer guide, "Message quotas". */
const maxInFlight = 120_000;
const maxVisibilityMs = 12 * 3600 * 1000;
const purgeIntervalMs = 60_000;

export class Queues {
  readonly #arnPrefix: string;
  readonly #now: () => number;
  readonly #queues = new Map<string, Queue>();
  readonly #turns = new KeyedLock();
  /** Those who wait for messages; each is woken by every change. */
  readonly #waiting = new Set<() => void>();
  #journal: Journal<Change> | undefined;

  private constructor(arnPrefix: string, now: () => number) {
    this.#arnPrefix = arnPrefix;
    this.#now = now;
  }

  /** `arnPrefix` is `arn:aws:sqs:REGION:ACCOUNT:`. */
  static async open(dir: string, arnPrefix: string, now: () => number): Promise<Queues> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const queues = new Queues(arnPrefix, now);
    queues.#journal = await Journal.open<Change>(
      join(dir, 'journal.ndjson'),
      (change) => queues.#apply(change),
      () => queues.#present(),
    );
    return queues;
  }

  async close(): Promise<void> {
    this.#wake();
    await this.#turns.run('', async () => this.#journal?.close());
  }

  /** By name. */
  all(): readonly Queue[] {
    return [...this.#queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Throws SqsError QueueDoesNotExist. */
  existing(name: string): Queue {
    const queue = this.#queues.get(name);
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  arnOf = (name: string): string => this.#arnPrefix + name;

  /** Undefined where no queue has this ARN. */
  nameOfArn(arn: string): string | undefined {
    const name = arn.startsWith(this.#arnPrefix) ? arn.slice(this.#arnPrefix.length) : '';
    return this.#queues.has(name) ? name : undefined;
  }

  /** Does nothing where the queue is there with these attributes. Throws SqsError QueueNameExists, InvalidParameterValue. */
  async create(name: string, attributes: QueueAttributes): Promise<void> {
    await this.#turn(async () => {
      const there = this.#queues.get(name);
      if (there) {
        const other = Object.keys(attributes).find((each) => there.attributes[each] !== attributes[each]);
        if (other !== undefined) throw queueNameExists(other);
        return;
      }
      this.#checkDeadLetterQueue(attributes);
      const now = this.#now();
      const queue = { name, attributes: { ...defaultAttributes, ...attributes }, createdAtMs: now, modifiedAtMs: now };
      await this.#change([{ kind: 'queue', queue }]);
    });
  }

  /** An empty value takes an attribute away. */
  async setAttributes(name: string, attributes: QueueAttributes): Promise<void> {
    await this.#turn(async () => {
      const { messages: _messages, ...queue } = this.existing(name);
      this.#checkDeadLetterQueue(attributes);
      const kept = Object.entries({ ...queue.attributes, ...attributes }).filter(([, value]) => value !== '');
      const changed = { ...queue, attributes: Object.fromEntries(kept), modifiedAtMs: this.#now() };
      await this.#change([{ kind: 'queue', queue: changed }]);
    });
  }

  async delete(name: string): Promise<void> {
    await this.#turn(async () => {
      this.existing(name);
      await this.#change([{ kind: 'queue-deleted', queue: name }]);
    });
  }

  /** Drops every message. Throws SqsError PurgeQueueInProgress within a minute of the last time. */
  async purge(name: string): Promise<void> {
    await this.#turn(async () => {
      const { purgedAtMs = Number.NEGATIVE_INFINITY } = this.existing(name);
      const now = this.#now();
      if (now - purgedAtMs < purgeIntervalMs) throw purgeInProgress(name);
      await this.#change([{ kind: 'purged', queue: name, atMs: now }]);
    });
  }

  async send(name: string, { body, attributes = {}, traceHeader, delaySeconds }: NewMessage): Promise<Message> {
    return this.#turn(async () => {
      const now = this.#now();
      const delay = delaySeconds ?? secondsOf(this.existing(name).attributes, 'DelaySeconds');
      const message: Message = {
        id: randomUUID(),
        body,
        attributes,
        traceHeader,
        sentAtMs: now,
        visibleAtMs: now + delay * 1000,
        receives: 0,
      };
      await this.#change([{ kind: 'message', queue: name, message }]);
      return message;
    });
  }

  /** Waits, where there is nothing to receive, until there is or the time is up. Throws SqsError OverLimit. */
  async receive(name: string, { maxMessages, visibilitySeconds, waitSeconds, signal }: ReceiveOptions) {
    const { attributes } = this.existing(name);
    const untilMs = performance.now() + (waitSeconds ?? secondsOf(attributes, 'ReceiveMessageWaitTimeSeconds')) * 1000;
    for (;;) {
      const received = await this.#turn(async () =>
        signal.aborted ? [] : this.#take(this.existing(name), maxMessages, visibilitySeconds),
      );
      const leftMs = untilMs - performance.now();
      if (received.length > 0 || leftMs <= 0 || signal.aborted) return received;
      await this.#changed(Math.min(leftMs, this.#msToNextVisible(name)), signal);
    }
  }

  /** Of an earlier delivery than the last one it does nothing, nor of a message that is gone. Throws SqsError ReceiptHandleIsInvalid. */
  async deleteMessage(name: string, handle: string): Promise<void> {
    await this.#turn(async () => {
      const { id, isCurrent } = this.#delivery(name, handle);
      if (isCurrent) await this.#change([{ kind: 'deleted', queue: name, id }]);
    });
  }

  /** Throws SqsError ReceiptHandleIsInvalid, MessageNotInflight, InvalidParameterValue. */
  async changeVisibility(name: string, handle: string, seconds: number): Promise<void> {
    await this.#turn(async () => {
      const { message, isCurrent } = this.#delivery(name, handle);
      const now = this.#now();
      if (!message || !isCurrent || message.visibleAtMs <= now) throw messageNotInflight();
      const visibleAtMs = now + seconds * 1000;
      if (visibleAtMs - (message.receivedAtMs ?? now) > maxVisibilityMs) {
        throw invalidValue(
          'VisibilityTimeout',
          'Total VisibilityTimeout for the message is beyond the limit [43200 seconds].',
        );
      }
      await this.#change([{ kind: 'message', queue: name, message: { ...message, visibleAtMs } }]);
    });
  }

  /** How many messages wait, are in flight, and are not to be seen yet. */
  counts(name: string): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    const now = this.#now();
    const counts = { visible: 0, inFlight: 0, delayed: 0 };
    for (const { visibleAtMs, receives } of this.existing(name).messages.values()) {
      counts[visibleAtMs <= now ? 'visible' : receives > 0 ? 'inFlight' : 'delayed']++;
    }
    return counts;
  }

  async #take({ name, attributes, messages }: Queue, maxMessages: number, visibilitySeconds: number | undefined) {
    const now = this.#now();
    const visibilityMs = (visibilitySeconds ?? secondsOf(attributes, 'VisibilityTimeout')) * 1000;
    const redrive = redrivePolicyOf(attributes);
    const deadLetters = redrive && this.nameOfArn(redrive.deadLetterTargetArn);
    const expiredBeforeMs = now - secondsOf(attributes, 'MessageRetentionPeriod') * 1000;
    const changes: Change[] = [];
    const taken: Message[] = [];
    for (const message of messages.values()) {
      if (taken.length === maxMessages) break;
      if (message.sentAtMs < expiredBeforeMs) {
        changes.push({ kind: 'deleted', queue: name, id: message.id });
      } else if (message.visibleAtMs <= now) {
        if (redrive && deadLetters !== undefined && message.receives >= redrive.maxReceiveCount) {
          const moved = { ...message, deadLetterSource: this.arnOf(name) };
          changes.push({ kind: 'moved', from: name, to: deadLetters, message: moved });
        } else {
          taken.push({
            ...message,
            receives: message.receives + 1,
            visibleAtMs: now + visibilityMs,
            firstReceivedAtMs: message.firstReceivedAtMs ?? now,
            receivedAtMs: now,
          });
        }
      }
    }
    if (taken.length > 0 && this.counts(name).inFlight >= maxInFlight) throw overLimit(maxInFlight);
    changes.push(...taken.map((message): Change => ({ kind: 'message', queue: name, message })));
    if (changes.length > 0) await this.#change(changes);
    return taken;
  }

  #delivery(name: string, handle: string) {
    const { messages } = this.existing(name);
    const receipt = readReceiptHandle(handle);
    if (receipt?.queue !== name) throw receiptHandleIsInvalid();
    const message = messages.get(receipt.id);
    return { id: receipt.id, message, isCurrent: message?.receives === receipt.receives };
  }

  #checkDeadLetterQueue(attributes: QueueAttributes): void {
    const redrive = redrivePolicyOf(attributes);
    if (redrive && this.nameOfArn(redrive.deadLetterTargetArn) === undefined) {
      throw invalidValue('RedrivePolicy', 'Dead letter target does not exist.');
    }
  }

  #turn<T>(task: () => Promise<T>): Promise<T> {
    return this.#turns.run('', async () => {
      await this.#journal?.rewriteIfLong();
      return task();
    });
  }

  async #change(changes: readonly Change[]): Promise<void> {
    await this.#journal?.append(changes);
    for (const change of changes) this.#apply(change);
    this.#wake();
  }

  #apply(change: Change): void {
    switch (change.kind) {
      case 'queue': {
        const { messages = new Map<string, Message>() } = this.#queues.get(change.queue.name) ?? {};
        this.#queues.set(change.queue.name, { ...change.queue, messages });
        return;
      }
      case 'queue-deleted':
        this.#queues.delete(change.queue);
        return;
      case 'purged': {
        const queue = this.existing(change.queue);
        queue.messages.clear();
        this.#queues.set(change.queue, { ...queue, purgedAtMs: change.atMs });
        return;
      }
      case 'message':
        this.existing(change.queue).messages.set(change.message.id, change.message);
        return;
      case 'deleted':
        this.existing(change.queue).messages.delete(change.id);
        return;
      case 'moved':
        this.existing(change.from).messages.delete(change.message.id);
        this.existing(change.to).messages.set(change.message.id, change.message);
        return;
    }
  }

  *#present(): Iterable<Change> {
    for (const { messages: _messages, ...queue } of this.#queues.values()) yield { kind: 'queue', queue };
    for (const { name, messages } of this.#queues.values()) {
      for (const message of messages.values()) yield { kind: 'message', queue: name, message };
    }
  }

  #msToNextVisible(name: string): number {
    const now = this.#now();
    const { messages = new Map<string, Message>() } = this.#queues.get(name) ?? {};
    let next = Number.POSITIVE_INFINITY;
    for (const { visibleAtMs } of messages.values()) next = Math.min(next, Math.max(visibleAtMs - now, 0));
    return next;
  }

  #changed(withinMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, withinMs);
      signal.addEventListener('abort', wake, { once: true });
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
