const made = new WeakMap<object, Map<number, unknown[]>>();

/**
 * The parts of a list by their connections, each in the list's order; made once for a list, which must not change any
 * more. Keeps what is asked of every job from going through the whole capture for each.
 */
export function partsOfConnections<T extends { connection: number | undefined }>(list: readonly T[]): Map<number, T[]> {
  let groups = made.get(list) as Map<number, T[]> | undefined;
  if (groups !== undefined) return groups;
  groups = new Map();
  for (const each of list) {
    if (each.connection === undefined) continue;
    const group = groups.get(each.connection);
    if (group === undefined) groups.set(each.connection, [each]);
    else group.push(each);
  }
  made.set(list, groups);
  return groups;
}

/** Those parts of a list that belong to the connections of spans, in the order of the spans' connections. */
export function ofSpans<T extends { connection: number | undefined }>(
  list: readonly T[],
  spans: readonly { connection: number }[],
): T[] {
  const groups = partsOfConnections(list);
  const connections = [...new Set(spans.map(({ connection }) => connection))].sort((a, b) => a - b);
  return connections.flatMap((connection) => groups.get(connection) ?? []);
}
