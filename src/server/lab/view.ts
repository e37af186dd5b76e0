import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../../package.json';
import { addressTypeName, type NdmpVersion } from '../../protocol';
import { refuse } from '../failure';
import { resolveIn } from '../paths';
import type { ScsiTarget } from '../scsi/target';
import { fileSystemInfo } from '../serveSystem';
import type { Endpoint, ServerSession, SessionUser } from '../session/session';
import type {
  AuthType,
  DeviceInfo,
  EnvironmentPair,
  ExtensionClass,
  FileSystemInfo,
  HostInfo,
  ServedPath,
  ServedTree,
  SystemView,
} from '../system';
import type { TapeDrive } from '../tape/drive';
import { carrierOn, checkPrepared, type Prepared } from './dataRoute';
import { driveInfo, DrivePath, parseDevice } from './drivePaths';
import { volumePath, type LabDrive, type LabLif, type LabVolume } from './model';
import { LAB_PROFILE } from './profile';
import { drivesAt, hasChanger, mayUse, typesAt, volumesAt } from './reach';
import type { LabWorld } from './world';

const CLASS = { SNAPSHOTS: 0x2050, CAE: 0x2051, CAB: 0x2052 } as const;
const CHANGER = 'mc0';
const LOG_ERROR = 2;
/** A drive or changer takes SCSI commands by the tape and by the SCSI interface. */
const EXECUTE_CDB: EnvironmentPair = { name: 'EXECUTE_CDB', value: 'b' };

/** What a control connection at one LIF of the cluster is shown. Asked anew each time: volumes and LIFs move. */
export class LabView implements SystemView {
  readonly versions: readonly NdmpVersion[];
  readonly authTypes: readonly AuthType[];
  readonly product = {
    vendor: LAB_PROFILE.vendor,
    product: LAB_PROFILE.product,
    revision: `${version} (simulated by NDMP Workbench)`,
  };
  cab = false;
  user: string | undefined;
  prepared: Prepared | undefined;
  /** The tape device that is open. */
  openDevice: string | undefined;
  private ipv6 = false;
  private tapeNode: string | undefined;
  private session: ServerSession | undefined;

  constructor(
    private readonly world: LabWorld,
    readonly lif: LabLif,
    private readonly connection: { id: number; client: Endpoint; server: Endpoint; secure: boolean },
  ) {
    this.versions = world.versions;
    this.authTypes = world.authTypes;
  }

  attached(session: ServerSession): void {
    const { world, connection } = this;
    this.session = session;
    world.sessions.add({ ...connection, view: this, server: session });
    world.log.accepted(connection.id, connection.client, connection.server, Date.now());
  }

  get host(): HostInfo {
    const { state } = this.world.cluster;
    const { name, hostId } = this.world.cluster.hostOf(this.lif) ?? state.nodes[0];
    return { hostname: name, osType: LAB_PROFILE.osType, osVersion: LAB_PROFILE.osVersion, hostId };
  }

  passwordOf(name: string): string | undefined {
    return this.world.users.find((user) => user.name === name && mayUse(this.world.cluster, this.lif, user))?.password;
  }

  loggedIn({ name }: SessionUser): void {
    this.user = name;
  }

  connectionTypes(): readonly number[] {
    const { cluster, hasIpv6 } = this.world;
    return typesAt(cluster, this.lif, this.cab, this.ipv6 && hasIpv6);
  }

  fileSystems(): Promise<FileSystemInfo[]> {
    const { cluster } = this.world;
    return Promise.all(
      volumesAt(cluster, this.lif, this.cab).map(async (volume) => {
        const info = await fileSystemInfo(this.treeOf(volume));
        const environment = [
          ...info.environment.filter(({ name }) => name !== 'TYPE'),
          { name: 'TYPE', value: 'dump' },
          ...this.affinity(cluster.ownerOf(volume)?.name),
        ];
        return { ...info, type: LAB_PROFILE.fileSystemType, physicalDevice: '', environment };
      }),
    );
  }

