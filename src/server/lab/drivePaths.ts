import { refuse } from '../failure';
import type { ScsiTarget } from '../scsi/target';
import type { DeviceInfo, EnvironmentPair } from '../system';
import type {
  DriveBehaviour,
  OpenTape,
  ReadOutcome,
  SpaceOver,
  TapeDrive,
  TapeMode,
  TapeStatus,
  WriteOutcome,
} from '../tape/drive';

/** Attributes of a tape device in CONFIG_GET_TAPE_INFO (NDMPv4 draft, section 3.2). */
const Attribute = { REWIND: 0x1, UNLOAD: 0x2, RAW: 0x4 } as const;
type AtClose = 'rewind' | 'unload' | 'stay';

/** The names of a drive: rewinding at close, not rewinding, unloading at close; then the density. */
const KINDS: readonly { prefix: string; atClose: AtClose; attributes: number }[] = [
  { prefix: 'rst', atClose: 'rewind', attributes: Attribute.REWIND | Attribute.RAW },
  { prefix: 'nrst', atClose: 'stay', attributes: Attribute.RAW },
  { prefix: 'urst', atClose: 'unload', attributes: Attribute.UNLOAD | Attribute.RAW },
];
/** Low, medium, high density, and advanced (compression). A virtual tape knows no difference. */
const DENSITIES = ['l', 'm', 'h', 'a'];

/** `nrst0a` and its like, as ONTAP names tape devices. */
const NAME = /^(rst|nrst|urst)(\d{1,3})[lmha]$/;

/** CONFIG_GET_TAPE_INFO of one drive: all its names. */
export function driveInfo(number: number, model: string, capability: EnvironmentPair[]): DeviceInfo {
  return {
    model,
    capabilities: KINDS.flatMap(({ prefix, attributes }) =>
      DENSITIES.map((density) => ({ device: `${prefix}${number}${density}`, attributes, capability })),
    ),
  };
}

/** Which drive a device name means and what becomes of the tape at closing; undefined: it is no name of a drive. */
export function parseDevice(device: string): { number: number; atClose: AtClose } | undefined {
  const match = NAME.exec(device);
  const kind = KINDS.find(({ prefix }) => prefix === match?.[1]);
  return match && kind ? { number: Number(match[2]), atClose: kind.atClose } : undefined;
}

/** What a drive's path does beside the drive's own work. */
export interface PathOptions {
  atClose: AtClose;
  /** Whether the node that the drive is attached to is up. */
  isReachable: () => boolean;
  opened: () => void;
  closed: () => void;
}

/** A drive under one of its device names, behind the node that it is attached to. */
export class DrivePath implements TapeDrive {
  constructor(
    private readonly drive: TapeDrive,
    private readonly options: PathOptions,
  ) {}

  get name(): string {
    return this.drive.name;
  }

  get behaviour(): DriveBehaviour {
    const { atClose } = this.options;
    return { ...this.drive.behaviour, ...(atClose !== 'stay' && { onClose: atClose }) };
  }

  get target(): ScsiTarget | undefined {
    return this.drive.target;
  }

  async open(mode: TapeMode, initiator?: number): Promise<OpenTape> {
    checkReachable(this.options, this.name);
    const tape = await this.drive.open(mode, initiator);
    this.options.opened();
    return new PathTape(tape, this.options, this.name);
  }
}

class PathTape implements OpenTape {
  constructor(
    private readonly tape: OpenTape,
    private readonly options: PathOptions,
    private readonly name: string,
  ) {}

  get mode(): TapeMode {
    return this.tape.mode;
  }

  status(): TapeStatus {
    return this.tape.status();
  }

  read(into: Uint8Array): Promise<ReadOutcome> {
    return this.reach().read(into);
  }

  readRecords(into: Uint8Array, recordSize: number): Promise<{ lengths: number[]; stopped?: 'mark' | 'end' }> {
    return this.reach().readRecords(into, recordSize);
  }

  write(bytes: Uint8Array, recordSize: number): Promise<WriteOutcome> {
    return this.reach().write(bytes, recordSize);
  }

  writeMarks(count: number): Promise<{ written: number }> {
    return this.reach().writeMarks(count);
  }

  space(over: SpaceOver, count: number): Promise<{ remaining: number }> {
    return this.reach().space(over, count);
  }

  rewind(): Promise<void> {
    return this.reach().rewind();
  }

  unload(): Promise<void> {
    return this.reach().unload();
  }

  async close(): Promise<void> {
    await this.tape.close();
    this.options.closed();
  }

  private reach(): OpenTape {
    checkReachable(this.options, this.name);
    return this.tape;
  }
}

function checkReachable({ isReachable }: PathOptions, name: string): void {
  if (!isReachable()) refuse('IO', `the node that drive ${name} is attached to is down`);
}
