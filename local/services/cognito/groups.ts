import { writeDurably } from '../durable-file';
import { readJson } from './json-file';

export interface Group {
  readonly name: string;
  readonly description?: string | undefined;
  /** The lower, the more it counts; none counts least. */
  readonly precedence?: number | undefined;
  readonly createdAtMs: number;
}

/**
 * The groups of one pool, in one file. Who belongs to them stands with the users: whoever changes that, or the groups, does
 * it within `exclusively`, and takes a user's turn inside of it, never the other way round.
 */
export class GroupStore {
  readonly #file: string;
  #groups: ReadonlyMap<string, Group>;
  #lastTask: Promise<unknown> = Promise.resolve();

  private constructor(file: string, groups: readonly Group[]) {
    this.#file = file;
    this.#groups = byName(groups);
  }

  static async open(file: string): Promise<GroupStore> {
    return new GroupStore(file, (await readJson<readonly Group[]>(file)) ?? []);
  }

  get all(): readonly Group[] {
    return [...this.#groups.values()];
  }

  find(name: string): Group | undefined {
    return this.#groups.get(name);
  }

  /** Those of the names that are groups, the lowest precedence first; those of the same stay in their order. */
  byPrecedence(names: readonly string[]): readonly string[] {
    const groups = names.flatMap((name) => this.#groups.get(name) ?? []);
    const precedenceOf = ({ precedence = Number.POSITIVE_INFINITY }: Group) => precedence;
    return groups
      .sort((a, b) => (precedenceOf(a) === precedenceOf(b) ? 0 : precedenceOf(a) - precedenceOf(b)))
      .map(({ name }) => name);
  }

  /** Runs tasks one after another in the order they came. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#lastTask.then(task, task);
    this.#lastTask = run;
    return run;
  }

  /** Resolves once the group would survive a crash. */
  add(group: Group): Promise<void> {
    return this.#write([...this.all, group]);
  }

  delete(group: Group): Promise<void> {
    return this.#write(this.all.filter(({ name }) => name !== group.name));
  }

  async #write(groups: readonly Group[]): Promise<void> {
    await writeDurably(this.#file, JSON.stringify(groups));
    this.#groups = byName(groups);
  }
}

const byName = (groups: readonly Group[]): ReadonlyMap<string, Group> =>
  new Map(groups.map((group) => [group.name, group]));
