import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mediaHouse } from '../../src/dma/backup/backup';
import { runJob } from '../../src/dma/backup/job';
import { openCatalog } from '../../src/dma/catalog/open';
import type { Catalog, CatalogProblem } from '../../src/dma/catalog/model';
import type { NdmpConnection } from '../../src/dma/connection/model';
import { openConnection } from '../../src/dma/connection/open';
import type { Job, TapeTarget } from '../../src/dma/job/model';
import { openLibrary } from '../../src/dma/media/library';
import { gatherInputs } from '../../src/dma/plan/gather';
import { planBackup } from '../../src/dma/plan/plan';
import type { BackupPlan, PlanInputs } from '../../src/dma/plan/model';
import type { RestoreReport, RestoreRequest } from '../../src/dma/restore/model';
import type { Answer, Progress, Question, RunReport, Surroundings } from '../../src/dma/run/model';
import type { Patience } from '../../src/dma/run/patience';
import type { ServerDefinition } from '../../src/dma/servers/model';
import { TapeMode, TapeService } from '../../src/dma/services/tape';
import { restoreWell } from './restores';

type Version = ServerDefinition['version'];
export type PartialJob = Partial<Omit<Job, 'target' | 'sources'>> & {
  sources: readonly string[];
  target?: Partial<TapeTarget>;
};

/** The DMA without its command line: a catalog of its own, servers by name, and what it said. */
export class DmaHand {
  readonly messages: string[] = [];
  readonly progress: Progress[] = [];
  readonly questions: Question[] = [];
  abort = new AbortController();
  /** Answers questions; by default nobody is there. */
  answer: (question: Question) => Answer | Promise<Answer> = () => 'give-up';
  /** Sees every connection that is opened. */
  opened: (connection: NdmpConnection, role: string) => void = () => undefined;
  /** Sees progress. */
  seen: (progress: Progress) => void = () => undefined;
  /** Of all servers. */
  password = 'ndmp';
  /** How long runs wait, where not as usual. */
  patience: Partial<Patience> = {};
  /** What time it is. */
  now: () => number = Date.now;
  private readonly servers = new Map<string, ServerDefinition>();
  private readonly connections = new Set<NdmpConnection>();

  private constructor(
    readonly folder: string,
    public catalog: Catalog,
  ) {}

  static async make(): Promise<DmaHand> {
    const folder = mkdtempSync(join(tmpdir(), 'ndmp-dma-'));
    return new DmaHand(folder, await openCatalog(join(folder, 'catalog.db')));
  }

  /** A server on loopback, by name; user and password are ndmp. */
  serve(name: string, port: number, version: Version = 4, more: Partial<ServerDefinition> = {}): void {
    this.servers.set(name, {
      name,
      host: '127.0.0.1',
      addresses: [],
      port,
      tls: undefined,
      user: 'ndmp',
      auth: 'auto',
      version,
      dataNetworks: [],
      thisMachine: undefined,
      filesystems: [],
      tapes: [],
      changers: [],
      ...more,
    });
  }

  get surroundings(): Surroundings {
    return {
      catalog: this.catalog,
      connect: async (server, { role, extensions }) => {
        const password = (): Promise<string> => Promise.resolve(this.password);
        const definition = this.definition(server);
        const connection = await openConnection({ definition, password, role, extensions });
        this.connections.add(connection);
        this.opened(connection, role);
        return connection;
      },
      definition: (server) => this.definition(server),
      events: {
        message: (level, text) => void this.messages.push(`${level}: ${text}`),
        progress: (progress) => {
          this.progress.push(progress);
          this.seen(progress);
        },
        ask: async (question) => {
          this.questions.push(question);
          return this.answer(question);
        },
      },
      signal: this.abort.signal,
      now: () => this.now(),
      patience: this.patience,
    };
  }

  job({ sources, target, ...more }: PartialJob): Job {
    return {
      name: 'nightly',
      server: 'filer',
      sources: sources.map((path) => ({ path, exclude: [] })),
      type: 'tar',
      environment: {},
      level: 'auto',
      policy: { restorePoints: 10, incremental: 'level', retainDays: undefined },
      target: {
        server: undefined,
        changer: undefined,
        drives: [],
        pool: 'daily',
        append: true,
        recordSize: 65536,
        ...target,
      },
      topology: 'auto',
      listen: 'auto',
      family: 'auto',
      parallel: 1,
      history: true,
      ...more,
    };
  }

  async plan(job: PartialJob, wish: PlanInputs['wish'] = {}): Promise<BackupPlan> {
    return planBackup(await gatherInputs(this.job(job), this.surroundings, wish));
  }

  /** Plans and runs. */
  async backUp(job: PartialJob, wish: PlanInputs['wish'] = {}): Promise<RunReport> {
    const { surroundings } = this;
    const house = mediaHouse(surroundings);
    try {
      return await runJob({ job: this.job(job), wish, surroundings, house });
    } finally {
      await house.close();
    }
  }

  /** The newest state of the job, restored to a directory of its data server, or of another one. */
  async restore(to: string, more: Partial<RestoreRequest> = {}): Promise<RestoreReport> {
    const { report } = await restoreWell(this.surroundings, { from: { kind: 'job', job: 'nightly' }, to, ...more });
    return report;
  }

  /** Puts what another application writes at the beginning of a tape. */
  async writeForeign(serverName: string, barcode: string, device: string): Promise<void> {
    const { surroundings } = this;
    const library = await openLibrary(surroundings, { server: serverName, changer: undefined, drives: [] });
    await library.mount(barcode, device);
    const connection = await surroundings.connect(serverName, { role: 'tape' });
    const tape = new TapeService(connection);
    await tape.open(device, TapeMode.WRITE);
    await tape.write(Buffer.from('AMANDA: TAPESTART DATE X TAPE daily-17\n\f'.padEnd(32768, '\0')));
    await tape.move('EOF');
    await tape.close();
    await connection.close();
    await library.dismount(device);
    await library.close();
  }

  /** What is wrong with the catalog; a set that was broken off is only worth a warning. */
  async catalogErrors(): Promise<CatalogProblem[]> {
    return (await this.catalog.check()).filter(({ severity }) => severity === 'error');
  }

  async remove(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    await this.catalog.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private definition(name: string): ServerDefinition {
    const found = this.servers.get(name);
    if (!found) throw new Error(`no server ${name}`);
    return found;
  }
}
