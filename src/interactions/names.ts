/** More than these in a column that holds names, and it holds something else. */
export const maxNames = 200;
export const maxNameCharacters = 80;
const maxSpellings = 50;

/** Trimmed, in one form of Unicode, without case: equal for the spellings of one name. */
export const folded = (text: string): string => text.trim().normalize('NFC').toLowerCase();

export interface NameJson {
  readonly name: string;
  /** In how many rows of the imported files each spelling stood. */
  readonly spellings: readonly (readonly [text: string, rows: number])[];
}

interface Name {
  readonly name: string;
  readonly spellings: Map<string, number>;
}

/**
 * The names in a column, such as the channels: each has a number, from 0, in the order in which they were first seen, and is
 * shown as it was first spelt.
 */
export class Names {
  #names: Name[] = [];
  #numbers = new Map<string, number>();

  static from(json: readonly NameJson[]): Names {
    const names = new Names();
    for (const { name, spellings } of json) {
      for (const [text, rows] of spellings) names.add(text, rows, name);
    }
    return names;
  }

  get size(): number {
    return this.#names.length;
  }

  get all(): readonly string[] {
    return this.#names.map(({ name }) => name);
  }

  /** The names that were spelt in several ways, with how often each. */
  get spellings(): readonly NameJson[] {
    return this.toJSON().filter(({ spellings }) => spellings.length > 1);
  }

  name(number: number): string {
    return this.#names[number]?.name ?? '';
  }

  /** The number of a name that is known. */
  find(text: string): number | undefined {
    return this.#numbers.get(folded(text));
  }

  /** The number of a name that stood in so many rows, which is a new one where the name is. */
  add(text: string, rows: number, shown = text.trim()): number {
    const key = folded(text);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#names.push({ name: shown, spellings: new Map() }) - 1;
      this.#numbers.set(key, number);
    }
    const { spellings } = this.#names[number] as Name;
    // A spelling beyond the bound is counted under the last one: how many rows differ stays right.
    const counted =
      spellings.has(text) || spellings.size < maxSpellings ? text : ([...spellings.keys()].at(-1) ?? text);
    spellings.set(counted, (spellings.get(counted) ?? 0) + rows);
    return number;
  }

  /**
   * Adds the names of another column of the kind; answers the number here of each number there. The rows of a file that was
   * imported before are not counted once more.
   */
  merge(other: Names, isCounted: boolean): number[] {
    return other.#names.map(({ spellings }) => {
      let number = 0;
      for (const [text, rows] of spellings) number = this.add(text, isCounted ? rows : 0);
      return number;
    });
  }

  toJSON(): readonly NameJson[] {
    return this.#names.map(({ name, spellings }) => ({ name, spellings: [...spellings] }));
  }
}
