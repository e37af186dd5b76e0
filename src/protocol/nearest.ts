/** Names within a typing error or two of `wanted`, nearest first; also those that contain it. At most `limit`. */
export function nearestNames(wanted: string, names: Iterable<string>, limit = 3): string[] {
  const target = wanted.toLowerCase().slice(0, 80);
  const allowed = Math.max(1, Math.floor(target.length / 3));
  const scored: { name: string; score: number }[] = [];
  for (const name of names) {
    const candidate = name.toLowerCase();
    let score = distance(target, candidate, allowed);
    if (score > allowed && target.length >= 3 && candidate.includes(target)) {
      score = allowed + 1 + (candidate.length - target.length) / 100;
    }
    if (score <= allowed || (score > allowed && score < allowed + 2)) {
      scored.push({ name, score });
    }
  }
  scored.sort((a, b) => a.score - b.score || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
  const best = scored.some(({ score }) => score <= allowed) ? scored.filter(({ score }) => score <= allowed) : scored;
  return [...new Set(best.map(({ name }) => name))].slice(0, limit);
}

/** Optimal string alignment distance (insert, delete, replace, swap of neighbours); `limit` + 2 when it is larger. */
function distance(a: string, b: string, limit: number): number {
  const far = limit + 2;
  if (Math.abs(a.length - b.length) > limit) {
    return far;
  }
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, before[j - 2] + 1);
      }
      current[j] = best;
    }
    before = previous;
    previous = current;
  }
  const result = previous[b.length];
  return result > limit ? far : result;
}
