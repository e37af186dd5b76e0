import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { RawName } from '../walk/rawName';
import { AttributeDump } from './attributeDump';
import type { Attribute } from './entryWriter';

/** Where extended attributes of the tree's objects come from. */
export interface AttributeSource {
  /** To be run before anything is asked for; yields while it waits. Returns why there are no attributes, for people. */
  ready(): Generator<void, string | undefined>;
  /** Attributes of the object at `path` (relative to the backup root); undefined: none. */
  of(path: RawName): readonly Attribute[] | undefined;
  close(): void;
}

/** For machines that cannot tell, and backups that do not want them. */
export const NO_ATTRIBUTES: AttributeSource = {
  *ready() {
    yield;
    return undefined;
  },
  of: () => undefined,
  close: () => undefined,
};

const PROGRAM = 'getfattr';
/** Every name space, values in hexadecimal, symbolic links themselves, the whole tree; then a line that says it is the end. */
const SCRIPT = `${PROGRAM} -R -P -h -d -m - -e hex . 2>/dev/null; echo "#end"`;
const END = '#end\n';
const WAIT_MS = 2;
/** A backup does not wait longer than this to begin. */
const PATIENCE_MS = 300_000;

/**
 * Attributes of a whole tree. Node cannot read them, so getfattr does, once, into a file without a name, while nothing
 * else waits but the beginning of the backup.
 *
 * @param directory path of the backup root
 */
export function attributesOf(directory: string): AttributeSource {
  if (!isInstalled(PROGRAM)) return NO_ATTRIBUTES;
  try {
    return new TreeAttributes(directory);
  } catch {
    return NO_ATTRIBUTES; // no room for temporary files: the backup matters more
  }
}

class TreeAttributes implements AttributeSource {
  private readonly file: number;
  private readonly child: ChildProcess;
  private dump: AttributeDump | undefined;
  private hasFailed = false;
  private isClosed = false;

  constructor(directory: string) {
    this.file = openNameless();
    this.child = spawn('/bin/sh', ['-c', SCRIPT], {
      cwd: directory,
      stdio: ['ignore', this.file, 'ignore'],
      detached: true, // a process group of its own, to be ended as one
    });
    this.child.on('error', () => (this.hasFailed = true));
    this.child.unref();
  }

  *ready(): Generator<void, string | undefined> {
    const until = performance.now() + PATIENCE_MS;
    const clock = new Int32Array(new SharedArrayBuffer(4));
    while (!this.hasFailed && !this.isWritten()) {
      Atomics.wait(clock, 0, 0, WAIT_MS);
      if (performance.now() > until) return 'reading them takes too long; XATTR=n does not try';
      yield;
    }
    if (this.hasFailed) return `${PROGRAM} cannot be run`;
    this.dump = yield* AttributeDump.read(this.file);
    return undefined;
  }

  of(path: RawName): readonly Attribute[] | undefined {
    return this.dump?.find(path);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.stop();
    fs.closeSync(this.file);
  }

  private isWritten(): boolean {
    const { size } = fs.fstatSync(this.file);
    const end = Buffer.alloc(END.length);
    if (size < END.length) return false;
    fs.readSync(this.file, end, 0, END.length, size - END.length);
    return end.toString('latin1') === END;
  }

  private stop(): void {
    if (this.child.pid === undefined || this.dump !== undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // it has ended by itself
    }
  }
}

/** A file for as long as it is open. */
function openNameless(): number {
  const path = join(tmpdir(), `ndmp-attributes-${randomBytes(8).toString('hex')}`);
  const file = fs.openSync(path, 'wx+', 0o600);
  fs.rmSync(path);
  return file;
}

function isInstalled(program: string): boolean {
  if (process.platform !== 'linux') return false;
  return (process.env.PATH ?? '').split(delimiter).some((folder) => fs.existsSync(join(folder, program)));
}
