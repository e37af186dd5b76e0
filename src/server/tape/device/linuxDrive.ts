import { constants } from 'node:fs';
import { refuse } from '../../failure';
import type { DriveBehaviour, OpenTape, TapeDrive, TapeMode } from '../drive';
import { deviceFailure, Errno } from './deviceErrors';
import { HelperProcess, type HelperAnswer, type HelperOptions } from './helperProcess';
import { LinuxTape } from './linuxTape';

export interface LinuxDriveOptions extends HelperOptions {
  /** Device file that does not rewind when it is closed: /dev/nst0. */
  path: string;
  /** Bytes of a block, 0 for variable; left out: as the drive is set. */
  blockSize?: number;
  /** Bytes of the longest record that is read. */
  recordBytes?: number;
  behaviour?: DriveBehaviour;
}

const DEFAULT_RECORD_BYTES = 1024 * 1024;
const FLAGS: Readonly<Record<TapeMode, number>> = {
  READ: constants.O_RDONLY,
  RDWR: constants.O_RDWR,
  // does not wait for a tape, and opens without one
  RAW: constants.O_RDWR | constants.O_NONBLOCK,
};

/** A tape drive of Linux, by its st device. Each open device has a helper program, since Node knows no ioctl. */
export class LinuxTapeDrive implements TapeDrive {
  readonly name: string;
  readonly behaviour: DriveBehaviour;
  private isOpen = false;

  constructor(private readonly options: LinuxDriveOptions) {
    this.name = options.path;
    this.behaviour = options.behaviour ?? {};
  }

  async open(mode: TapeMode): Promise<OpenTape> {
    if (this.isOpen) refuse('DEVICE_BUSY', `another connection has ${this.name} open`);
    this.isOpen = true;
    const helper = HelperProcess.start(this.options);
    const release = async (): Promise<void> => {
      await helper.end();
      this.isOpen = false;
    };
    try {
      const { status } = await this.openDevice(helper, mode);
      const recordBytes = this.options.recordBytes ?? DEFAULT_RECORD_BYTES;
      return new LinuxTape({ device: this.name, helper, mode, recordBytes, status, release });
    } catch (error) {
      await release();
      throw error;
    }
  }

  private async openDevice(helper: HelperProcess, mode: TapeMode): Promise<HelperAnswer> {
    const path = Buffer.from(this.name);
    const blockSize = this.options.blockSize ?? -1;
    let answer = await helper.ask('O', FLAGS[mode], blockSize, path);
    if (mode === 'RAW' && answer.errno === Errno.EROFS)
      answer = await helper.ask('O', constants.O_RDONLY | constants.O_NONBLOCK, blockSize, path);
    if (answer.errno !== 0) throw deviceFailure(answer.errno, this.name, 'opening');
    return answer;
  }
}
