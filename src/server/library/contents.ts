import { addressesOf, ELEMENT_KINDS, kindOf } from './layout';
import type { DriveEntry, ElementKind, ElementView, KnownCartridge, LibraryRecord } from './model';

/** Which cartridge lies where: the library's inventory in memory. Knows no files and no robot. */
export class Contents {
  private readonly known = new Map<string, KnownCartridge>();
  private readonly places = new Map<number, KnownCartridge>();
  /** Cartridges whose folders were not there when they were last looked for. */
  private readonly missing = new Set<string>();

  constructor(private readonly record: LibraryRecord) {
    this.restore(record);
  }

  kindOf(element: number): ElementKind | undefined {
    return kindOf(this.record.layout, element);
  }

  /** The cartridge that the inventory has at a place. */
  at(element: number): KnownCartridge | undefined {
    const cartridge = this.places.get(element);
    return cartridge && !this.missing.has(cartridge.folder) ? cartridge : undefined;
  }

  /** By the name of its folder, or its barcode. */
  find(name: string): KnownCartridge | undefined {
    const byFolder = this.known.get(name);
    if (byFolder || name === '') return byFolder;
    for (const cartridge of this.known.values()) if (cartridge.barcode === name) return cartridge;
    return undefined;
  }

  all(): KnownCartridge[] {
    return [...this.known.values()];
  }

  /** Cartridges in no element: the operator has them. */
  outside(): KnownCartridge[] {
    return this.all().filter(({ element }) => element === undefined);
  }

  /** Addresses of a kind's empty elements. */
  free(kind: ElementKind): number[] {
    return addressesOf(this.record.layout, kind).filter((element) => this.at(element) === undefined);
  }

  add(cartridge: KnownCartridge): void {
    this.known.set(cartridge.folder, cartridge);
    if (cartridge.element !== undefined) this.places.set(cartridge.element, cartridge);
  }

  forget(cartridge: KnownCartridge): void {
    this.lift(cartridge);
    this.known.delete(cartridge.folder);
    this.missing.delete(cartridge.folder);
  }

  /**
   * Puts cartridges into elements, or outside (undefined), all at once; where they were is empty then.
   * @param imported by the operator, who reaches them from outside
   */
  place(ways: readonly { cartridge: KnownCartridge; to: number | undefined }[], imported = false): void {
    for (const { cartridge } of ways) {
      const { element } = cartridge;
      if (element !== undefined && this.kindOf(element) === 'storage') cartridge.source = element;
      this.lift(cartridge);
    }
    for (const { cartridge, to } of ways) {
      delete cartridge.imported;
      if (to === undefined) {
        delete cartridge.source;
        continue;
      }
      const gone = this.places.get(to);
      if (gone) this.lift(gone);
      cartridge.element = to;
      this.places.set(to, cartridge);
      if (imported && this.kindOf(to) === 'import-export') cartridge.imported = true;
    }
  }

  /** Remembers whether a cartridge's folder was found. */
  found(cartridge: KnownCartridge, there: boolean): void {
    if (there) this.missing.delete(cartridge.folder);
    else this.missing.add(cartridge.folder);
  }

  isMissing(cartridge: KnownCartridge): boolean {
    return this.missing.has(cartridge.folder);
  }

  /** All elements by address. */
  elements(): ElementView[] {
    return ELEMENT_KINDS.flatMap((kind) =>
      addressesOf(this.record.layout, kind).map((element, n) => ({
        element,
        kind,
        ...(kind === 'drive' && { device: this.driveEntry(n).device }),
        ...(this.at(element) && { cartridge: this.at(element) }),
      })),
    ).sort((a, b) => a.element - b.element);
  }

  /** What is to be remembered now: a copy. */
  snapshot(): LibraryRecord {
    return { ...this.record, cartridges: this.all().map((cartridge) => ({ ...cartridge })) };
  }

  /** Goes back to how it was. */
  restore({ cartridges }: LibraryRecord): void {
    this.known.clear();
    this.places.clear();
    for (const cartridge of cartridges) this.add({ ...cartridge });
  }

  private driveEntry(n: number): DriveEntry {
    return this.record.drives[n];
  }

  private lift(cartridge: KnownCartridge): void {
    if (cartridge.element !== undefined) this.places.delete(cartridge.element);
    delete cartridge.element;
  }
}
