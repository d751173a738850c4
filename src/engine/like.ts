import { ValueError } from './sql-error';

/** One step of a pattern: a literal character (a code point), any one character, or any sequence. */
type Step = string | typeof anyOne | typeof anySequence;
const anyOne = Symbol('_');
const anySequence = Symbol('%');

/** A pattern between two `%`, to be found in the text as a whole. */
type Segment = readonly (string | typeof anyOne)[];

/**
 * Compiles a LIKE pattern to a test. The parts between the `%` are looked for one after another, each at its first place:
 * that is enough, since a later place leaves less text for what follows. So the work is at most the length of the text
 * times that of the pattern. Throws ValueError LikeInvalidInputs, EvaluatorLikePatternInvalidEscapeSequence.
 */
export function likeTest(pattern: string, escape?: string): (text: string) => boolean {
  const segments = segmentsOf(stepsOf(pattern, escape));
  const [first, ...rest] = segments as [Segment, ...Segment[]];
  const last = rest.pop();
  if (last === undefined) return (text) => endOfMatch(text, 0, first) === text.length;
  const lastLength = last.length;
  return (text) => {
    let at = endOfMatch(text, 0, first);
    for (const segment of rest) {
      if (at < 0) return false;
      at = find(text, at, segment);
    }
    if (at < 0) return false;
    const start = startOfLast(text, lastLength);
    return start >= at && endOfMatch(text, start, last) === text.length;
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

/** The parts between the `%`: one more than there are. */
function segmentsOf(steps: readonly Step[]): Segment[] {
  const segments: (string | typeof anyOne)[][] = [[]];
  for (const step of steps) {
    if (step === anySequence) segments.push([]);
    else segments.at(-1)?.push(step);
  }
  return segments;
}

/** Where a segment that starts at an offset ends, or -1. */
function endOfMatch(text: string, start: number, segment: Segment): number {
  let at = start;
  for (const step of segment) {
    if (at >= text.length) return -1;
    if (step === anyOne) at += characterLength(text, at);
    else if (text.startsWith(step, at)) at += step.length;
    else return -1;
  }
  return at;
}

/** The end of the first match at or after an offset, or -1. */
function find(text: string, from: number, segment: Segment): number {
  for (let at = from; at <= text.length; at += characterLength(text, at)) {
    const end = endOfMatch(text, at, segment);
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
