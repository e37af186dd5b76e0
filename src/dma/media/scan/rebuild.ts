import { clip, escapeText } from '../../../protocol';
import { messageOf } from '../../../transport/messageOf';
import type { Catalog, PartRecord, SetRecord, TapeRecord } from '../../catalog/model';
import { ConnectionLost, NdmpFailure } from '../../connection/failures';
import { tapeInDrive, tapeWithLabel } from '../identity';
import type { PartHeader, PartTrailer } from '../layout';
import type { Label } from '../model';
import { freeName } from '../naming';
import { newTape } from '../pools';
import { TreePosts } from './history';
import type { FoundPart, ScannedFiles, ScanVisitor, Trees } from './tapeScan';
import { isWhole, provenParts } from './whole';

export interface RebuildOrder {
  catalog: Catalog;
  /** Run that the scan is. */
  run: number;
  /** Tape server that it is read with. */
  server: string;
  /** What the library calls the tape; undefined: its label says. */
  barcode: string | undefined;
  problem(text: string): void;
  signal?: AbortSignal;
}

/** What a scan of one tape brought. */
export interface Rebuilt {
  barcode: string | undefined;
  label: Label | undefined;
  parts: number;
  /** Sets that were not in the catalog, and those that were and got something that was missing. */
  newSets: number;
  mendedSets: number;
  /** Entries of file trees that went into the catalog. */
  files: number;
}

/**
 * Enters what a scan finds into the catalog. What the catalog knows already is not changed: a set that is there gets the
 * parts that it lacks. A set counts as complete once all its parts were found, on whatever tapes.
 */
export class CatalogRebuild implements ScanVisitor {
  private barcode: string | undefined;
  private tapeLabel: Label | undefined;
  private files = 0;
  /** Jobs of all sets, by their UUIDs. */
  private jobs: Map<string, string> | undefined;
  /** The last file tree on the tape does not go to its end. */
  private isCut = false;
  private readonly parts: FoundPart[] = [];
  private readonly newSets = new Set<number>();
  private readonly mendedSets = new Set<number>();

  constructor(private readonly order: RebuildOrder) {
    this.barcode = order.barcode;
  }

  /** What it has brought so far. */
  get result(): Rebuilt {
    const { barcode, tapeLabel: label, parts, newSets, mendedSets, files } = this;
    return { barcode, label, parts: parts.length, newSets: newSets.size, mendedSets: mendedSets.size, files };
  }

  get signal(): AbortSignal | undefined {
    return this.order.signal;
  }

  problem(text: string): void {
    this.order.problem(text);
  }

  async label(label: Label): Promise<boolean> {
    const wanted = this.order.barcode ?? (await this.nameOf(label));
    const known = await tapeInDrive(this.order.catalog, wanted, { kind: 'ours', label });
    const { barcode, sticker } = known ?? { ...newTape(wanted), sticker: this.order.barcode ?? label.barcode };
    this.tapeLabel = label;
    this.barcode = barcode;
    if (sticker !== label.barcode)
      this.problem(`Tape "${barcode}" is labelled "${label.barcode}": it may have got another sticker.`);
    if (known?.label !== undefined && known.label !== label.uuid) {
      // it was written over since: what the catalog knows of it is gone
      this.problem(`Tape "${barcode}" has another label than the catalog knew: what it knew of the tape is forgotten.`);
      await this.order.catalog.recycleTape(barcode);
    }
    const { uuid, pool, written } = label;
    const base: TapeRecord = { ...(known ?? newTape(barcode)), sticker, label: uuid, pool, labelled: written };
    await this.order.catalog.putTape(known?.label === uuid ? base : { ...base, state: 'active', files: 1, bytes: 0n });
    return true;
  }

  async part(found: FoundPart): Promise<boolean> {
    const { catalog } = this.order;
    const { header, tapeFile, trailer, bytes } = found;
    const before = this.parts.at(-1);
    this.isCut = false;
    this.parts.push(found);
    if (before) await this.brokeOff(before);
    const known = await this.setOf(header);
    if (!known && (await this.isOfAnotherJob(header))) return false;
    const set = known ?? (await this.newSet(header));
    const isPlaceholder = known !== undefined && isEmptyPlace(known);
    if (isPlaceholder) await catalog.updateSet(set.id, { ...(await this.headerOf(header)), state: 'incomplete' });
    const { part: number, copy, offset, recordSize } = header;
    const there = (await catalog.parts(set.id)).find((part) => part.number === number && part.copy === copy);
    if (!there || !there.closed || (there.barcode === this.barcode && there.tapeFile === tapeFile)) {
      const barcode = this.barcode ?? '';
      const closed = trailer !== undefined;
      const part: PartRecord = { set: set.id, number, copy, barcode, tapeFile, offset, bytes, recordSize, closed };
      if (known && !there) this.mended(set);
      await catalog.putPart(part);
    }
    for (const proven of provenParts(await catalog.parts(set.id))) await catalog.putPart(proven);
    if (set.state !== 'complete') await this.completed(set, trailer);
    return trailer?.state === 'complete' && set.state !== 'writing' && !(await this.hasTree(set));
  }

