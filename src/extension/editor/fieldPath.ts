import { decodeTree, expandField } from '../../protocol';
import type { FieldNode, MessageContext } from '../../protocol';

/** Deepest nesting that is followed. */
const MAX_DEPTH = 32;

/** The node at `path` (child indices from the root list), or undefined. */
export function nodeAt(payload: Uint8Array, context: MessageContext, path: readonly number[]): FieldNode | undefined {
  if (path.length === 0 || path.length > MAX_DEPTH) return undefined;
  const [first, ...rest] = path;
  let node: FieldNode | undefined = decodeTree(payload, context)[first];
  for (let depth = 0; depth < rest.length && node; depth++)
    node = childAt(payload, context, node, path.slice(0, depth + 1), rest[depth]);
  return node;
}

/** The nodes from the root to the one at `path`; shorter when the path leads nowhere. */
export function nodesAlong(payload: Uint8Array, context: MessageContext, path: readonly number[]): FieldNode[] {
  const nodes: FieldNode[] = [];
  for (let depth = 1; depth <= path.length; depth++) {
    const node = nodeAt(payload, context, path.slice(0, depth));
    if (!node) break;
    nodes.push(node);
  }
  return nodes;
}

/** The path of the innermost field that holds byte `offset` of the payload; empty when none does. */
export function pathAtOffset(payload: Uint8Array, context: MessageContext, offset: number): number[] {
  const roots = decodeTree(payload, context);
  const path: number[] = [];
  let at = roots.findIndex((node) => holds(node, offset));
  let node: FieldNode | undefined = roots[at];
  while (node && at >= 0 && path.length < MAX_DEPTH) {
    path.push(at);
    const parent: FieldNode = node;
    at = childHolding(payload, context, parent, path, offset);
    node = at < 0 ? undefined : childAt(payload, context, parent, path, at);
  }
  return path;
}

const holds = (node: FieldNode, offset: number) => offset >= node.offset && offset < node.offset + node.length;

function childAt(
  payload: Uint8Array,
  context: MessageContext,
  parent: FieldNode,
  parentPath: readonly number[],
  index: number,
): FieldNode | undefined {
  return parent.children?.[index] ?? expandField(payload, context, [...parentPath], index, 1)[0];
}

/** Index of the child that holds the byte, by halving: children stand in the order of their bytes. */
function childHolding(
  payload: Uint8Array,
  context: MessageContext,
  parent: FieldNode,
  path: readonly number[],
  offset: number,
): number {
  const given = parent.children?.findIndex((child) => holds(child, offset)) ?? -1;
  if (given >= 0) return given;
  let low = parent.children?.length ?? 0;
  let high = parent.childCount ?? 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const child = childAt(payload, context, parent, path, middle);
    if (!child) return -1;
    if (holds(child, offset)) return middle;
    if (child.offset > offset) high = middle;
    else low = middle + 1;
  }
  return -1;
}
