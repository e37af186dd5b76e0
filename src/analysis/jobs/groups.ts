import type { MessageSource } from '../messageView';
import { hostOf } from './addresses';
import { rowsBefore } from '../ascending';
import type { Landmarks } from './landmarks';
import { Movers, type MoverUse } from './movers';
import { cutBetween, findOperations, type DataOperation } from './operations';
import type { Span } from './model';

/** How many jobs that began before and after a connection are looked at for one that it may belong to. */
const NEAR_GROUPS = 200;

/** Connections that did something together. */
export interface Group {
  /** None in a session that moves no data through a data server; two in a copy from one data server to another. */
  operations: DataOperation[];
  mover: MoverUse | undefined;
  /** The mover at the other end of a copy from tape to tape. */
  source: MoverUse | undefined;
  /** The tape server's connection, -1 when there is none; where `mover` is undefined it is told by its time alone. */
  tapeConnection: number;
  changerConnection: number;
  /** In the order of their first rows. */
  spans: Span[];
}

/** Sorts the connections of a capture, and the rows of those that do several things, into what belongs together. */
export function findGroups(source: MessageSource, landmarks: readonly Landmarks[]): Group[] {
  const seen = landmarks.filter(({ firstRow }) => firstRow >= 0);
  const movers = new Movers(source, seen);
  const groups = new Grouping(source, seen, movers).groups;
  for (const group of groups) group.spans.sort((a, b) => a.fromRow - b.fromRow);
  return groups.sort((a, b) => a.spans[0].fromRow - b.spans[0].fromRow);
}

class Grouping {
  readonly groups: Group[] = [];
  /** Connections that are in a group with all their rows. */
  private readonly taken = new Set<number>();
  private readonly marks: ReadonlyMap<number, Landmarks>;

  constructor(
    private readonly source: MessageSource,
    landmarks: readonly Landmarks[],
    private readonly movers: Movers,
  ) {
    this.marks = new Map(landmarks.map((marks) => [marks.connection, marks]));
    this.operations(landmarks.flatMap((marks) => findOperations(source, marks)));
    this.tapeCopies();
    this.tapeSpans();
    this.companions(landmarks);
    this.sessions(landmarks);
  }

  private operations(operations: readonly DataOperation[]): void {
    const listening = new Map<string, DataOperation>();
    for (const each of operations)
      if (each.listens) for (const text of each.address?.texts ?? []) listening.set(text, each);
    const joined = new Set<DataOperation>();
    for (const operation of operations) {
      const texts = operation.listens ? [] : (operation.address?.texts ?? []);
      const peer = texts.map((text) => listening.get(text)).find((found) => found && found !== operation);
      if (peer === undefined || joined.has(peer)) continue;
      joined.add(peer).add(operation);
      this.add([operation, peer]);
    }
    for (const operation of operations) if (!joined.has(operation)) this.add([operation]);
  }

  private add(operations: DataOperation[]): void {
    const mover = operations.length === 1 ? this.movers.of(operations[0]) : undefined;
    const spans = operations.map(({ connection, fromRow, toRow }) => ({ connection, fromRow, toRow }));
    this.groups.push({
      operations,
      mover,
      source: undefined,
      tapeConnection: mover?.connection ?? -1,
      changerConnection: -1,
      spans,
    });
    for (const { connection } of spans) this.taken.add(connection);
  }

  private tapeCopies(): void {
    const used = new Set(this.groups.map(({ mover }) => mover));
    for (const use of this.movers.uses) {
      if (use.listens || used.has(use)) continue;
      const peer = this.movers.peerOf(use);
      if (peer === undefined || used.has(peer)) continue;
      used.add(use).add(peer);
      this.groups.push({
        operations: [],
        mover: peer,
        source: use,
        tapeConnection: peer.connection,
        changerConnection: -1,
        spans: [],
      });
    }
  }

  /** Gives each group its rows of the connections of its movers, which may serve several groups one after the other. */
  private tapeSpans(): void {
    const uses = new Map<number, { row: number; group: Group }[]>();
    for (const group of this.groups)
      for (const mover of [group.mover, group.source])
        if (mover) {
          const list = uses.get(mover.connection) ?? [];
          list.push({ row: mover.row, group });
          uses.set(mover.connection, list);
        }
    for (const [connection, list] of uses) this.cut(connection, list);
  }

  private cut(connection: number, uses: { row: number; group: Group }[]): void {
    const marks = this.marks.get(connection);
    if (marks === undefined) return;
    uses.sort((a, b) => a.row - b.row);
    uses.forEach(({ row, group }, i) => {
      if (group.spans.some((span) => span.connection === connection)) return;
      const fromRow = i === 0 ? marks.firstRow : cutBetween(marks, uses[i - 1].row, row);
      const toRow = i + 1 < uses.length ? cutBetween(marks, row, uses[i + 1].row) - 1 : marks.lastRow;
      group.spans.push({ connection, fromRow, toRow: Math.max(fromRow, toRow) });
    });
    this.taken.add(connection);
  }

