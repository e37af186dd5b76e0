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

/** Class of the extension that brings data addresses of IPv6. */
const ADDRESSES = 0x2051;

/** Opens what a stream needs: one connection for data and tape of a local backup, two otherwise. */
export async function openSides(
  surroundings: Surroundings,
  dataServer: string,
  plan: SourcePlan,
  drive: DriveState,
): Promise<StreamSides> {
  const data = await surroundings.connect(dataServer, { role: 'data', extensions: plan.extensions });
  try {
    const tape = plan.path === 'local' ? data : await openTapeSide(surroundings, dataServer, plan, drive);
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

/** Drives of a cluster are all to be seen only with its extension; a server of another kind gets what addresses need. */
function openTapeSide(
  surroundings: Surroundings,
  dataServer: string,
  { extensions, addressType, relay }: SourcePlan,
  { server }: DriveState,
): Promise<NdmpConnection> {
  const type = relay?.moverAddressType ?? addressType;
  const needed = type === 'TCP_IPV6' ? [{ class: ADDRESSES, version: 1 }] : [];
  return surroundings.connect(server, { role: 'tape', extensions: server === dataServer ? extensions : needed });
}
