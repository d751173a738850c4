import { ValueError } from './sql-error';
import type { StepBudget } from './step-budget';

/** One step of a pattern: a literal character (a code point), any one character, or any sequence. */
type Step = string | typeof anyOne | typeof anySequence;
const anyOne = Symbol('_');
const anySequence = Symbol('%');

/** A part of a pattern between two `%`, to be found in the text as a whole. */
interface Segment {
  readonly steps: readonly (string | typeof anyOne)[];
  /** Its text, where it is short and has no `_`: then the runtime's own search, which is quadratic too, is quick. */
  readonly text: string | undefined;
}

const maxSearchedLength = 32;

/** Whether a text matches. Throws ValueError ExternalEvalException when the budget is spent. */
export type LikeTest = (text: string, budget: StepBudget) => boolean;

/**
 * Compiles a LIKE pattern to a test. The parts between the `%` are looked for one after another, each at its first place:
 * that is enough, since a later place leaves less text for what follows. So the work is at most the length of the text
 * times that of the pattern; as even that can be minutes, each comparison is taken from the query's budget.
 * Throws ValueError LikeInvalidInputs, EvaluatorLikePatternInvalidEscapeSequence.
 */
export function likeTest(pattern: string, escape?: string): LikeTest {
  const segments = segmentsOf(stepsOf(pattern, escape));
  const [first, ...between] = segments as [Segment, ...Segment[]];
  const last = between.pop();
  if (last === undefined) return (text, budget) => endOfMatch(text, 0, first, budget) === text.length;
  return (text, budget) => {
    let at = endOfMatch(text, 0, first, budget);
    for (const segment of between) {
      if (at < 0) return false;
      at = find(text, at, segment, budget);
    }
    if (at < 0) return false;
    const start = startOfLast(text, last.steps.length);
    return start >= at && endOfMatch(text, start, last, budget) === text.length;
  };
}

function stepsOf(pattern: string, escape: string | undefined): Step[] {
  if (escape !== undefined && [...escape].length !== 1) {
    throw new ValueError(
      'LikeInvalidInputs',
      `The escape of LIKE is ${JSON.stringify(escape)}; it must be one character.`,
    );
  }
  const characters = [...pattern];
  const steps: Step[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character === escape) {
      const next = characters[++i];
      if (next !== '%' && next !== '_' && next !== escape) {
        throw new ValueError(
          'EvaluatorLikePatternInvalidEscapeSequence',
          `In a LIKE pattern the escape ${JSON.stringify(escape)} may stand only before %, _ or itself.`,
        );
      }
      steps.push(next);
    } else if (character === '%') steps.push(anySequence);
    else steps.push(character === '_' ? anyOne : character);
  }
  return steps;
}

/** The parts between the `%`: one more than there are. Those of two `%` in a row are empty, and match anywhere. */
function segmentsOf(steps: readonly Step[]): Segment[] {
  const parts: (string | typeof anyOne)[][] = [[]];
  for (const step of steps) {
    if (step === anySequence) parts.push([]);
    else parts.at(-1)?.push(step);
  }
  return parts.map((part) => {
    const isText = part.length <= maxSearchedLength && !part.includes(anyOne);
    return { steps: part, text: isText ? part.join('') : undefined };
  });
}

/** Where a segment that starts at an offset ends, or -1. */
function endOfMatch(text: string, start: number, { steps }: Segment, budget: StepBudget): number {
  let at = start;
  let matched = 0;
  for (; matched < steps.length; matched++) {
    const step = steps[matched];
    if (at >= text.length) break;
    if (step === anyOne) at += characterLength(text, at);
    else if (text.startsWith(step as string, at)) at += (step as string).length;
    else break;
  }
  budget.spend(matched + 1);
  return matched === steps.length ? at : -1;
}

/** The end of the first match at or after an offset, or -1. */
function find(text: string, from: number, segment: Segment, budget: StepBudget): number {
  if (segment.text !== undefined) {
    const found = text.indexOf(segment.text, from);
    budget.spend((found < 0 ? text.length : found) - from + 1);
    return found < 0 ? -1 : found + segment.text.length;
  }
  for (let at = from; at < text.length; at += characterLength(text, at)) {
    const end = endOfMatch(text, at, segment, budget);
    if (end >= 0) return end;
  }
  return -1;
}

/** Where the last so many characters of a text start, or -1 where it has fewer. */
function startOfLast(text: string, characters: number): number {
  let at = text.length;
  for (let left = characters; left > 0; left--) {
    if (at <= 0) return -1;
    at -= at > 1 && characterLength(text, at - 2) === 2 ? 2 : 1;
  }
  return at;
}

/** Units of the code point at an offset. */
const characterLength = (text: string, at: number): 1 | 2 => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
