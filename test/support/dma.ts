import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ndmp, type Circumstances, type Outcome } from '../cli/harness';
import { LAB_PASSWORD, TestLab } from './lab';

/** What a run prints with --json, as far as tests look at it. */
export interface Report {
  run: number;
  state: string;
  message: string;
  recording?: string;
  sources: {
    path: string;
    set?: number;
    state: string;
    bytes: string;
    files: number;
    barcodes: string[];
    message: string;
  }[];
}

/** The DMA's command line beside a lab of its own. */
export class LabWithDma {
  private constructor(
    readonly lab: TestLab,
    readonly folder: string,
  ) {}

  static async start(options: Parameters<typeof TestLab.start>[0] = {}): Promise<LabWithDma> {
    return new LabWithDma(await TestLab.start(options), mkdtempSync(join(tmpdir(), 'ndmp-dma-')));
  }

  get home(): string {
    return join(this.folder, 'home');
  }

  /** The directory behind a volume of the lab. */
  directory(volume: string): string {
    const found = this.lab.lab.status().volumes.find(({ path }) => path === volume);
    assert.ok(found, volume);
    return found.directory;
  }

  job(name: string, content: object): string {
    const file = join(this.folder, `${name}.ndmpjob.json`);
    writeFileSync(file, JSON.stringify({ name, server: 'cluster1', type: 'dump', ...content }));
    return file;
  }

  /** Runs a command of the DMA, with the lab's servers, this home, and the lab's password. */
  run(args: readonly string[], circumstances: Circumstances = {}): Promise<Outcome> {
    const env = { NDMP_PASSWORD: LAB_PASSWORD, ...circumstances.env };
    const isNamed = args[0] === 'catalog' || args.includes('--servers');
    const servers = isNamed ? [] : ['--servers', join(this.lab.folder, 'lab/ndmp-servers.json')];
    return ndmp([...args, '--home', this.home, ...servers], { ...circumstances, env });
  }

  /** Runs it and demands that it ended well. @returns what it printed as JSON */
  async json<T>(args: readonly string[]): Promise<T> {
    const { status, out, err } = await this.run([...args, '--json']);
    assert.equal(status, 0, `${args.join(' ')}\n${err}\n${out}`);
    return JSON.parse(out) as T;
  }

  backUp(job: string, ...more: string[]): Promise<Report> {
    return this.json<Report>(['backup', job, '--yes', ...more]);
  }

  async remove(): Promise<void> {
    await this.lab.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Writes files with these contents below a directory. */
export function writeFiles(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
  }
}
