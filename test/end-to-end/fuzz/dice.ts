import { randomOf } from '../../engine/differential/generator';

/** Chance that a seed gives again, so that a case which failed can be made once more. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomOf(seed);
  }

  /** From 0 to one less than this. */
  below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  pick<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.below(choices.length)] as Choice;
  }

  times<Made>(count: number, make: () => Made): Made[] {
    return Array.from({ length: count }, make);
  }

  bytes(count: number): Buffer {
    return Buffer.from(this.times(count, () => this.below(256)));
  }

  /** Short text of any characters, half surrogate pairs among them. */
  text(maxLength: number): string {
    return String.fromCharCode(...this.times(this.below(maxLength + 1), () => this.below(this.pick([128, 0x10000]))));
  }
}
