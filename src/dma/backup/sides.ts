import type { NdmpConnection } from '../connection/model';
import type { DriveState } from '../media/model';
import type { SourcePlan } from '../plan/model';
import type { Surroundings } from '../run/model';
import { DataService } from '../services/data';
import { MoverService } from '../services/mover';
import { TapeService } from '../services/tape';

/** The control connections of a stream, and what is behind them. */
export interface StreamSides {
  data: DataService;
  mover: MoverService;
  tape: TapeService;
  /** Opened before the tape is; of a local backup the same as the data server's. */
  tapeConnection: NdmpConnection;
  close(): Promise<void>;
}

/** Opens what a stream needs: one connection for data and tape of a local backup, two otherwise. */
export async function openSides(
  surroundings: Surroundings,
  dataServer: string,
  plan: SourcePlan,
  drive: DriveState,
): Promise<StreamSides> {
  const data = await surroundings.connect(dataServer, { role: 'data', extensions: plan.extensions });
  try {
    const tape =
      plan.path === 'local'
        ? data
        : await surroundings.connect(drive.server, { role: 'tape', extensions: plan.tapeExtensions });
    const all = [...new Set([data, tape])];
    return {
      data: new DataService(data),
      mover: new MoverService(tape),
      tape: new TapeService(tape),
      tapeConnection: tape,
      close: async () => {
        await Promise.all(all.map((connection) => connection.close()));
      },
    };
  } catch (error) {
    await data.close();
    throw error;
  }
}
