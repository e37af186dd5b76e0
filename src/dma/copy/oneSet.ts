import { TapeRow } from '../backup/tapeRow';
import { TapeSupply } from '../backup/tapeSupply';
import { CLUSTER_EXTENSIONS } from '../connection/extensions';
import { DmaFailure } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';
import { packEntries } from '../media/layout';
import type { DriveState } from '../media/model';
import type { Relay } from '../ownMover/relay';
import { isWithin } from '../plan/addresses';
import { tryStep } from '../restore/ending';
import { Seat } from '../restore/seat';
import type { Surroundings } from '../run/model';
import type { MediaHouse } from '../schedule/house';
import { ALL_ONES } from '../services/fields';
import { MoverMode, MoverService } from '../services/mover';
import { TapeService } from '../services/tape';
import { joinMovers } from './join';
import type { Libraries } from './libraries';
import type { CopyRequest, CopySource } from './model';
import { TapeReader } from './reader';
import { followCopy } from './transfer';

export interface SetCopy {
  run: number;
  /** Which of the request's sets it is. */
  index: number;
  source: CopySource;
  /** Tape servers by name. */
  from: string;
  to: string;
  request: CopyRequest;
  surroundings: Surroundings;
  libraries: Libraries;
  /** Drives and cartridges that are in use. */
  house: MediaHouse;
}

export interface CopyDone {
  bytes: bigint;
  transferMilliseconds: number;
  barcodes: readonly string[];
}

/** One side: its connection, and what of it is needed. */
interface End {
  connection: NdmpConnection;
  tape: TapeService;
  mover: MoverService;
}

/**
 * Copies one set: tapes into two drives, mover joined to mover, the copy registered.
 * @throws DmaFailure, Aborted; tape and catalog are true by then
 */
export async function copySet(order: SetCopy): Promise<CopyDone> {
  const { source, from, to, request, surroundings, libraries, house } = order;
  const [fromDrives, toDrives] = await drivesOf(order);
  const lease = await house.drives.lease(toDrives, surroundings.signal);
  try {
    const isTaken = ({ server, device }: DriveState): boolean =>
      server === lease.drive.server && device === lease.drive.device;
    const readers = fromDrives.filter((drive) => !isTaken(drive));
    if (readers.length === 0)
      throw new DmaFailure(`${from} has no second drive: a copy needs one to read from and one to write to.`);
    const seatLease = await house.drives.lease(readers, surroundings.signal);
    const barcodes = source.parts.map(({ barcode }) => barcode);
    const held = barcodes.filter((barcode) => house.tapes.take(barcode));
    try {
      const library = await libraries.get(to, request.toChanger);
      const { pool, append } = request;
      const supply = new TapeSupply({ surroundings, house, library, pool, append, planned: [], drive: lease.drive });
      try {
        return await new Copying(order, lease.drive, seatLease.drive, supply).run();
      } finally {
        supply.release();
      }
    } finally {
      for (const barcode of held) house.tapes.give(barcode);
      seatLease.release();
    }
  } finally {
    lease.release();
  }
}

/** Drives that can be read from, and those that can be written; a drive that holds the tape already goes first. */
async function drivesOf({ source, from, to, request, libraries }: SetCopy): Promise<[DriveState[], DriveState[]]> {
  const reading = await libraries.get(from, request.fromChanger);
  const writing = await libraries.get(to, request.toChanger);
  await reading.inventory();
  const holds = ({ loaded }: DriveState): boolean => loaded === source.parts[0].barcode;
  const named = (drives: readonly DriveState[], device: string | undefined): DriveState[] =>
    drives.filter((drive) => device === undefined || drive.device === device);
  const readers = named(reading.drives(), request.fromDrive);
  readers.sort((a, b) => Number(holds(b)) - Number(holds(a)));
  const writers = named(writing.drives(), request.toDrive);
  // the drive that is best for reading is the last to be written in
  writers.sort((a, b) => Number(a.device === readers[0]?.device) - Number(b.device === readers[0]?.device));
  return [readers, writers];
}

/** A copy in the course of being made. */
class Copying {
  private transferMilliseconds = 0;
  /** Bytes that the destination has taken. */
  private taken = 0n;
  private begun = 0;

  constructor(
    private readonly order: SetCopy,
    private readonly drive: DriveState,
    private readonly readDrive: DriveState,
    private readonly supply: TapeSupply,
  ) {}

  async run(): Promise<CopyDone> {
    const { from, to } = this.order;
    const source = await this.connect(from);
    try {
      const sink = await this.connect(to);
      try {
        return await this.copy(source, sink);
      } finally {
        await sink.connection.close();
      }
    } finally {
      await source.connection.close();
    }
  }

