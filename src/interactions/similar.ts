import { folded } from './names';

/** Shorter names differ by a letter for good reasons, as do names that end in different numbers. */
const leastCharacters = 4;

/** Whether two names differ by one letter that was added, left out or changed, or by two neighbours that changed places. */
export function areSimilar(one: string, other: string): boolean {
  const [a, b] = [folded(one), folded(other)].sort((x, y) => x.length - y.length) as [string, string];
  if (a.length < leastCharacters || b.length - a.length > 1 || a === b || /\d/.test(a + b)) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}