  async tree({ header }: FoundPart, trees: Trees): Promise<void> {
    const { catalog } = this.order;
    const set = await this.setOf(header);
    if (!set) return;
    const sink = await catalog.fileHistory(set.id);
    const posts = new TreePosts();
    try {
      for await (const piece of trees) {
        this.signal?.throwIfAborted();
        for (const { payload, version } of posts.of(piece)) await sink.post(payload, version);
      }
    } catch (error) {
      await sink.abandon();
      if (error instanceof ConnectionLost || error instanceof NdmpFailure || this.signal?.aborted) throw error;
      this.isCut = true;
      this.problem(
        `The file tree of "${header.path}" on tape "${this.barcode ?? ''}" is cut or damaged (${messageOf(error)}). Where the tape was full, the backup has it on a further tape.`,
      );
      await (await catalog.fileHistory(set.id)).finish(); // what came of it is no list of the files
      return;
    }
    const { files, directories } = await sink.finish();
    this.files += files + directories;
    await catalog.updateSet(set.id, { files, withoutFiles: undefined });
  }

  /** Of a tape that no changer names. Where another one has the name that its label says, each keeps its own. */
  private async nameOf({ uuid, barcode }: Label): Promise<string> {
    const { catalog, server } = this.order;
    const known = await tapeWithLabel(catalog, uuid);
    if (known) return known.barcode;
    const other = await catalog.tape(barcode);
    return other?.label === undefined ? barcode : freeName(await catalog.tapes(), server, barcode);
  }

  /** All of the tape was read. */
  async done({ files, strange }: Pick<ScannedFiles, 'files' | 'strange'>): Promise<Rebuilt> {
    const { catalog } = this.order;
    const { barcode, tapeLabel: label } = this;
    if (barcode === undefined || !label) return this.result;
    const known = (await catalog.tape(barcode)) ?? newTape(barcode);
    const last = this.parts.at(-1);
    const isFull =
      known.state === 'full' || last?.trailer?.state === 'continues' || this.isCut || (await this.mayGoOn(last));
    if (strange > 0 && !known.protected)
      this.problem(
        `Tape "${barcode}" is protected now, since nobody knows whether what cannot be read is still needed.`,
      );
    const written = Math.max(0, ...this.parts.map(({ header }) => header.written));
    await catalog.putTape({
      ...known,
      state: isFull ? 'full' : 'active',
      files: Math.max(known.files, files),
      bytes: this.parts.reduce((sum, { bytes }) => sum + bytes, 0n),
      protected: known.protected || strange > 0,
      lastWritten: known.lastWritten ?? (written > 0 ? written : label.written),
    });
    return this.result;
  }

  /**
   * Whether the last part on the tape goes on elsewhere. Where it has no trailer the tape may have been full to the last byte:
   * that shows once the next part is found; until then nothing is written behind it, and the backup is kept.
   */
  private async mayGoOn(last: FoundPart | undefined): Promise<boolean> {
    if (!last) return false;
    const { set, part, copy, path } = last.header;
    const known = await this.setOf(last.header);
    const parts = known ? await this.order.catalog.parts(known.id) : [];
    if (parts.some((each) => each.copy === copy && each.number === part + 1)) return true;
    if (last.trailer || known?.state !== 'incomplete') return false;
    this.problem(
      `Tape "${this.barcode ?? ''}" ends in part ${part} of ${clip(escapeText(path), 80)} (${set}) without a closing record: the tape was full to its end, or the run broke off. It is taken for full, and kept, until the next part is found; where there is none, give it up with ndmp media expire.`,
    );
    return true;
  }

