import type { PlacedField } from './model';

/** A log that numbers an element higher than this is not believed. */
const MAX_ITEMS = 1_000_000;
const MAX_DEPTH = 8;

/** The fields of one message as a tree: `tcp_addr[0] port=9258` is `tcp_addr`, item 0, `port`. */
export class FieldNode {
  text: string | undefined;
  /** How many elements or bytes the log says there are. */
  length: number | undefined;
  /** By number; those that the log leaves out are missing. */
  readonly items: (FieldNode | undefined)[] = [];
  used = false;
  private readonly children = new Map<string, FieldNode>();

  child(name: string): FieldNode | undefined {
    return this.children.get(name);
  }

  get isEmpty(): boolean {
    return this.text === undefined && this.children.size === 0 && this.items.length === 0;
  }

  /** Puts a field in its place. @returns where it is, undefined when it cannot be (a number beyond all bounds) */
  add({ path, value, isLength }: PlacedField): FieldNode | undefined {
    if (path.length > MAX_DEPTH) return undefined;
    const node = path.reduce<FieldNode | undefined>(
      (at, step) => (typeof step === 'number' ? at?.item(step) : at?.named(step)),
      this,
    );
    if (node === undefined) return undefined;
    if (isLength) node.length = lengthOf(value);
    else node.text ??= value;
    return node;
  }

  private named(name: string): FieldNode {
    let node = this.children.get(name);
    if (node === undefined) this.children.set(name, (node = new FieldNode()));
    return node;
  }

  private item(at: number): FieldNode | undefined {
    // elements come one after the other: a hole larger than the list so far is no list
    if (at >= MAX_ITEMS || at > 2 * this.items.length + 64) return undefined;
    while (this.items.length < at) this.items.push(undefined);
    return (this.items[at] ??= new FieldNode());
  }
}

function lengthOf(text: string): number | undefined {
  const length = Number.parseInt(text, 10);
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined;
}
