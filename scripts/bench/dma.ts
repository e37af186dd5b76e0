import { NdmpClient } from '../../test/support/ndmpClient';

const NDMP_RECORD = 64 * 1024;
const INFINITE = 0xffffffffffffffffn;
const LOCAL = { type: 0 };
const Mode = { READ: 0, WRITE: 1 } as const;
const Mtio = { REW: 4, EOF: 5 } as const;

/** A server under test and its tape. */
export interface Target {
  port: number;
  tape: string;
}

/** One local operation as a DMA does it: the same messages for every server. @returns seconds from start to both halts */
export async function localBackup(target: Target, directory: string, type: string): Promise<number> {
  return operation(target, Mode.READ, async (client) => {
    const env = pairs({ FILESYSTEM: directory, TYPE: type, HIST: 'n', XATTR: 'n' });
    await client.expect('NDMP_DATA_START_BACKUP', { bu_type: type, env });
  });
}

/** Recovers everything on the tape into a directory. @returns seconds */
export async function localRecovery(target: Target, directory: string, type: string): Promise<number> {
  return operation(target, Mode.WRITE, async (client) => {
    const env = pairs({ FILESYSTEM: directory, PREFIX: directory, TYPE: type, HIST: 'n' });
    await client.expect('NDMP_DATA_START_RECOVER', { bu_type: type, env, nlist: [] });
  });
}

/** Moves a cartridge of a changer. */
export async function moveCartridge(port: number, changer: string, from: number, to: number): Promise<void> {
  const client = await connect(port);
  await client.expect('NDMP_SCSI_OPEN', { device: changer });
  const cdb = new Uint8Array(12);
  cdb.set([0xa5, 0, 0, 0, from >> 8, from & 0xff, to >> 8, to & 0xff]);
  await client.expect('NDMP_SCSI_EXECUTE_CDB', { cdb, timeout: 10_000 });
  await client.expect('NDMP_SCSI_CLOSE');
  await client.close();
}

async function operation(
  { port, tape }: Target,
  mode: number,
  start: (client: NdmpClient) => Promise<void>,
): Promise<number> {
  const client = await connect(port);
  await client.expect('NDMP_TAPE_OPEN', { device: tape, mode: mode === Mode.READ ? 1 : 0 });
  await client.expect('NDMP_TAPE_MTIO', { tape_op: Mtio.REW, count: 1 });
  await client.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: NDMP_RECORD });
  await client.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: INFINITE });
  await client.expect('NDMP_MOVER_LISTEN', { mode, addr_type: 0 });
  await client.expect('NDMP_DATA_CONNECT', { addr: LOCAL });
  const began = performance.now();
  await start(client);
  await untilHalted(client, 'NDMP_DATA_GET_STATE', 2);
  if (mode === Mode.WRITE) await client.request('NDMP_MOVER_CLOSE');
  await untilHalted(client, 'NDMP_MOVER_GET_STATE', 4);
  const seconds = (performance.now() - began) / 1000;
  const { halt_reason } = await client.expect('NDMP_DATA_GET_STATE');
  if (halt_reason !== 1) throw new Error(`the operation halted with reason ${halt_reason}`);
  await client.expect('NDMP_DATA_STOP');
  await client.expect('NDMP_MOVER_STOP');
  if (mode === Mode.READ) await client.expect('NDMP_TAPE_MTIO', { tape_op: Mtio.EOF, count: 1 });
  await client.expect('NDMP_TAPE_CLOSE');
  client.destroy();
  return seconds;
}

/** By asking, as every DMA also does; posts come in an order of each server's own. */
async function untilHalted(
  client: NdmpClient,
  name: 'NDMP_DATA_GET_STATE' | 'NDMP_MOVER_GET_STATE',
  halted: number,
): Promise<void> {
  for (;;) {
    const { state } = await client.expect(name);
    if (state === halted) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function connect(port: number): Promise<NdmpClient> {
  return NdmpClient.connect({ port, version: 4, login: { user: 'ndmp', password: 'ndmp' } });
}

function pairs(values: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
