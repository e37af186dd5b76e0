import type { NdmpVersion } from '../../protocol';
import { selfSignedCertificate } from '../../transport';
import type { TapeLibrary } from '../library/library';
import type { ServerLog } from '../log';
import { replaceFileSync } from '../replaceFile';
import { addressLifs } from './addresses';
import { Cluster } from './cluster';
import { runLabCommand } from './commands';
import { serveControl, type ControlReply } from './control';
import { DebugLog } from './debugLog/debugLog';
import { LabFolder } from './folder';
import { LifServers } from './lifServers';
import { LabMedia, openLabLibrary } from './media';
import type { LabLif } from './model';
import type { LabOptions } from './options';
import { loadState, makeWorld } from './prepare';
import { serversText } from './serversFile';
import type { SessionView } from './sessions';
import { clusterStatus, type LabStatus } from './status';
import type { LabWorld } from './world';

const USUAL_PORT = 10_000;
const AUTH_TEXT = 1;
/** For operations under way when the lab is stopped. */
const GRACE_SECONDS = 5;

interface Parts {
  folder: LabFolder;
  cluster: Cluster;
  world: LabWorld;
  library: TapeLibrary;
  servers: LifServers;
  control: { close(): Promise<void> };
  log: ServerLog;
  program: string;
}

/** A running lab: a simulated cluster with servers at its LIFs. */
export class Lab {
  readonly media: LabMedia;
  /** Settles when the lab has stopped, for whatever reason. */
  readonly stopped: Promise<void>;
  private resolveStopped: () => void = () => undefined;
  private stopping: Promise<void> | undefined;
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
    const late: { lab?: Lab } = {};
    const starting = Promise.resolve({ refused: 'The lab is starting: try again in a moment.' });
    // first of all, since it keeps a second lab out of the folder
    const control = await serveControl(folder.path, (command, args) => late.lab?.run(command, args) ?? starting);
    try {
      const lab = await Lab.prepare(options, folder, control);
      late.lab = lab;
      await lab.listen();
      return lab;
    } catch (error) {
      await control.close();
      throw error;
    }
  }

  private static async prepare(options: LabOptions, folder: LabFolder, control: Parts['control']): Promise<Lab> {
    const { log, securePort } = options;
    const state = await loadState(folder, options);
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
    const addresses = await addressLifs(state, options.port ?? USUAL_PORT);
    const world = await makeWorld(options, { folder, cluster, library, addresses, debugLog });
    const names = [...new Set([...addresses.values()].map(({ host }) => host)), 'localhost', '::1'];
    const certificate = securePort === undefined ? undefined : await selfSignedCertificate(names);
    const { limits = {}, recorder } = options;
    const servers = new LifServers({ world, addresses, securePort, certificate, limits, recorder, log });
    const { program = 'ndmp' } = options;
    late.lab = new Lab({ folder, cluster, world, library, servers, control, log, program });
    return late.lab;
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
  /** How the command `ndmp` is typed where the lab was started. */
  get program(): string {
    return this.parts.program;
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
      await this.parts.control.close();
      this.resolveStopped();
    })();
    return this.stopping;
  }

  private async listen(): Promise<void> {
    const { servers, cluster } = this.parts;
    try {
      await servers.startAll(cluster.state.lifs);
      replaceFileSync(this.folder.servers, serversText(this.status()));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private moved(lif: LabLif): void {
    this.moves = this.moves.then(() => this.parts.servers.restart(lif));
  }
}
