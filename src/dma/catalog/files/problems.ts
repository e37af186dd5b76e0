/** What can be odd about file history, with a sentence for people; `count` says how often. */
const SENTENCES = {
  cut: 'messages were not whole: entries are missing',
  'no-name': 'entries had no name and were left out',
  'odd-name': 'names were left out: too long, too deep, or with a slash or a NUL in them',
  repeated: 'entries came twice; the last one counts',
  'second-parent': 'directories were named in two places; what is in them stands in the first one',
  orphan: 'directories or files had no name; they stand in the root as "(no name) node N"',
  cycle: 'directories lay, by way of others, in themselves; they stand in the root as "(no name) node N"',
} as const;

export type TreeProblem = keyof typeof SENTENCES;

/** Counts what is odd. */
export class TreeProblems {
  private readonly counts = new Map<TreeProblem, number>();

  note(problem: TreeProblem): void {
    this.counts.set(problem, (this.counts.get(problem) ?? 0) + 1);
  }

  get sentences(): string[] {
    return [...this.counts].map(([problem, count]) => `${count} ${SENTENCES[problem]}.`);
  }
}
