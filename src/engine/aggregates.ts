import { addExactly, average, calculate, checkedInteger, roundedSum, zero } from './arithmetic';
import type { Decimal } from './decimal';
import { ValueError } from './sql-error';
import { compare, isAbsent, isNumber, typeOf, type Value } from './value';
import type { AggregateName } from './words';

/** Takes the values of all records one by one, and tells what they come to. NULL and MISSING are not counted. */
export interface Accumulator {
  /** Throws ValueError ExternalEvalException for what the aggregate cannot take. */
  add(value: Value): void;
  /** Many records at once, each counted by COUNT(*). */
  addCount(records: number): void;
  /** Many numbers at once, to those that add and count them: their exact sum. */
  addSum(sum: bigint | Decimal, numbers: number): void;
  /** The first of the least, or of the largest, of those numbers: to those that look for it. */
  addExtreme(value: Value): void;
  /** Throws ValueError IntegerOverflow, ExternalEvalException. */
  result(): Value;
}

export const accumulator = (name: AggregateName): Accumulator => accumulators[name]();

const accumulators: Readonly<Record<AggregateName, () => Accumulator>> = {
  COUNT() {
    let count = 0;
    return {
      add: (value) => {
        if (!isAbsent(value)) count++;
      },
      addCount: (records) => {
        count += records;
      },
      addSum: (_, numbers) => {
        count += numbers;
      },
      addExtreme: nothing,
      result: () => BigInt(count),
    };
  },

  SUM() {
    const total = new Total('SUM');
    return { ...adding(total), result: () => total.sum() };
  },

  AVG() {
    const total = new Total('AVG');
    return { ...adding(total), result: () => total.average() };
  },

  MIN: () => extreme('MIN', '<'),
  MAX: () => extreme('MAX', '>'),
};

const nothing = (): void => {};

const adding = (total: Total): Omit<Accumulator, 'result'> => ({
  add: (value) => total.add(value),
  addCount: nothing,
  addSum: (sum, numbers) => total.addSum(sum, numbers),
  addExtreme: nothing,
});

/** A sum that is exact for INT and DECIMAL, and compensated (Neumaier) for FLOAT, so that its order matters little. */
class Total {
  #name: string;
  #count = 0;
  #integers = 0n;
  #decimals: Decimal | undefined;
  #floats: number | undefined;
  #compensation = 0;

  constructor(name: string) {
    this.#name = name;
  }

  add(value: Value): void {
    if (isAbsent(value)) return;
    if (!isNumber(value)) throw notNumber(this.#name, value);
    this.#count++;
    if (typeof value === 'bigint') this.#integers += value;
    else if (typeof value === 'number') this.#addFloat(value);
    else this.#decimals = addExactly(this.#decimals ?? zero, value);
  }

  addSum(sum: bigint | Decimal, numbers: number): void {
    this.#count += numbers;
    if (typeof sum === 'bigint') this.#integers += sum;
    else this.#decimals = addExactly(this.#decimals ?? zero, sum);
  }

  #addFloat(value: number): void {
    const before = this.#floats ?? 0;
    const sum = before + value;
    this.#compensation += Math.abs(before) >= Math.abs(value) ? before - sum + value : value - sum + before;
    this.#floats = sum;
  }

  /** NULL of nothing; FLOAT if any value is, else DECIMAL if any is, else INT. */
  sum(): Value {
    if (this.#count === 0) return null;
    if (this.#floats !== undefined) return this.#floatSum(this.#floats);
    return this.#decimals ? roundedSum(this.#exactSum()) : checkedInteger(this.#integers);
  }

  /** NULL of nothing; FLOAT if any value is, else DECIMAL. */
  average(): Value {
    if (this.#count === 0) return null;
    if (this.#floats !== undefined) return calculate('/', this.#floatSum(this.#floats), BigInt(this.#count));
    return average(this.#exactSum(), this.#count);
  }

  #floatSum(floats: number): Value {
    return calculate('+', roundedSum(this.#exactSum()), floats + this.#compensation);
  }

  #exactSum(): Decimal {
    return addExactly(this.#decimals ?? zero, this.#integers);
  }
}

function extreme(name: string, better: '<' | '>'): Accumulator {
  let best: Value = null;
  const add = (value: Value): void => {
    if (isAbsent(value)) return;
    if (!isNumber(value)) throw notNumber(name, value);
    if (best === null || compare(better, value, best)) best = value;
  };
  return { add, addCount: nothing, addSum: nothing, addExtreme: add, result: () => best };
}

const notNumber = (name: string, value: Value): ValueError =>
  new ValueError(
    'ExternalEvalException',
    `${name} takes numbers, but this is ${typeOf(value)}. Fields of a CSV file are text: write ${name}(CAST(column AS DECIMAL)).`,
  );
