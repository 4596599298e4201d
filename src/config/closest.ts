/** Which known name somebody probably meant. */

/** The known names nearest to a name, best first, at most three; none when nothing is near. */
export function closestNames(name: string, known: readonly string[]): string[] {
  const plain = plainly(name);
  const limit = Math.max(1, Math.floor(plain.length / 3));
  return known
    .map((other) => ({ other, distance: editDistance(plain, plainly(other)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ other }) => other);
}

/** "did you mean a or b?", or else the list of all known names, or "remove it." when there are none. */
export function suggestion(name: string, known: readonly string[]): string {
  const closest = closestNames(name, known);
  if (closest.length > 0) return `did you mean ${closest.join(" or ")}?`;
  return known.length === 0 ? "remove it." : `known are ${known.join(", ")}.`;
}

function plainly(name: string): string {
  return name
    .slice(0, 64)
    .toLowerCase()
    .replace(/[-_\s]/g, "");
}

// Optimal string alignment: one step is a letter more, a letter less, another letter, or two neighbours exchanged.
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
