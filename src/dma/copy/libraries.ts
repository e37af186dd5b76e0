import { openLibrary, type Library } from '../media/library';
import type { Surroundings } from '../run/model';

/** The libraries of a copy, each opened once: source and destination may share one. */
export class Libraries {
  private readonly open = new Map<string, Promise<Library>>();

  constructor(private readonly surroundings: Surroundings) {}

  /** @param changer SCSI device; undefined: the one there is, if any */
  get(server: string, changer: string | undefined): Promise<Library> {
    const key = `${server}\n${changer ?? ''}`;
    const known = this.open.get(key);
    if (known) return known;
    const opened = openLibrary(this.surroundings, { server, changer, drives: [] });
    this.open.set(key, opened);
    opened.catch(() => this.open.delete(key));
    return opened;
  }

  async close(): Promise<void> {
    for (const library of await Promise.allSettled(this.open.values()))
      if (library.status === 'fulfilled') await library.value.close();
  }
}
