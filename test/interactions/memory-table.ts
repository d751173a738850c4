import type { ImportStateStore, KnownState } from '../../src/aws/import-state-store';
import type { LandingStore } from '../../src/aws/landing-store';
import type { DocumentStore, StoredDocument, View } from '../../src/aws/versioned-documents';
import type { ImportNeeds, ImportResult } from '../../src/interactions/import-file';
import { importFile } from '../../src/interactions/import-file';
import type { Kind } from '../../src/interactions/import-log';
import { leaseMs } from '../../src/interactions/lease';

/** A clock that stands still until it is told. */
export class Clock {
  ms = Date.parse('2026-11-20T12:00:00Z');
  readonly now = () => this.ms;

  /** Until every lease has expired. */
  passLease(): void {
    this.ms += leaseMs + 1;
  }
}

/** What a write is about to do; the test may throw, wait or count. */
export type Hook = (what: 'delete' | 'state' | 'write') => Promise<void> | void;

interface Entry extends StoredDocument {
  readonly epoch: number;
}

/** The table and the bucket in memory, with the promises that the adapters make. */
export class MemoryTable {
  #collections = new Map<string, Map<string, Entry>>();
  #state: KnownState | undefined;
  #revision = 0;
  #landed = new Map<string, Uint8Array>();

  get entries(): readonly Entry[] {
    return [...this.#collections.values()].flatMap((collection) => [...collection.values()]);
  }

  get state() {
    return this.#state?.state;
  }

  get landed(): readonly string[] {
    return [...this.#landed.keys()];
  }

  documents(hook: Hook = () => {}): DocumentStore {
    const collectionOf = (epoch: number, collection: string) => {
      const key = `${epoch}/${collection}`;
      const found = this.#collections.get(key) ?? new Map<string, Entry>();
      this.#collections.set(key, found);
      return found;
    };
    const visible = ({ epoch, generation, abandoned }: View, collection: string): StoredDocument[] => {
      const newest = new Map<string, StoredDocument>();
      for (const each of collectionOf(epoch, collection).values()) {
        if (each.generation > generation || abandoned.includes(each.generation)) continue;
        if ((newest.get(each.name)?.generation ?? -1) < each.generation) newest.set(each.name, each);
      }
      return [...newest.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    };
    return {
      readHead: async (view, collection, name) =>
        visible(view, collection).find((document) => document.name === name)?.head,
      readRange: async function* (view, collection, from, to) {
        yield* visible(view, collection).filter(({ name }) => name >= from && name <= to);
      },
      write: async (epoch, generation, documents) => {
        for (const { collection, name, head, rest = new Uint8Array(0) } of documents) {
          // Documents of one write appear one after another.
          await hook('write');
          const entry = { epoch, collection, name, generation, parts: 1, head, rest };
          collectionOf(epoch, collection).set(`${name}/${generation}`, entry);
        }
      },
      delete: async (epoch, versions) => {
        for (const { collection, name, generation, parts } of versions) {
          if (parts === 0) continue;
          await hook('delete');
          collectionOf(epoch, collection).delete(`${name}/${generation}`);
        }
      },
      sweep: async (epoch) => {
        for (const key of this.#collections.keys()) {
          if (key.startsWith(`${epoch}/`)) continue;
          await hook('delete');
          this.#collections.delete(key);
        }
      },
    };
  }

  states(hook: Hook = () => {}): ImportStateStore {
    return {
      read: async () => this.#state,
      replace: async (known, state) => {
        await hook('state');
        if (this.#state?.revision !== known?.revision) return undefined;
        this.#state = { state, revision: String(++this.#revision) };
        return this.#state;
      },
    };
  }

  landing(): LandingStore {
    return {
      put: async ({ kind, sha256 }, content) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of content) chunks.push(chunk);
        this.#landed.set(`${kind}/${sha256}`, Buffer.concat(chunks));
      },
      read: ({ kind, sha256 }) => bytesOf(this.#landed.get(`${kind}/${sha256}`) ?? Buffer.alloc(0)),
    };
  }

  needs(clock: Clock, hook?: Hook): ImportNeeds {
    return {
      documents: this.documents(hook),
      states: this.states(hook),
      landing: this.landing(),
      now: clock.now,
      newId: () => String(Math.random()),
    };
  }
}

async function* bytesOf(bytes: Uint8Array) {
  yield bytes;
}

export const maintenance = { waitMs: 0, maxVersions: Number.POSITIVE_INFINITY, sweeps: true };

export const importText = (needs: ImportNeeds, kind: Kind, text: string): Promise<ImportResult> =>
  importFile(needs, { kind, open: () => bytesOf(Buffer.from(text)), maintenance });