  /** Tape servers whose data connection the capture does not tell, and changers, by their time and their DMA. */
  private companions(landmarks: readonly Landmarks[]): void {
    const byStart = this.groups.filter(({ spans }) => spans.length > 0).sort((a, b) => startOf(a) - startOf(b));
    const starts = byStart.map(startOf);
    for (const marks of landmarks) {
      if (this.taken.has(marks.connection)) continue;
      const { tape, scsi, data } = marks.requests;
      if (data > 0 || tape + scsi === 0) continue;
      const group = this.nearestGroup(byStart, rowsBefore(starts, marks.firstRow), marks, tape > 0);
      if (group === undefined) continue;
      if (tape > 0) group.tapeConnection = marks.connection;
      if (scsi > 0 && group.changerConnection < 0) group.changerConnection = marks.connection;
      this.take(group, marks);
    }
  }

  /** Of the groups that lack such a server and ran at the same time, the one that began nearest to it. */
  private nearestGroup(byStart: readonly Group[], at: number, marks: Landmarks, tape: boolean): Group | undefined {
    const near = byStart.slice(Math.max(0, at - NEAR_GROUPS), at + NEAR_GROUPS);
    let best: Group | undefined;
    let distance = Infinity;
    for (const group of near) {
      if (tape ? group.tapeConnection >= 0 || isLocal(group) : group.changerConnection >= 0) continue;
      if (!this.together(group.spans, marks)) continue;
      const apart = Math.min(...group.spans.map(({ fromRow }) => Math.abs(fromRow - marks.firstRow)));
      if (apart < distance) [best, distance] = [group, apart];
    }
    return best;
  }

  /** Same DMA, and some of the time in common: TCP connections live on after their last message. */
  private together(spans: readonly Span[], { connection, firstRow, lastRow }: Landmarks): boolean {
    const client = this.client(connection);
    const mine = this.frames({ connection, fromRow: firstRow, toRow: lastRow });
    return spans.some((span) => {
      const theirs = this.frames(span);
      return theirs.from <= mine.to && mine.from <= theirs.to && this.client(span.connection) === client;
    });
  }

  /** The packets between which a span lies; to the connection's end where it holds the last message. */
  private frames({ connection, fromRow, toRow }: Span): { from: number; to: number } {
    const { index } = this.source;
    const isLast = toRow === this.marks.get(connection)?.lastRow;
    const { endFrame, ended, bytes } = index.connections[connection];
    // a log tells no TCP: there nothing lives longer than its messages
    const isOpen = ended === 'open' && bytes[0] + bytes[1] > 0;
    const end = isLast ? (isOpen ? Infinity : endFrame) : 0;
    return { from: index.frame(fromRow), to: Math.max(index.frame(toRow), end) };
  }

  private client(connection: number): string {
    return this.source.index.connections[connection].client.address;
  }

  private take(group: Group, { connection, firstRow, lastRow }: Landmarks): void {
    group.spans.push({ connection, fromRow: firstRow, toRow: lastRow });
    this.taken.add(connection);
  }

  /** What is left: connections that overlap and do different things are one session. */
  private sessions(landmarks: readonly Landmarks[]): void {
    const left = landmarks.filter(({ connection }) => !this.taken.has(connection));
    let current: { group: Group; marks: Landmarks[] } | undefined;
    for (const marks of left.sort((a, b) => a.firstRow - b.firstRow)) {
      if (current === undefined || !this.joins(current.group, current.marks, marks)) {
        const group: Group = {
          operations: [],
          mover: undefined,
          source: undefined,
          tapeConnection: -1,
          changerConnection: -1,
          spans: [],
        };
        current = { group, marks: [] };
        this.groups.push(group);
      }
      current.marks.push(marks);
      this.take(current.group, marks);
      if (marks.requests.tape > 0) current.group.tapeConnection = marks.connection;
      if (marks.requests.scsi > 0) current.group.changerConnection = marks.connection;
    }
  }

  private joins(group: Group, members: readonly Landmarks[], marks: Landmarks): boolean {
    const uses = (each: Landmarks) => Object.values(each.requests).map((count) => count > 0);
    const mine = uses(marks);
    const distinct = members.every((member) => !uses(member).some((used, i) => used && mine[i]));
    return distinct && members.length < mine.length && this.together(group.spans, marks);
  }
}

function startOf({ spans }: Group): number {
  return spans[0].fromRow;
}

function isLocal({ operations }: Group): boolean {
  return operations.some(({ address }) => address?.kind === 'local');
}

/** Whether a data connection leads to the DMA's own host, where no control connection of the capture has a mover. */
export function leadsToDma({ operations, mover }: Group, client: string): boolean {
  const texts = operations[0]?.address?.texts ?? [];
  return mover === undefined && texts.some((text) => hostOf(text) === client);
}
