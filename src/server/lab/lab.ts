import { existsSync, mkdirSync } from 'node:fs';
import type { NdmpVersion } from '../../protocol';
import { selfSignedCertificate, type TrafficRecorder } from '../../transport';
import type { TapeLibrary } from '../library/library';
import type { ServerLimits } from '../limits';
import type { ServerLog } from '../log';
import type { AuthType } from '../system';
import { addressLifs, canBind, type LifAddress } from './addresses';
import { Cluster } from './cluster';
import { runLabCommand } from './commands';
import { isLabRunning, serveControl, type ControlReply } from './control';
import { DebugLog } from './debugLog/debugLog';
import { LabFolder } from './folder';
import { LifServers } from './lifServers';
import { LabMedia, openLabLibrary } from './media';
import { volumePath, type ClusterState, type LabLif, type LabScope } from './model';
import { newCluster } from './newCluster';
import { LAB_PROFILE } from './profile';
import { makeSampleTree } from './sampleTree';
import { LabSessions, type SessionView } from './sessions';
import { clusterStatus, type LabStatus } from './status';
import { loadUsers } from './users';
import type { LabWorld } from './world';

export interface LabOptions {
  folder: string;
  /** Of a new lab: 2 to 4 nodes, 1 to 16 drives, which scope. An old one keeps what it has. */
  nodes?: number;
  drives?: number;
  scope?: LabScope;
  /** Port of the LIFs; 0: free ones. */
  port?: number;
  /** Port of NDMP over TLS; undefined: none. */
  securePort?: number;
  /** For all users, instead of the passwords in the folder. */
  password?: string;
  /** Logins in plain text beside MD5. */
  plaintext?: boolean;
  versions?: readonly NdmpVersion[];
  debugLog?: boolean;
  /** Sessions, and backups and restores, at a time; those of the profile when left out. */
  sessions?: number;
  dumps?: number;
  recorder?: TrafficRecorder;
  limits?: Partial<ServerLimits>;
  log: ServerLog;
}

const USUAL = { nodes: 2, drives: 2, scope: 'svm', port: 10_000 } as const;
const AUTH_TEXT = 1;
const AUTH_MD5 = 2;
/** For operations under way when the lab is stopped. */
const GRACE_SECONDS = 5;

interface Parts {
  folder: LabFolder;
  cluster: Cluster;
  world: LabWorld;
  library: TapeLibrary;
  servers: LifServers;
  log: ServerLog;
}

/** A running lab: a simulated cluster with servers at its LIFs. */
export class Lab {
  readonly media: LabMedia;
  /** Settles when the lab has stopped, for whatever reason. */
  readonly stopped: Promise<void>;
  private resolveStopped: () => void = () => undefined;
  private stopping: Promise<void> | undefined;
  private control: { close(): Promise<void> } | undefined;
  private moves: Promise<unknown> = Promise.resolve();

  private constructor(private readonly parts: Parts) {
    this.media = new LabMedia(parts.library);
    this.stopped = new Promise((resolve) => (this.resolveStopped = resolve));
  }

  /**
   * Starts the lab of a folder, which is made and filled when it is new.
   * @throws Error with a message for people: another lab runs there, an address is taken, the folder is no lab's
   */
  static async start(options: LabOptions): Promise<Lab> {
    const folder = new LabFolder(options.folder);
    folder.prepare();
    if (await isLabRunning(folder.path)) throw new Error(`A lab runs in ${folder.path} already.`);
    const state = await loadState(folder, options);
    const { log } = options;
    const debugLog = new DebugLog(folder.logs, options.debugLog ?? true, (why) => log.write('error', why));
    const late: { lab?: Lab } = {};
    const cluster = new Cluster(state, {
      changed: () => folder.writeCluster(state),
      lifMoved: (lif) => late.lab?.moved(lif),
      note: (text) => {
        log.write('info', text);
        debugLog.note(text);
      },
    });
    const library = await openLabLibrary(folder.library, state, log);
    const addresses = await addressLifs(state, options.port ?? USUAL.port);
    const world = await makeWorld(options, { folder, cluster, library, addresses, debugLog });
    const servers = new LifServers({
      world,
      addresses,
      securePort: options.securePort,
      certificate:
        options.securePort === undefined
          ? undefined
          : await selfSignedCertificate([
              ...new Set([...addresses.values()].map(({ host }) => host)),
              'localhost',
              '::1',
            ]),
      limits: options.limits ?? {},
      recorder: options.recorder,
      log,
    });
    const lab = new Lab({ folder, cluster, world, library, servers, log });
    late.lab = lab;
    await lab.open(state);
    return lab;
  }