  private async copy(source: End, sink: End): Promise<CopyDone> {
    const { surroundings, source: what, request, libraries, from, to } = this.order;
    const { catalog } = surroundings;
    const { set, parts, copy } = what;
    const library = await libraries.get(to, request.toChanger);
    const shelf = await libraries.get(from, request.fromChanger);
    const phase = (text: string, barcode: string | undefined): void => this.say(text, barcode);
    const { supply, drive } = this;
    const row = new TapeRow({
      surroundings,
      library,
      supply,
      drive,
      tape: sink.tape,
      set,
      copy,
      pool: request.pool,
      phase,
    });
    const warn = (text: string): void => surroundings.events.message?.('warning', text);
    const tapeOf = (barcode: string) => catalog.tape(barcode);
    const seat = new Seat({ library: shelf, tape: source.tape, drives: [this.readDrive], tapeOf, warn });
    const reader = new TapeReader({ seat, mover: source.mover, set, parts });
    try {
      await reader.start();
      await row.start();
      const taken = await this.transfer(source, sink, reader, row);
      const last = parts[parts.length - 1];
      const total = last.offset + last.bytes;
      if (taken < total)
        throw new DmaFailure(`Only ${taken} of the ${total} bytes of set ${set.id} came to the new tapes.`);
      const { files, digest, environment } = set;
      const packed = { [Symbol.asyncIterator]: () => packEntries(() => catalog.walk(set.id, '/'), set.level) };
      const tree = files > 0 ? packed : undefined;
      await row.finish(total, { state: 'complete', files, digest, environment, tree });
      await row.unload();
      return { bytes: total, transferMilliseconds: this.transferMilliseconds, barcodes: row.barcodes };
    } catch (problem) {
      await row.breakOff(this.taken, 'the copy failed');
      throw problem;
    } finally {
      await seat.leave();
    }
  }

  private async transfer(source: End, sink: End, reader: TapeReader, row: TapeRow): Promise<bigint> {
    const { surroundings, source: what, request } = this.order;
    const { signal } = surroundings;
    const join = {
      source: { mover: source.mover, mode: MoverMode.WRITE, window: reader.window, allowed: this.rule(source) },
      sink: {
        mover: sink.mover,
        mode: MoverMode.READ,
        window: { offset: 0n, length: ALL_ONES },
        allowed: this.rule(sink),
      },
      recordSize: what.set.recordSize,
      way: request.way,
      signal,
      note: (text: string) => surroundings.events.message?.('warning', text),
    };
    this.begun = Date.now();
    let relay: Relay | undefined;
    try {
      relay = await joinMovers(join);
      const taken = await followCopy({
        source: source.mover,
        sink: sink.mover,
        signal,
        start: () => source.mover.read(0n, ALL_ONES),
        sourcePaused: (state, wanted) => reader.pause(state, wanted),
        sinkFull: (state) => row.change(state),
        seen: ({ bytesMoved }) => this.move(bytesMoved, row.barcodes.at(-1)),
        warn: join.note,
      });
      for (const { mover } of [source, sink]) await mover.stop();
      this.transferMilliseconds = Date.now() - this.begun;
      return taken;
    } catch (problem) {
      relay?.abort();
      const { bytesMoved } = await sink.mover.state().catch(() => ({ bytesMoved: 0n }));
      this.taken = bytesMoved > this.taken ? bytesMoved : this.taken;
      for (const { mover } of [source, sink]) await halt(mover);
      throw problem;
    }
  }

  /** Data connections go to the server itself, or to where the user says that it may be. */
  private rule({ connection }: End): (address: string) => boolean {
    const { dataNetworks } = this.order.surroundings.definition(connection.server);
    return (address) => isWithin(address, [connection.address, ...dataNetworks]);
  }

  private async connect(server: string): Promise<End> {
    const purpose = { role: 'tape', extensions: CLUSTER_EXTENSIONS };
    const connection = await this.order.surroundings.connect(server, purpose);
    return { connection, tape: new TapeService(connection), mover: new MoverService(connection) };
  }

  private move(bytes: bigint, barcode: string | undefined): void {
    this.taken = bytes > this.taken ? bytes : this.taken;
    this.say('copying', barcode);
  }

  private say(phase: string, barcode: string | undefined): void {
    const bytes = this.taken;
    const seconds = (Date.now() - this.begun) / 1000;
    const rate = this.begun > 0 && seconds > 0 ? Number(bytes) / seconds : 0;
    const { run, index, source, surroundings } = this.order;
    const { path, files, bytes: total } = source.set;
    const bytesLeft = total > bytes ? total - bytes : 0n;
    surroundings.events.progress?.({
      run,
      source: index,
      path,
      phase,
      bytes,
      bytesLeft,
      files,
      rate,
      barcode,
    });
  }
}

/** A mover must be idle again before its tape is closed. */
async function halt(mover: MoverService): Promise<void> {
  for (const step of [() => mover.abort(), () => mover.stop()]) await tryStep(mover.connection, step);
}
