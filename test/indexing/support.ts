import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const WORKER = join(ROOT, 'dist/indexWorker.js');
const SOURCES = ['xdr', 'protocol', 'capture', 'session', 'indexing'].map((name) => join(ROOT, 'src', name));

/** Builds the index worker where there is none, or an older one than its sources. */
export function buildWorker(): void {
  const built = existsSync(WORKER) ? statSync(WORKER).mtimeMs : 0;
  const newest = Math.max(...SOURCES.flatMap((folder) => filesIn(folder).map((file) => statSync(file).mtimeMs)));
  if (built < newest) execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { cwd: ROOT, stdio: 'ignore' });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.ts'));
}

/** A folder for temporary files that no other test sees, and for files that a test writes itself. */
export class Scratch {
  private readonly folder = mkdtempSync(join(tmpdir(), 'ndmp-test-'));
  private readonly files = mkdtempSync(join(tmpdir(), 'ndmp-files-'));
  private readonly usual = process.env.TMPDIR;
  private count = 0;

  /** From now on temporary files go there. */
  use(): void {
    process.env.TMPDIR = this.folder;
  }

  /** What is there now. */
  entries(): string[] {
    return readdirSync(this.folder);
  }

  /** Entries of an open capture: files that are open can be removed everywhere but on Windows. */
  readonly whileOpen = process.platform === 'win32' ? 1 : 0;

  /** Writes a file for a test. */
  write(bytes: Uint8Array, suffix = '.pcap'): string {
    const path = join(this.files, `${this.count++}${suffix}`);
    writeFileSync(path, bytes);
    return path;
  }

  remove(): void {
    if (this.usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = this.usual;
    for (const folder of [this.folder, this.files]) rmSync(folder, { recursive: true, force: true });
  }
}