  /** Something follows on the same tape: a part before it that has no trailer goes on nowhere. A copy says nothing of the rest. */
  private async brokeOff({ header, trailer, isTrailerDamaged }: FoundPart): Promise<void> {
    if (trailer || isTrailerDamaged || header.copy > 1) return;
    const set = await this.setOf(header);
    if (set?.state === 'incomplete') await this.order.catalog.updateSet(set.id, { state: 'partial' });
  }

  private async setOf({ job, set }: PartHeader): Promise<SetRecord | undefined> {
    return (await this.order.catalog.sets({ job })).find(({ uuid }) => uuid === set);
  }

  /** A backup is one of one job: a header that says something else is none of a backup of ours. */
  private async isOfAnotherJob({ set, job }: PartHeader): Promise<boolean> {
    const known = await this.jobOf(set);
    if (known === undefined || known === job) return false;
    const [own, other] = [known, job].map((name) => clip(escapeText(name), 80));
    this.problem(
      `Tape "${this.barcode ?? ''}": a header calls backup ${set} of job ${own} one of job ${other}; it is passed over.`,
    );
    return true;
  }

  private async jobOf(uuid: string): Promise<string | undefined> {
    this.jobs ??= new Map((await this.order.catalog.sets()).map((each) => [each.uuid, each.job]));
    return this.jobs.get(uuid);
  }

  private async hasTree({ id }: SetRecord): Promise<boolean> {
    return (await this.order.catalog.list(id, '/', { limit: 1 })).entries.length > 0;
  }

  private async newSet(header: PartHeader): Promise<SetRecord> {
    const set = await this.order.catalog.beginSet({
      uuid: header.set,
      run: this.order.run,
      ended: undefined,
      state: 'incomplete',
      bytes: 0n,
      files: 0,
      environment: [],
      digest: undefined,
      withoutFiles: undefined,
      ...(await this.headerOf(header)),
    });
    this.newSets.add(set.id);
    this.jobs?.set(set.uuid, set.job);
    return set;
  }

  private async headerOf(header: PartHeader) {
    const { job, serverIdentity, server, path, type, level, recordSize, started, expires, topology } = header;
    const base = await this.baseOf(header);
    return { job, serverIdentity, server, path, type, level, recordSize, started, expires, topology, base };
  }

  /** The set that this one builds on. One that was not found yet gets its place: a restore must know that it is missing. */
  private async baseOf(header: PartHeader): Promise<number | undefined> {
    const { base, job, serverIdentity, server, path, type, level, recordSize, started, topology } = header;
    if (base === undefined || base === header.set) return undefined;
    const { catalog, run } = this.order;
    const known = (await catalog.sets({ job })).find(({ uuid }) => uuid === base);
    // a set of another job is none to build on
    if (known || (await this.jobOf(base)) !== undefined) return known?.id;
    const what = { job, serverIdentity, server, path, type, level: Math.max(0, level - 1), recordSize, topology };
    const missing = {
      base: undefined,
      ended: undefined,
      bytes: 0n,
      files: 0,
      environment: [],
      digest: undefined,
      withoutFiles: undefined,
    };
    const place = { uuid: base, run, state: 'partial', started, expires: undefined } as const;
    this.jobs?.set(base, job);
    return (await catalog.beginSet({ ...what, ...missing, ...place })).id;
  }

  /** What the last trailer tells of the whole; complete when every part is there. */
  private async completed(set: SetRecord, trailer: PartTrailer | undefined): Promise<void> {
    const { catalog } = this.order;
    if (trailer?.state === 'partial' && trailer.copy === 1 && set.state === 'incomplete')
      await catalog.updateSet(set.id, { state: 'partial', ended: trailer.ended });
    if (trailer?.state === 'complete') {
      const { totalBytes = 0n, ended, files, digest, environment } = trailer;
      await catalog.updateSet(set.id, { bytes: totalBytes, ended, files, digest, environment });
    }
    const now = await catalog.set(set.id);
    // of a run that failed nobody knows the variables
    const hasEnd = trailer?.state === 'complete' || (now?.environment.length ?? 0) > 0;
    if (now && hasEnd && isWhole(now, await catalog.parts(set.id))) {
      await catalog.updateSet(set.id, { state: 'complete' });
      if (!this.newSets.has(set.id)) this.mended(set);
    }
  }

  private mended({ id }: SetRecord): void {
    if (!this.newSets.has(id)) this.mendedSets.add(id);
  }
}

/** A set that stands in the catalog only because another one builds on it. */
function isEmptyPlace({ state, ended, bytes, environment }: SetRecord): boolean {
  return state === 'partial' && ended === undefined && bytes === 0n && environment.length === 0;
}
