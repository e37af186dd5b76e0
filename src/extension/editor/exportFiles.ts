import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The files that an export makes: they have their names only when all of them are whole. */
export class ExportFiles {
  private readonly handles = new Map<string, FileHandle>();

  get count(): number {
    return this.handles.size;
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    let handle = this.handles.get(path);
    if (handle === undefined) {
      await mkdir(dirname(path), { recursive: true });
      handle = await open(partial(path), 'w');
      this.handles.set(path, handle);
    }
    await handle.writeFile(bytes);
  }

  async finish(): Promise<void> {
    for (const [path, handle] of this.handles) {
      await handle.close();
      await rename(partial(path), path);
    }
  }

  /** Removes what was begun. */
  async abandon(): Promise<void> {
    for (const [path, handle] of this.handles) {
      await handle.close().catch(() => undefined);
      await rm(partial(path), { force: true });
    }
  }
}

function partial(path: string): string {
  return `${path}.partial`;
}
