import type { ControlConnection, ListedItem, ListKind } from './inventory';

/** An item that no list has, but that the DMA used: it is there all the same. */
export interface UsedItem {
  kind: ListKind;
  row: number;
  item: ListedItem;
}

const MAX_USED = 1000;

/** What was backed up and opened on a connection without being in any list of its system. */
export function usedItems({ steps }: ControlConnection, listed: ReadonlyMap<ListKind, readonly string[]>): UsedItem[] {
  const used: UsedItem[] = [];
  const known = new Set<string>();
  for (const step of steps) {
    if (used.length >= MAX_USED) break;
    if (step.error !== 0) continue;
    const found = usedBy(step);
    if (found === undefined || known.has(`${found.kind} ${found.name}`)) continue;
    known.add(`${found.kind} ${found.name}`);
    const names = listed.get(found.kind) ?? [];
    if (names.some((name) => covers(found.kind, name, found.name))) continue;
    used.push({ kind: found.kind, row: step.row, item: { name: found.name, model: '', pairs: [] } });
  }
  return used;
}

function usedBy(step: ControlConnection['steps'][number]): { kind: ListKind; name: string } | undefined {
  if (step.kind === 'open') return { kind: step.changer ? 'changers' : 'tapes', name: step.device };
  return step.kind === 'start' && step.path !== undefined ? { kind: 'volumes', name: step.path } : undefined;
}

function covers(kind: ListKind, listed: string, used: string): boolean {
  return listed === used || (kind === 'volumes' && isWithin(used, listed));
}

/** Whether a path lies in a volume. */
export function isWithin(path: string, volume: string): boolean {
  return (
    volume !== '' &&
    path.startsWith(volume) &&
    (path.length === volume.length || volume.endsWith('/') || path[volume.length] === '/')
  );
}
