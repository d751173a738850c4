import { ValueError } from './sql-error';
import { average, calculate, cast, checkedInteger, compare, isAbsent, isNumber, typeOf, type Value } from './value';
import type { AggregateName } from './words';

/** Takes the values of a group one by one, and tells what they come to. NULL and MISSING are not counted. */
export interface Accumulator {
  add(value: Value): void;
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
      result: () => BigInt(count),
    };
  },

  SUM() {
    const total = new Total('SUM');
    return {
      add: (value) => total.add(value),
      result: () => {
        const sum = total.sum();
        return typeof sum === 'bigint' ? checkedInteger(sum) : sum;
      },
    };
  },

  AVG() {
    const total = new Total('AVG');
    return {
      add: (value) => total.add(value),
      result: () => {
        const sum = total.sum();
        return isNumber(sum) ? average(sum, BigInt(total.count)) : null;
      },
    };
  },

  MIN: () => extreme('MIN', '<'),
  MAX: () => extreme('MAX', '>'),
};

/** A sum that is exact for INT and DECIMAL, and compensated (Neumaier) for FLOAT, so that its order matters little. */
class Total {
  count = 0;
  #name: string;
  #integers = 0n;
  #exact: Value = null;
  #float = 0;
  #compensation = 0;
  #hasFloat = false;

  constructor(name: string) {
    this.#name = name;
  }

  add(value: Value): void {
    if (isAbsent(value)) return;
    checkNumber(this.#name, value);
    this.count++;
    if (typeof value === 'bigint') this.#integers += value;
    else if (typeof value === 'number') this.#addFloat(value);
    else this.#exact = this.#exact === null ? value : calculate('+', this.#exact, value);
  }

  #addFloat(value: number): void {
    this.#hasFloat = true;
    const sum = this.#float + value;
    const isLarger = Math.abs(this.#float) >= Math.abs(value);
    this.#compensation += isLarger ? this.#float - sum + value : value - sum + this.#float;
    this.#float = sum;
  }

  /** NULL of nothing; FLOAT if any value is, else DECIMAL if any is, else INT, however large. */
  sum(): Value {
    if (this.count === 0) return null;
    if (this.#exact === null && !this.#hasFloat) return this.#integers;
    const integers = cast(this.#integers.toString(), 'DECIMAL');
    const exact = this.#exact === null ? integers : calculate('+', this.#exact, integers);
    return this.#hasFloat ? calculate('+', exact, this.#float + this.#compensation) : exact;
  }
}

function extreme(name: string, better: '<' | '>'): Accumulator {
  let best: Value = null;
  return {
    add: (value) => {
      if (isAbsent(value)) return;
      checkNumber(name, value);
      if (best === null || compare(better, value, best)) best = value;
    },
    result: () => best,
  };
}

function checkNumber(name: string, value: Value): void {
  if (isNumber(value)) return;
  throw new ValueError(
    'ExternalEvalException',
    `${name} takes numbers, but this is ${typeOf(value)}. Fields of a CSV file are text: write ${name}(CAST(column AS DECIMAL)).`,
  );
}