  tapes(): DeviceInfo[] {
    return drivesAt(this.world.cluster, this.lif, this.cab).flatMap(({ number, node }) => {
      const bay = this.world.bays.at(number);
      if (bay === undefined) return [];
      const capability = [EXECUTE_CDB, { name: 'SERIAL_NUMBER', value: bay.serial }, ...this.affinity(node)];
      return [driveInfo(number, 'LTO-8 (simulated)', capability)];
    });
  }

  changers(): DeviceInfo[] {
    const { cluster, changer } = this.world;
    if (!hasChanger(cluster, this.lif, this.cab)) return [];
    const capability = [EXECUTE_CDB, { name: 'SERIAL_NUMBER', value: changer.serial }];
    const affinity = this.affinity(cluster.state.changerNode);
    const device = { device: CHANGER, attributes: 0, capability: [...capability, ...affinity] };
    return [{ model: 'Tape library (simulated)', capabilities: [device] }];
  }

  tape(device: string): TapeDrive {
    const { drive, atClose } = this.findDrive(device) ?? refuse('NO_DEVICE', this.noDevice('tape', device));
    const { cluster, bays } = this.world;
    return new DrivePath(bays[drive.number].drive, {
      atClose,
      isReachable: () => cluster.node(drive.node).up,
      opened: () => {
        this.tapeNode = drive.node;
        this.openDevice = device;
      },
      closed: () => {
        this.tapeNode = undefined;
        this.openDevice = undefined;
      },
    });
  }

  scsi(device: string): ScsiTarget {
    const { cluster, bays, changer } = this.world;
    if (device === CHANGER && hasChanger(cluster, this.lif, this.cab)) return changer.target;
    const found = this.findDrive(device);
    const target = found && bays[found.drive.number].drive.target;
    return target ?? refuse('NO_DEVICE', this.noDevice('SCSI', device));
  }

  resolve(path: string): ServedPath | undefined {
    const trees = volumesAt(this.world.cluster, this.lif, this.cab).map((volume) => this.treeOf(volume));
    return resolveIn(trees, path);
  }

  extensions(): readonly ExtensionClass[] {
    const { snapshots, ipv6, cab } = LAB_PROFILE.extensions;
    const classes = [
      { classId: CLASS.SNAPSHOTS, versions: [...snapshots] },
      { classId: CLASS.CAE, versions: [...ipv6] },
    ];
    // documented as a feature of SVM-scoped mode alone
    return this.world.cluster.state.scope === 'svm'
      ? [...classes, { classId: CLASS.CAB, versions: [...cab] }]
      : classes;
  }

  select(extensions: readonly { classId: number }[]): void {
    const isSelected = (wanted: number): boolean => extensions.some(({ classId }) => classId === wanted);
    this.cab = isSelected(CLASS.CAB);
    this.ipv6 = isSelected(CLASS.CAE);
  }

  prepare({ addressType, environment }: { addressType: number; environment: readonly EnvironmentPair[] }): void {
    const { errors } = LAB_PROFILE;
    const path = preparedPath(environment);
    const found = path === undefined ? undefined : this.resolve(path);
    if (found === undefined)
      refuse(errors.unknownVolume, `no volume is seen here that holds ${path ?? '(no path given)'}`);
    if (!this.connectionTypes().includes(addressType))
      refuse(
        errors.addressType,
        `${addressTypeName(addressType)} data connections are not offered at ${this.lif.name}`,
      );
    const volume = this.world.cluster.volume(found.tree.name);
    this.checkSettled(volume);
    this.prepared = { addressType, volume };
  }

  checkDataConnection(request: 'listen' | 'connect', addressType: number): void {
    const { cluster } = this.world;
    if (!this.connectionTypes().includes(addressType))
      refuse(LAB_PROFILE.errors.addressType, `${addressTypeName(addressType)} is not offered at ${this.lif.name}`);
    if (!this.cab) return;
    const { listenPrecondition, connectPrecondition } = LAB_PROFILE.texts;
    if (this.prepared?.addressType !== addressType)
      this.tell(request === 'listen' ? listenPrecondition : connectPrecondition);
    checkPrepared(cluster, this.lif, this.prepared, { request, addressType, tapeNode: this.tapeNode });
  }