  get folder(): LabFolder {
    return this.parts.folder;
  }
  get cluster(): Cluster {
    return this.parts.cluster;
  }
  get debugLog(): DebugLog {
    return this.parts.world.log;
  }
  get log(): ServerLog {
    return this.parts.log;
  }
  get versions(): readonly NdmpVersion[] {
    return this.parts.world.versions;
  }
  get hasPlaintext(): boolean {
    return this.parts.world.authTypes.includes(AUTH_TEXT);
  }

  /** Runs a command of {@link LAB_COMMANDS}; never rejects. */
  run(command: string, args: readonly string[]): Promise<ControlReply> {
    return runLabCommand(this, command, args);
  }

  status(): LabStatus {
    const { cluster, world, servers, library, folder } = this.parts;
    const addressesOf = (lif: string): string[] =>
      servers
        .addressesOf(lif)
        .map(({ host, port, secure }) => `${host.includes(':') ? `[${host}]` : host}:${port}${secure ? ' (TLS)' : ''}`);
    const elements = library.inventory();
    return {
      simulated: true,
      ...clusterStatus(cluster, addressesOf, (volume) => folder.volume(volume)),
      folder: folder.path,
      drives: cluster.state.drives.flatMap(({ number, node }) => {
        const bay = library.drives.at(number);
        if (bay === undefined) return [];
        const held = elements.find(({ element }) => element === bay.element)?.cartridge;
        return [{ device: bay.device, node, up: cluster.node(node).up, barcode: held?.barcode }];
      }),
      library: elements.map(({ element, kind, device, cartridge }) => ({
        element,
        kind,
        ...(device !== undefined && { device }),
        ...(cartridge !== undefined && { barcode: cartridge.barcode }),
      })),
      outside: this.media.outside(),
      sessions: this.sessions().length,
      debugLog: world.log.on ? world.log.file : undefined,
    };
  }

  sessions(): SessionView[] {
    return this.parts.world.sessions.list();
  }

  /** All LIFs listen, or not, as the last commands want it. */
  async settled(): Promise<void> {
    await this.moves;
  }

  /** Stops taking connections, gives what runs some seconds, and lets go of everything. Idempotent. */
  stop(): Promise<void> {
    this.stopping ??= (async () => {
      await this.parts.servers.stopAll(GRACE_SECONDS);
      await this.parts.library.close();
      this.debugLog.flush();
      await this.control?.close();
      this.resolveStopped();
    })();
    return this.stopping;
  }

  private async open(state: ClusterState): Promise<void> {
    const { servers, folder } = this.parts;
    try {
      this.control = await serveControl(folder.path, (command, args) => this.run(command, args));
      await servers.startAll(state.lifs);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private moved(lif: LabLif): void {
    this.moves = this.moves.then(() => this.parts.servers.restart(lif));
  }
}

/** The cluster as it was left, or a new one with its volumes filled. */
async function loadState(folder: LabFolder, options: LabOptions): Promise<ClusterState> {
  const found = folder.readCluster();
  const state =
    found ??
    newCluster({
      nodes: options.nodes ?? USUAL.nodes,
      drives: options.drives ?? USUAL.drives,
      scope: options.scope ?? USUAL.scope,
    });
  if (found === undefined) folder.writeCluster(state);
  if (found !== undefined && options.nodes !== undefined && options.nodes !== found.nodes.length)
    options.log.write('warning', `the lab has ${found.nodes.length} nodes and keeps them; --nodes is for a new one`);
  for (const volume of state.volumes) {
    const directory = folder.volume(volume);
    if (existsSync(directory)) continue;
    mkdirSync(directory, { recursive: true });
    if (found === undefined) await makeSampleTree(directory, volume);
    else options.log.write('warning', `the directory of volume ${volumePath(volume)} was gone and is empty now`);
  }
  return state;
}

async function makeWorld(
  options: LabOptions,
  parts: {
    folder: LabFolder;
    cluster: Cluster;
    library: TapeLibrary;
    addresses: ReadonlyMap<string, LifAddress>;
    debugLog: DebugLog;
  },
): Promise<LabWorld> {
  const { folder, cluster, library, addresses, debugLog } = parts;
  const authTypes: AuthType[] = options.plaintext === true ? [AUTH_MD5, AUTH_TEXT] : [AUTH_MD5];
  return {
    cluster,
    users: loadUsers(folder.passwords, cluster.state, options.password),
    bays: library.drives,
    changer: { target: library.changer, serial: library.serial },
    sessions: new LabSessions(),
    log: debugLog,
    authTypes,
    versions: options.versions ?? [4],
    limits: {
      sessions: options.sessions ?? LAB_PROFILE.limits.sessions,
      dumps: options.dumps ?? LAB_PROFILE.limits.dumps,
    },
    hasIpv6: await canBind('::1'),
    addressOf: (lif) => addresses.get(lif)?.host ?? '127.0.0.1',
    directoryOf: (volume) => folder.volume(volume),
    dumpRecords: folder.dumpRecords,
  };
}
