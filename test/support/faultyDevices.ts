import type { OpenTape, TapeDrive } from '../../src/server/tape/drive';
import { refuse } from '../../src/server/failure';
import { checkCondition, type SenseName } from '../../src/server/scsi/sense';
import type { ScsiTarget } from '../../src/server/scsi/target';
import type { ServedHost } from '../../src/server/serveSystem';

const MOVE_MEDIUM = 0xa5;

/** What is wrong with the devices of a server, changed while it runs. */
export interface DeviceFaults {
  /** Bytes of the mover and of TAPE_WRITE that drives still take; then every write fails with IO. */
  bytesLeft: number;
  /** Sense of every move of the changer; undefined: it moves. */
  jam: SenseName | undefined;
}

/** A server's devices with faults in them; without any they work. */
export function faultyDevices(faults: DeviceFaults): (host: ServedHost) => Partial<ServedHost> {
  return ({ tapes, changers }) => ({
    tapes: tapes.map((each) => ({ ...each, drive: faultyDrive(each.drive, faults) })),
    changers: changers.map((each) => ({ ...each, target: faultyChanger(each.target, faults) })),
  });
}

export function noFaults(): DeviceFaults {
  return { bytesLeft: Infinity, jam: undefined };
}

function faultyDrive(drive: TapeDrive, faults: DeviceFaults): TapeDrive {
  return overlaid(drive, {
    open: async (...args: Parameters<TapeDrive['open']>) => faultyTape(await drive.open(...args), faults),
  });
}

function faultyTape(tape: OpenTape, faults: DeviceFaults): OpenTape {
  return overlaid(tape, {
    write: (bytes: Uint8Array, recordSize: number) => {
      faults.bytesLeft -= bytes.length;
      if (faults.bytesLeft < 0) refuse('IO', 'the drive cannot write: the medium is damaged');
      return tape.write(bytes, recordSize);
    },
  });
}

function faultyChanger(target: ScsiTarget, faults: DeviceFaults): ScsiTarget {
  return overlaid(target, {
    execute: async (command: Parameters<ScsiTarget['execute']>[0]) =>
      command.cdb[0] === MOVE_MEDIUM && faults.jam !== undefined ? checkCondition(faults.jam) : target.execute(command),
  });
}

/** An object with some methods in place of its own. */
function overlaid<T extends object>(object: T, methods: Partial<T>): T {
  return new Proxy(object, {
    get: (of, name) => {
      if (Object.hasOwn(methods, name)) return methods[name as keyof T];
      const value: unknown = Reflect.get(of, name);
      return typeof value === 'function' ? (value.bind(of) as unknown) : value;
    },
  });
}
