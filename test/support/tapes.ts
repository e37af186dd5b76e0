import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriveBehaviour } from '../../src/server/tape/drive';
import { createCartridge, VirtualDrive, type Cartridge, type CartridgeOptions } from '../../src/server/tape/virtual';

const MB = 1024 * 1024;

/** A temporary folder for one test file's cartridges. */
export class TapeFolder {
  private root = '';
  private made = 0;
  private readonly drives: VirtualDrive[] = [];

  async create(): Promise<void> {
    this.root = await mkdtemp(join(tmpdir(), 'ndmp-tape-'));
  }

  async remove(): Promise<void> {
    for (const drive of this.drives) await drive.eject();
    await rm(this.root, { recursive: true, force: true });
  }

  cartridge(options: Partial<CartridgeOptions> = {}): Promise<Cartridge> {
    const barcode = `T${String(++this.made).padStart(5, '0')}`;
    return createCartridge(join(this.root, barcode), {
      barcode,
      capacity: 100 * MB,
      earlyWarning: MB,
      kind: 'data',
      writeProtected: false,
      ...options,
    });
  }

  /** A drive with a new cartridge in it. */
  async drive(options?: Partial<CartridgeOptions>, behaviour?: DriveBehaviour): Promise<VirtualDrive> {
    const drive = new VirtualDrive({ name: 'drive0', serial: 'S0001', behaviour });
    this.drives.push(drive);
    await drive.load(await this.cartridge(options));
    return drive;
  }
}
