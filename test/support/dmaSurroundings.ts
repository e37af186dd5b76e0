import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalog } from '../../src/dma/catalog/model';
import { openCatalog } from '../../src/dma/catalog/open';
import type { NdmpConnection } from '../../src/dma/connection/model';
import { openConnection } from '../../src/dma/connection/open';
import type { Answer, ConnectionPurpose, Question, RunEvents, Surroundings } from '../../src/dma/run/model';
import type { Patience } from '../../src/dma/run/patience';
import { plainDefinition } from '../../src/dma/servers/definitions';
import type { ServerDefinition } from '../../src/dma/servers/model';

/** Surroundings of runs against servers on loopback: a catalog of its own, questions answered by the test. */
export class TestSurroundings implements Surroundings {
  readonly questions: Question[] = [];
  readonly messages: string[] = [];
  /** Roles of the connections that were opened, in their order. */
  readonly roles: string[] = [];
  /** What a person would say, or do before saying it; without it everything is given up. */
  answer: ((question: Question) => Promise<Answer> | Answer) | undefined;
  readonly abort = new AbortController();
  patience: Partial<Patience> = {};
  readonly events: RunEvents = {
    message: (_level, text) => void this.messages.push(text),
    ask: async (question) => {
      this.questions.push(question);
      return (await this.answer?.(question)) ?? 'give-up';
    },
  };
  private readonly connections: NdmpConnection[] = [];

  private constructor(
    readonly folder: string,
    readonly catalog: Catalog,
    private readonly servers: readonly ServerDefinition[],
    private readonly password: string,
  ) {}

  /** @param password of all servers */
  static async make(
    servers: readonly (Partial<ServerDefinition> & { port: number })[],
    password = 'ndmp',
  ): Promise<TestSurroundings> {
    const folder = mkdtempSync(join(tmpdir(), 'ndmp-surroundings-'));
    const catalog = await openCatalog(join(folder, 'catalog.db'));
    return new TestSurroundings(folder, catalog, servers.map(serverDefinition), password);
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  readonly now = Date.now;

  definition(name: string): ServerDefinition {
    const found = this.servers.find((each) => each.name === name);
    if (!found) throw new Error(`no server ${name}`);
    return found;
  }

  async connect(name: string, { role, extensions }: ConnectionPurpose = { role: 'test' }): Promise<NdmpConnection> {
    this.roles.push(role);
    const definition = this.definition(name);
    const connection = await openConnection({
      definition,
      password: () => Promise.resolve(this.password),
      role,
      extensions,
    });
    this.connections.push(connection);
    return connection;
  }

  /** Connections that nobody has closed. */
  get left(): number {
    return this.connections.filter(({ isOpen }) => isOpen).length;
  }

  /** All connections break. */
  breakAll(): void {
    for (const connection of this.connections) connection.destroy();
  }

  async remove(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close()));
    await this.catalog.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A server on loopback with the user ndmp, where nothing else is said. */
export function serverDefinition(given: Partial<ServerDefinition> & { port: number }): ServerDefinition {
  return { ...plainDefinition('tapes', '127.0.0.1'), ...given };
}
