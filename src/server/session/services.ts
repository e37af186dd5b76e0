import type { DataService } from '../data/service';
import type { LocalExchange } from '../dataConnection/model';
import type { MoverService } from '../mover/service';
import type { ScsiService } from '../scsi/service';
import type { TapeService } from '../tape/service';

/** What works for one control connection. */
export interface Services {
  readonly tape: TapeService;
  readonly scsi: ScsiService;
  readonly mover: MoverService;
  readonly data: DataService;
  /** Joins data server and mover of this connection when the data connection is LOCAL. */
  readonly local: LocalExchange;
}

/** A part of a session that holds something which has to be given back when the connection ends. */
export interface SessionService {
  /** Whether anything is under way, so that the connection is not idle. */
  readonly busy: boolean;
  /** The control connection is gone: stop, close, release. Never rejects. */
  dispose(): Promise<void>;
}
