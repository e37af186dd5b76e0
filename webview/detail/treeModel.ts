import { CHILDREN_PAGE, type DetailPart, type FieldNode } from '../../src/extension/messages';

/** A field with what is loaded of its children; arrays may have holes. */
interface Branch {
  node: FieldNode;
  expanded: boolean;
  childCount: number;
  /** Loaded runs of children, in order, not touching each other. */
  runs: { from: number; branches: Branch[] }[];
}

interface Common {
  part: number;
  depth: number;
  /** Among its siblings, from 1. */
  position: number;
  siblings: number;
}

/** One line of the tree as it stands now. */
export type TreeItem =
  | (Common & { kind: 'part'; expanded: boolean })
  | (Common & { kind: 'field'; path: number[]; node: FieldNode; expanded: boolean | undefined })
  /** Elements that are not loaded. */
  | (Common & { kind: 'more'; path: number[]; from: number; to: number });

/** The fields of one or two messages as lines: what is open, what is loaded, in which order. */
export class TreeModel {
  private readonly roots: Branch[][];
  private readonly open: boolean[];
  private lines: TreeItem[] | undefined;

  constructor(readonly parts: readonly DetailPart[]) {
    this.roots = parts.map((part) => part.tree.map((node, index) => branchOf(node, index > 0)));
    this.open = parts.map(() => true);
  }

  get items(): readonly TreeItem[] {
    this.lines ??= this.flatten();
    return this.lines;
  }

  /** Opens or closes a line; lines without children stay as they are. */
  setExpanded(item: TreeItem, expanded: boolean): void {
    if (item.kind === 'part') this.open[item.part] = expanded;
    else if (item.kind === 'field') this.branch(item.part, item.path)!.expanded = expanded;
    this.lines = undefined;
  }

  /** What must be fetched before a line's children can be shown: the first page, when none is loaded. */
  missing(item: TreeItem): { from: number; count: number } | undefined {
    if (item.kind === 'more') return { from: item.from, count: Math.min(CHILDREN_PAGE, item.to - item.from) };
    if (item.kind !== 'field') return undefined;
    const branch = this.branch(item.part, item.path)!;
    if (branch.childCount === 0 || branch.runs.length > 0) return undefined;
    return { from: 0, count: Math.min(CHILDREN_PAGE, branch.childCount) };
  }

  /** Takes in children `from`… of the field at `path`. */
  insert(part: number, path: readonly number[], from: number, nodes: readonly FieldNode[]): void {
    const branch = this.branch(part, path);
    if (!branch || nodes.length === 0) return;
    const fresh = nodes.map((node) => branchOf(node, false));
    const before = branch.runs.filter((run) => run.from < from);
    const after = branch.runs.filter((run) => run.from >= from);
    const runs: Branch['runs'] = [];
    for (const run of [...before, { from, branches: fresh }, ...after]) {
      const last = runs.at(-1);
      const end = last ? last.from + last.branches.length : -1;
      if (!last || run.from > end) runs.push({ from: run.from, branches: [...run.branches] });
      else last.branches.push(...run.branches.slice(end - run.from));
    }
    branch.runs = runs;
    this.lines = undefined;
  }

  /**
   * Opens everything above a field. Returns a page of children that has to be fetched and inserted before the next try,
   * or undefined when the field has a line.
   */
  reveal(part: number, path: readonly number[]): { path: number[]; from: number; count: number } | undefined {
    this.open[part] = true;
    this.lines = undefined;
    for (let depth = 1; depth < path.length; depth++) {
      const above = path.slice(0, depth);
      const branch = this.branch(part, above);
      if (!branch) return undefined;
      branch.expanded = true;
      if (!childOf(branch, path[depth])) {
        const from = Math.floor(path[depth] / CHILDREN_PAGE) * CHILDREN_PAGE;
        return { path: above, from, count: Math.min(CHILDREN_PAGE, branch.childCount - from) };
      }
    }
    return undefined;
  }

  indexOf(part: number, path: readonly number[]): number {
    const key = path.join();
    return this.items.findIndex((item) => item.kind === 'field' && item.part === part && item.path.join() === key);
  }

  node(part: number, path: readonly number[]): FieldNode | undefined {
    return this.branch(part, path)?.node;
  }

  /**
   * The innermost loaded field that holds a byte. `complete` is false when a field further inside may hold it but is
   * not loaded.
   */
  fieldAt(part: number, offset: number): { path: number[]; complete: boolean } {
    const path: number[] = [];
    let level: Branch['runs'] = [{ from: 0, branches: this.roots[part] ?? [] }];
    let complete = true;
    for (;;) {
      const found = find(level, offset);
      if (!found) return { path, complete };
      path.push(found.index);
      const loaded = found.branch.runs.reduce((sum, run) => sum + run.branches.length, 0);
      complete = loaded >= found.branch.childCount;
      level = found.branch.runs;
    }
  }

  private branch(part: number, path: readonly number[]): Branch | undefined {
    let branch: Branch | undefined = this.roots[part]?.[path[0]];
    for (const index of path.slice(1)) branch = branch && childOf(branch, index);
    return branch;
  }

  private flatten(): TreeItem[] {
    const items: TreeItem[] = [];
    this.roots.forEach((branches, part) => {
      const siblings = this.roots.length;
      items.push({ kind: 'part', part, depth: 0, position: part + 1, siblings, expanded: this.open[part] });
      if (!this.open[part]) return;
      branches.forEach((branch, index) => addBranch(items, branch, part, [index], 1, branches.length));
    });
    return items;
  }
}

/** Arrays longer than this begin with their elements closed. */
const FEW = 4;

function branchOf(node: FieldNode, expanded: boolean): Branch {
  const children = node.children ?? [];
  const few = (node.childCount ?? children.length) <= FEW || !children[0]?.name.startsWith('[');
  return {
    node,
    expanded: expanded && children.length > 0,
    childCount: node.childCount ?? children.length,
    runs: children.length > 0 ? [{ from: 0, branches: children.map((child) => branchOf(child, expanded && few)) }] : [],
  };
}

function childOf(branch: Branch, index: number): Branch | undefined {
  const run = branch.runs.findLast(({ from }) => from <= index);
  return run?.branches[index - run.from];
}

function find(level: Branch['runs'], offset: number): { branch: Branch; index: number } | undefined {
  for (const { from, branches } of level) {
    const at = branches.findIndex(({ node }) => offset >= node.offset && offset < node.offset + node.length);
    if (at >= 0) return { branch: branches[at], index: from + at };
  }
  return undefined;
}

function addBranch(
  items: TreeItem[],
  branch: Branch,
  part: number,
  path: number[],
  depth: number,
  siblings: number,
): void {
  const { node, childCount } = branch;
  const expanded = childCount > 0 ? branch.expanded : undefined;
  items.push({ kind: 'field', part, depth, path, node, expanded, position: path[path.length - 1] + 1, siblings });
  if (!expanded) return;
  let next = 0;
  const hole = (from: number, to: number): void => {
    if (to <= from) return;
    items.push({ kind: 'more', part, depth: depth + 1, path, from, to, position: from + 1, siblings: childCount });
  };
  for (const run of branch.runs) {
    hole(next, run.from);
    run.branches.forEach((child, index) =>
      addBranch(items, child, part, [...path, run.from + index], depth + 1, childCount),
    );
    next = run.from + run.branches.length;
  }
  hole(next, childCount);
}
