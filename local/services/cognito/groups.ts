import { readFile } from 'node:fs/promises';
import { writeDurably } from '../durable-file';

export interface Group {
  readonly name: string;
  readonly description?: string | undefined;
  readonly precedence?: number | undefined;
  readonly createdAtMs: number;
}

/** The groups of one pool, at most 10 000 as in Cognito, in one file. Who belongs to them stands with the users. */
export class GroupStore {
  readonly #file: string;
  readonly #groups: Map<string, Group>;
  #lastWrite: Promise<void> = Promise.resolve();

  private constructor(file: string, groups: readonly Group[]) {
    this.#file = file;
    this.#groups = new Map(groups.map((group) => [group.name, group]));
  }

  static async open(file: string): Promise<GroupStore> {
    return new GroupStore(file, await readGroups(file));
  }

  has(name: string): boolean {
    return this.#groups.has(name);
  }

  /** Answers false where the name is taken. */
  async create(group: Group): Promise<boolean> {
    const write = this.#lastWrite.then(async () => {
      if (this.#groups.has(group.name)) return false;
      await writeDurably(this.#file, JSON.stringify([...this.#groups.values(), group]));
      this.#groups.set(group.name, group);
      return true;
    });
    this.#lastWrite = write.then(
      () => undefined,
      () => undefined,
    );
    return write;
  }
}

async function readGroups(file: string): Promise<readonly Group[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as readonly Group[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
