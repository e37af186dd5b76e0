import type { HistoryEntry } from './historyEntry';
import { hashPair, SlotSet } from './hash';
import { KindWord } from './treeTables';
import type { WordTable } from './wordTable';

/** Type, mode, owner and group together: thousands of files share them, so that each combination is kept once. */
export class KindTable {
  private readonly known = new SlotSet();
  private last = -1;

  constructor(private readonly kinds: WordTable) {}

  /** The row for an entry's attributes, made when they are new. */
  of(entry: HistoryEntry, flags: number): number {
    if (this.last >= 0 && this.is(this.last, entry, flags)) return this.last;
    const hash = hashPair(hashPair(entry.fileType, entry.mode), hashPair(entry.owner, hashPair(entry.group, flags)));
    for (let kind = this.known.find(hash); kind >= 0; kind = this.known.next())
      if (this.is(kind, entry, flags)) return (this.last = kind);
    const kind = this.kinds.add();
    this.kinds.set(kind, KindWord.TYPE, entry.fileType);
    this.kinds.set(kind, KindWord.MODE, entry.mode);
    this.kinds.set(kind, KindWord.OWNER, entry.owner);
    this.kinds.set(kind, KindWord.GROUP, entry.group);
    this.kinds.set(kind, KindWord.FLAGS, flags);
    this.known.put(kind);
    return (this.last = kind);
  }

  /** Bytes of memory taken beside the rows. */
  get bytes(): number {
    return this.known.bytes;
  }

  private is(kind: number, entry: HistoryEntry, flags: number): boolean {
    const { kinds } = this;
    return (
      kinds.get(kind, KindWord.MODE) === entry.mode &&
      kinds.get(kind, KindWord.OWNER) === entry.owner &&
      kinds.get(kind, KindWord.GROUP) === entry.group &&
      kinds.get(kind, KindWord.TYPE) === entry.fileType &&
      kinds.get(kind, KindWord.FLAGS) === flags
    );
  }
}