  checkStart({ tree }: ServedPath): void {
    const { cluster, sessions, limits } = this.world;
    const volume = cluster.volume(tree.name);
    this.checkSettled(volume);
    if (sessions.operations >= limits.dumps) {
      this.tell(LAB_PROFILE.texts.tooManyDumps(limits.dumps));
      refuse(LAB_PROFILE.errors.tooMany, `${limits.dumps} backups and restores run already`);
    }
    if (this.cab && this.prepared !== undefined && this.prepared.volume !== volume)
      refuse(
        LAB_PROFILE.errors.precondition,
        `${tree.name} is not ${volumePath(this.prepared.volume)}, which the data connection was prepared for`,
      );
  }

  /** Without CAB the LIF of the control connection; with CAB one on the node of the volume, or of the drive. */
  dataAddress(service: 'data' | 'mover', family: 4 | 6): string {
    if (family === 6) return '::1';
    const { cluster } = this.world;
    const volumeNode = this.prepared && cluster.ownerOf(this.prepared.volume)?.name;
    const node = service === 'data' ? volumeNode : this.tapeNode;
    const carrier = this.cab && node !== undefined ? carrierOn(cluster, this.lif, node) : undefined;
    return this.world.addressOf((carrier ?? this.lif).name);
  }

  /** Kept by node, but for CAB, with which increments go on when a volume has moved. */
  dumpRecords({ name }: ServedTree): string {
    const { cluster, dumpRecords } = this.world;
    const volume = cluster.volume(name);
    const node = this.cab ? 'any-node' : (cluster.ownerOf(volume)?.name ?? volume.node);
    const folder = join(dumpRecords, volume.svm, volume.name, node);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  traced(fromServer: boolean, payload: Uint8Array, milliseconds: number): void {
    const version = this.session?.version ?? 4;
    this.world.log.message(this.connection.id, payload, fromServer, version, milliseconds);
  }

  closed(): void {
    this.world.sessions.remove(this.connection.id);
  }

  private treeOf(volume: LabVolume): ServedTree {
    return { name: volumePath(volume), directory: this.world.directoryOf(volume) };
  }

  private affinity(node: string | undefined): EnvironmentPair[] {
    if (!this.cab || node === undefined) return [];
    return [{ name: LAB_PROFILE.affinityKey, value: this.world.cluster.node(node).affinity }];
  }

  private findDrive(device: string): { drive: LabDrive; atClose: 'rewind' | 'unload' | 'stay' } | undefined {
    const name = parseDevice(device);
    const drive = drivesAt(this.world.cluster, this.lif, this.cab).find(({ number }) => number === name?.number);
    return drive && name && { drive, atClose: name.atClose };
  }

  private noDevice(kind: string, device: string): string {
    return `there is no ${kind} device ${device} at LIF ${this.lif.name} ${this.cab ? 'with' : 'without'} CAB`;
  }

  private checkSettled(volume: LabVolume): void {
    if (!this.world.cluster.isMoving(volume)) return;
    this.tell(LAB_PROFILE.texts.transitional);
    refuse(LAB_PROFILE.errors.transitional, `${volumePath(volume)} is being moved to ${volume.node}`);
  }

  private tell(entry: string): void {
    this.session?.post('NDMP_LOG_MESSAGE', { log_type: LOG_ERROR, message_id: 1, entry });
  }
}

/** The path that a preparation is about: where a recovery goes to, else what is backed up. */
function preparedPath(environment: readonly EnvironmentPair[]): string | undefined {
  const value = (wanted: string): string | undefined =>
    environment.find(({ name, value }) => name.toUpperCase() === wanted && value !== '')?.value;
  const isRecovery = value('EXTRACT') !== undefined;
  return isRecovery ? (value('PREFIX') ?? value('FILESYSTEM')) : (value('FILESYSTEM') ?? value('PREFIX'));
}
