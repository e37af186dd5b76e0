import { WordTable } from './wordTable';

export type ProblemSeverity = 'error' | 'warning' | 'info';

interface ProblemDescription {
  severity: ProblemSeverity;
  title: string;
  /** Why it matters, in a sentence or two. */
  doc: string;
}

/** What can be wrong with file history (NDMPv4 draft, section 3.9, and facts about servers in the field). */
export const historyProblems = {
  'path-repeated': {
    severity: 'warning',
    title: 'Path told twice',
    doc: 'The same path came in several entries. The attributes of the last one are shown.',
  },
  'name-repeated': {
    severity: 'warning',
    title: 'Directory entry told twice',
    doc: 'The same name, node and directory came in several entries. One of them is shown.',
  },
  'name-conflict': {
    severity: 'error',
    title: 'Two nodes with one name',
    doc: 'A directory has two entries of the same name with different nodes. Both are shown.',
  },
  'node-repeated': {
    severity: 'warning',
    title: 'Node told twice',
    doc: 'The attributes of a node came in several entries; the draft allows one, also for hard links. The last one is shown.',
  },
  'node-without-name': {
    severity: 'error',
    title: 'Node without a name',
    doc: 'Attributes came for a node that no directory entry names: the file was backed up, but nobody can tell where it lies.',
  },
  orphan: {
    severity: 'error',
    title: 'Directory without a place',
    doc: 'Entries name this node as their directory, but no entry says where the directory itself lies. Messages may be missing from the capture.',
  },
  cycle: {
    severity: 'error',
    title: 'Directories in a circle',
    doc: 'A directory lies, by way of others, in itself: no way leads there from the root.',
  },
  'second-parent': {
    severity: 'error',
    title: 'Directory in two places',
    doc: 'Two entries name the same node, and it is a directory. Its contents are shown in the first place.',
  },
  'wrong-dot': {
    severity: 'warning',
    title: 'Wrong "."',
    doc: 'The node of the entry "." must be that of the directory itself.',
  },
  'wrong-dot-dot': {
    severity: 'warning',
    title: 'Wrong ".."',
    doc: 'The entry ".." names another directory as the parent than the one that lists it.',
  },
  'root-dot-dot': {
    severity: 'info',
    title: '".." of the root names another node',
    doc: 'By the draft the root names itself there. NetApp servers are known to name the real parent; it does no harm.',
  },
  'reserved-node': {
    severity: 'warning',
    title: 'Reserved node number',
    doc: 'A node number of all ones is reserved: it cannot tell which file is meant.',
  },
  'no-name': {
    severity: 'warning',
    title: 'Entry without a name',
    doc: 'The list of names is empty, or the name is.',
  },
  'no-attributes': {
    severity: 'warning',
    title: 'Entry without attributes',
    doc: 'The list of attributes is empty: size, time and type of the file are not known.',
  },
  'cut-message': {
    severity: 'warning',
    title: 'Message not whole',
    doc: 'The message ends in the middle of an entry: bytes are missing from the capture, or the message is broken.',
  },
  'kept-out': {
    severity: 'error',
    title: 'Too many entries',
    doc: 'There are more entries than are kept. The tree is not complete.',
  },
} as const satisfies Record<string, ProblemDescription>;

export type HistoryProblemKind = keyof typeof historyProblems;

const MAX_SAMPLES = 1000;
const Sample = { ROW: 0, LINK: 1, OBJECT: 2 } as const;

/** One place at which something is wrong. */
export interface ProblemPlace {
  /** Message that told it. */
  row: number;
  /** Name it is about, -1 where there is none. */
  link: number;
  /** Object it is about, -1 where there is none. */
  object: number;
}

/** Problems by kind: all are counted, the first thousand of a kind are kept. */
export class ProblemLog {
  private readonly kept = new Map<HistoryProblemKind, { total: number; samples: WordTable }>();

  note(kind: HistoryProblemKind, row: number, link = -1, object = -1): void {
    let known = this.kept.get(kind);
    if (known === undefined) this.kept.set(kind, (known = { total: 0, samples: new WordTable(3) }));
    if (known.total++ >= MAX_SAMPLES) return;
    const sample = known.samples.add();
    known.samples.set(sample, Sample.ROW, row);
    known.samples.set(sample, Sample.LINK, link + 1);
    known.samples.set(sample, Sample.OBJECT, object + 1);
  }

  total(kind: HistoryProblemKind): number {
    return this.kept.get(kind)?.total ?? 0;
  }

  /** Kinds of which there are any, in the order of {@link historyProblems}. */
  get kinds(): HistoryProblemKind[] {
    return (Object.keys(historyProblems) as HistoryProblemKind[]).filter((kind) => this.kept.has(kind));
  }

  /** How many places of a kind are kept. */
  keptOf(kind: HistoryProblemKind): number {
    return this.kept.get(kind)?.samples.count ?? 0;
  }

  place(kind: HistoryProblemKind, number: number): ProblemPlace {
    const samples = this.kept.get(kind)?.samples;
    if (samples === undefined || number >= samples.count) return { row: -1, link: -1, object: -1 };
    return {
      row: samples.get(number, Sample.ROW),
      link: samples.get(number, Sample.LINK) - 1,
      object: samples.get(number, Sample.OBJECT) - 1,
    };
  }
}
