/** The name that differs least from one that was not found, case aside, if by a third of its letters at most. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase().slice(0, maxLength);
  const candidates = known
    .slice(0, maxNames)
    .map((one) => ({ one, distance: editDistance(wanted, one.toLowerCase().slice(0, maxLength)) }))
    .filter(({ one, distance }) => distance <= Math.max(1, Math.min(wanted.length, one.length) / 3));
  return candidates.sort((a, b) => a.distance - b.distance)[0]?.one;
}

// The work is the product of the three: a tenth of a second at most.
const maxLength = 100;
const maxNames = 200;

/** Letters to insert, delete, replace, or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
