import { statfs } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces, release, type } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { version } from '../../package.json';
import type { NdmpVersion } from '../protocol';
import { AddressType } from '../transport/dataAddress';
import { refuse } from './failure';
import { resolveIn } from './paths';
import type { ScsiTarget } from './scsi/target';
import type { Endpoint } from './session/session';
import type {
  AuthType,
  DeviceInfo,
  EnvironmentPair,
  ExtensionClass,
  FileSystemInfo,
  ServedPath,
  ServedSystem,
  ServedTree,
  SystemView,
} from './system';
import type { TapeDrive } from './tape/drive';

/** A device that clients open by name. */
export interface ServedTape {
  device: string;
  model: string;
  drive: TapeDrive;
  capability: EnvironmentPair[];
}
export interface ServedChanger {
  device: string;
  model: string;
  target: ScsiTarget;
  capability: EnvironmentPair[];
}

/** What one host serves. */
export interface ServedHost {
  trees: readonly ServedTree[];
  tapes: readonly ServedTape[];
  changers: readonly ServedChanger[];
  /** Passwords by user. */
  users: ReadonlyMap<string, string>;
  authTypes: readonly AuthType[];
  versions: readonly NdmpVersion[];
  /** A directory of the server's own, where dump levels are remembered. */
  stateDirectory: string;
  /** Addresses that data connections are made at, where it is not the one of the control connection. */
  dataAddresses: readonly string[];
}

/** TAPE_INFO attribute: raw opening is supported (v4). */
export const TAPE_RAW = 0x4;
/** Connection address extension: data connections over IPv6. */
const CAE: ExtensionClass = { classId: 0x2051, versions: [1] };

/** A single host that shows everything to everyone who may log in. */
export class ServeSystem implements ServedSystem {
  constructor(private readonly served: ServedHost) {}

  connect({ server }: { server: Endpoint }): SystemView {
    return new ServeView(this.served, server);
  }
}

class ServeView implements SystemView {
  readonly versions: readonly NdmpVersion[];
  readonly authTypes: readonly AuthType[];
  readonly host = { hostname: hostname(), osType: type(), osVersion: release(), hostId: hostId() };
  readonly product = { vendor: 'NDMP Workbench', product: 'NDMP Workbench server', revision: version };
  private hasIpv6 = false;

  constructor(
    private readonly served: ServedHost,
    private readonly server: Endpoint,
  ) {
    this.versions = served.versions;
    this.authTypes = served.authTypes;
  }

  passwordOf(user: string): string | undefined {
    return this.served.users.get(user);
  }

  loggedIn(): void {
    // everyone is shown the same
  }

  connectionTypes(): readonly number[] {
    const types = [AddressType.LOCAL, AddressType.TCP];
    return this.hasIpv6 ? [...types, AddressType.TCP_IPV6] : types;
  }

  fileSystems(): Promise<FileSystemInfo[]> {
    return Promise.all(this.served.trees.map(fileSystemInfo));
  }

  tapes(): DeviceInfo[] {
    return this.served.tapes.map(({ model, device, capability }) => ({
      model,
      capabilities: [{ device, attributes: TAPE_RAW, capability }],
    }));
  }

  changers(): DeviceInfo[] {
    return this.served.changers.map(({ model, device, capability }) => ({
      model,
      capabilities: [{ device, attributes: 0, capability }],
    }));
  }

  tape(device: string): TapeDrive {
    const found = this.served.tapes.find((each) => each.device === device);
    return found?.drive ?? refuse('NO_DEVICE', `there is no tape device ${device}`);
  }

  scsi(device: string): ScsiTarget {
    const changer = this.served.changers.find((each) => each.device === device);
    const tape = this.served.tapes.find((each) => each.device === device);
    return changer?.target ?? tape?.drive.target ?? refuse('NO_DEVICE', `there is no SCSI device ${device}`);
  }

  resolve(path: string): ServedPath | undefined {
    return resolveIn(this.served.trees, path);
  }

  extensions(): readonly ExtensionClass[] {
    return [CAE];
  }

  select(extensions: readonly { classId: number }[]): void {
    this.hasIpv6 = extensions.some(({ classId }) => classId === CAE.classId);
  }

  dataAddress(_service: 'data' | 'mover', family: 4 | 6): string {
    const fits = (address: string): boolean => isIPv6(address) === (family === 6);
    const given = this.served.dataAddresses.find(fits);
    if (given !== undefined) return given;
    if (fits(this.server.address)) return this.server.address;
    const isLoopback = this.server.address.startsWith('127.') || this.server.address === '::1';
    if (isLoopback) return family === 6 ? '::1' : '127.0.0.1';
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ address, internal, scopeid }) => !internal && !scopeid && fits(address));
    return outside?.address ?? refuse('CONNECT', `this host has no IPv${family} address for data connections`);
  }

  dumpRecords(tree: ServedTree): string {
    const name = createHash('sha256').update(tree.directory).digest('hex').slice(0, 16);
    return join(this.served.stateDirectory, 'dump-records', name);
  }
}

/** Sizes as the operating system gives them; of a tree that is not there, that it is not. */
export async function fileSystemInfo(tree: ServedTree): Promise<FileSystemInfo> {
  const named = {
    type: 'local',
    logicalDevice: tree.name,
    physicalDevice: tree.directory,
    environment: [
      { name: 'LOCAL', value: 'y' },
      { name: 'TYPE', value: 'tar' },
      { name: 'AVAILABLE_BACKUP', value: 'tar,dump' },
      { name: 'AVAILABLE_RECOVERY', value: tree.readOnly === true ? '' : 'tar,dump' },
    ],
  };
  try {
    const stat = await statfs(tree.directory, { bigint: true });
    return {
      ...named,
      totalSize: stat.blocks * stat.bsize,
      usedSize: (stat.blocks - stat.bfree) * stat.bsize,
      availableSize: stat.bavail * stat.bsize,
      totalInodes: stat.files,
      usedInodes: stat.files - stat.ffree,
      status: 'online',
    };
  } catch {
    return { ...named, status: 'offline' };
  }
}

/** The same as long as the host keeps its name; tells nothing else of it. */
function hostId(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}
