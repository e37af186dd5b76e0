import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NdmpVersion } from '../../src/protocol';
import type { ServerLimits } from '../../src/server/limits';
import type { LogLevel, ServerLog } from '../../src/server/log';
import { startServer, type NdmpServer } from '../../src/server/server';
import { barcodesFrom } from '../../src/server/library/barcodes';
import type { TapeLibrary } from '../../src/server/library/library';
import { createLibrary } from '../../src/server/library/open';
import { ServeSystem, type ServedHost } from '../../src/server/serveSystem';
import { createCartridge, type CartridgeOptions } from '../../src/server/tape/virtual/cartridge';
import { VirtualDrive } from '../../src/server/tape/virtual/virtualDrive';
import { selfSignedCertificate, TrafficRecorder } from '../../src/transport';
import { NdmpClient, type ClientOptions } from './ndmpClient';

export const USER = 'ndmp';
export const PASSWORD = 'ndmp';

export interface TestServerOptions {
  limits?: Partial<ServerLimits>;
  /** Where it listens; 127.0.0.1 unless told. */
  address?: string;
  /** Listens with TLS too. */
  tls?: boolean;
  /** Records all control connections into {@link TestServer.recording}. */
  record?: boolean;
  host?: Partial<ServedHost>;
  /** Makes faults in what is served. */
  spoiled?: (host: ServedHost) => Partial<ServedHost>;
  /** What the tapes in the drives are; an entry of undefined is an empty drive. */
  cartridges?: (Partial<CartridgeOptions> | undefined)[];
  /** A changer with its own drives, empty at first, in place of the loose drives. */
  library?: { slots: number; drives: number; capacity?: number; earlyWarning?: number; firstBarcode?: string };
}

/** The device name of the changer. */
export const CHANGER = 'mc0';

const CARTRIDGE: CartridgeOptions = {
  barcode: 'TEST01L8',
  capacity: 2 ** 30,
  earlyWarning: 1024 * 1024,
  kind: 'data',
  writeProtected: false,
};

/** A server in this process, on a free port of loopback, with an exported directory and two drives with a tape each. */
export class TestServer {
  readonly lines: { level: LogLevel; text: string }[] = [];
  readonly tapes: string[] = [];
  readonly drives: VirtualDrive[] = [];
  /** Everything that it has, removed in the end. */
  readonly folder = mkdtempSync(join(tmpdir(), 'ndmp-server-'));
  /** The exported directory, under its own path. */
  readonly root = join(this.folder, 'export');
  readonly recording = join(this.folder, 'recording.pcapng');
  library: TapeLibrary | undefined;
  private server: NdmpServer | undefined;
  private recorder: TrafficRecorder | undefined;

  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const started = new TestServer();
    try {
      await started.run(options);
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  get port(): number {
    return this.running.addresses[0].port;
  }

  get tlsPort(): number {
    return this.running.addresses[1].port;
  }

  get running(): NdmpServer {
    if (!this.server) throw new Error('the server is not running');
    return this.server;
  }

  /** A connection that is logged in. */
  connect(version: NdmpVersion, options: Partial<ClientOptions> = {}): Promise<NdmpClient> {
    return NdmpClient.connect({ port: this.port, version, login: { user: USER, password: PASSWORD }, ...options });
  }

  /** Tries until it holds; false when it never does. */
  async eventually(holds: () => boolean | Promise<boolean>, seconds = 5): Promise<boolean> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
      if (await holds()) return true;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return false;
  }

  async stop(): Promise<void> {
    await this.server?.stop(0);
    this.recorder?.close();
    if (this.library) await this.library.close();
    else for (const drive of this.drives) await drive.eject();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run({
    address,
    limits,
    tls,
    record,
    host,
    spoiled,
    cartridges = [{}, {}],
    library,
  }: TestServerOptions): Promise<void> {
    mkdirSync(this.root);
    if (library) await this.makeLibrary(library);
    else for (const [n, cartridge] of cartridges.entries()) await this.makeDrive(n, cartridge);
    const served: ServedHost = {
      trees: [{ name: this.root, directory: this.root }],
      tapes: this.drives.map((drive) => ({ device: drive.name, model: 'Virtual', drive, capability: [] })),
      changers: this.library
        ? [{ device: CHANGER, model: 'Virtual', target: this.library.changer, capability: [] }]
        : [],
      users: new Map([[USER, PASSWORD]]),
      authTypes: [1, 2],
      versions: [2, 3, 4],
      stateDirectory: join(this.folder, 'state'),
      dataAddresses: [],
      ...host,
    };
    if (record)
      this.recorder = new TrafficRecorder(this.recording, 'a test', (error) => this.note('error', error.message));
    const plain = { host: address ?? '127.0.0.1', port: 0 };
    this.server = await startServer({
      system: new ServeSystem({ ...served, ...spoiled?.(served) }),
      listen: tls ? [plain, { ...plain, secure: true }] : [plain],
      certificate: tls ? await selfSignedCertificate(['127.0.0.1']) : undefined,
      limits,
      log: this.log(''),
      recorder: this.recorder,
    });
  }

  private async makeDrive(n: number, cartridge: Partial<CartridgeOptions> | undefined): Promise<void> {
    const drive = new VirtualDrive({ name: `nst${n}`, serial: `DRIVE${n}` });
    this.drives.push(drive);
    this.tapes.push(drive.name);
    if (!cartridge) return;
    await drive.load(await createCartridge(join(this.folder, `tape${n}`), { ...CARTRIDGE, ...cartridge }));
  }

  private async makeLibrary({
    slots,
    drives,
    capacity,
    earlyWarning,
    firstBarcode = 'TEST01L8',
  }: NonNullable<TestServerOptions['library']>): Promise<void> {
    this.tapes.push(...Array.from({ length: drives }, (_, n) => `nst${n}`));
    this.library = await createLibrary(join(this.folder, 'library'), {
      slots,
      devices: this.tapes,
      cartridges: [{ barcodes: barcodesFrom(firstBarcode, slots), capacity, earlyWarning }],
    });
    this.drives.push(...this.library.drives.map(({ drive }) => drive));
  }

  private log(prefix: string): ServerLog {
    return {
      write: (level, text) => this.note(level, prefix + text),
      child: (more) => this.log(prefix + more),
    };
  }

  private note(level: LogLevel, text: string): void {
    this.lines.push({ level, text });
  }
}
