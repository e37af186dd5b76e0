import type { Damage, MessageIndex } from '../../session/messageIndex';

/** How far around a damaged place a message of the same connection is looked for. */
const REACH = 10_000;

/** Rows next to a damaged place: the last one before and the first one after it, of its connection. */
export interface DamagePlace {
  damage: Damage;
  before?: number;
  after?: number;
  /** How many messages there were when it was looked up. */
  rows: number;
}

/** Where the damage of a capture stands among its messages; looked up once for each place. */
export class DamagePlaces {
  private readonly known: DamagePlace[] = [];

  constructor(private readonly index: MessageIndex) {}

  get count(): number {
    return this.index.damage.length;
  }

  at(i: number): DamagePlace {
    const known = this.known[i];
    // while the index grows, the message after it may still come
    if (known && (known.after !== undefined || known.rows === this.index.count)) return known;
    return (this.known[i] = rowsAround(this.index, this.index.damage[i]));
  }

  /** The message to show for a place. */
  row(i: number): number | undefined {
    const { before, after } = this.at(i);
    return after ?? before;
  }
}

/** First row that ends in packet `frame` or later; the index's count when there is none. Rows are in packet order. */
export function rowAtFrame(index: MessageIndex, frame: number): number {
  let low = 0;
  let high = index.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (index.frame(middle) < frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rowsAround(index: MessageIndex, damage: Damage): DamagePlace {
  const at = rowAtFrame(index, damage.frame);
  const belongs = (row: number) => damage.connection === undefined || index.connection(row) === damage.connection;
  const place: DamagePlace = { damage, rows: index.count };
  for (let row = at - 1; row >= Math.max(0, at - REACH) && place.before === undefined; row--)
    if (belongs(row)) place.before = row;
  for (let row = at; row < Math.min(index.count, at + REACH) && place.after === undefined; row++)
    if (belongs(row)) place.after = row;
  return place;
}
