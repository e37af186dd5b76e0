import type { ByteSource } from '../../capture/byteSource';
import type { AppendableSource } from '../../session/plainText';
import { FileSource } from '../fileSource';
import { Spool } from '../spool';

/** What comes out of encrypted connections, in a private scratch file that is made when the first byte comes. */
export class PlainFile implements AppendableSource {
  private spool: Spool | undefined;

  /** @param onMade is told where the file is; it removes the folder then. Without it nothing of it stays behind */
  constructor(private readonly onMade?: (place: { folder: string; path: string }) => void) {}

  get size(): number {
    return this.spool?.size ?? 0;
  }

  append(bytes: Uint8Array): void {
    this.spool ??= new Spool(this.onMade);
    this.spool.append(bytes);
  }

  read(offset: number, length: number, target: Uint8Array): number {
    return this.spool?.read(offset, length, target) ?? 0;
  }

  close(): void {
    this.spool?.close();
  }
}

/** The file of a {@link PlainFile} in another thread, as another thread reads it: empty until it is there. */
export class PlainFileReader implements ByteSource {
  private source: FileSource | undefined;

  get size(): number {
    return this.source?.size ?? 0;
  }

  /** By which further threads of the process can read it. */
  get descriptor(): number | undefined {
    return this.source?.descriptor;
  }

  /** @throws the file system's error */
  open(path: string): void {
    this.source = new FileSource(path);
  }

  read(offset: number, length: number, target: Uint8Array): number {
    return this.source?.read(offset, length, target) ?? 0;
  }

  close(): void {
    this.source?.close();
  }
}
