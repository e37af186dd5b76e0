import { executeCdb } from '../scsi/executeCdb';
import { refuse } from '../failure';
import { checkLegal } from '../session/legality';
import { replyWith, serve, type HandlerEntry } from '../session/handler';
import type { ServerSession } from '../session/session';
import type { NdmpVersion } from '../../protocol';
import type { TapeMode } from './drive';
import { tapeState } from './tapeState';

/** Counts of TAPE_READ from here on are no lengths of tape records but mistakes. */
const SENSELESS_COUNT = 0x8000_0000;

/** TAPE_OPEN modes of the wire; the last is RAW as some v3 implementations write it. */
const MODES: ReadonlyMap<number, { mode: TapeMode; since: NdmpVersion; until?: NdmpVersion }> = new Map([
  [0, { mode: 'READ', since: 2 }],
  [1, { mode: 'RDWR', since: 2 }],
  [2, { mode: 'RAW', since: 3 }],
  [0x7fff_ffff, { mode: 'RAW', since: 3, until: 3 }],
]);

/** The tape interface (NDMPv4 draft, section 3.4). */
export const tapeHandlers: readonly HandlerEntry[] = [
  serve('NDMP_TAPE_OPEN', async (session, { device, mode }) => {
    checkLegal(session, 0x300);
    await session.services.tape.open(device, tapeMode(session, mode));
  }),
  serve('NDMP_TAPE_CLOSE', async (session) => {
    checkLegal(session, 0x301);
    await session.services.tape.close();
  }),
  serve('NDMP_TAPE_GET_STATE', (session) => {
    checkLegal(session, 0x302);
    return tapeState(session.services.tape.report(), session.version);
  }),
  serve('NDMP_TAPE_MTIO', async (session, { tape_op, count }) => {
    checkLegal(session, 0x303);
    const { remaining, error } = await session.services.tape.move(tape_op, count);
    const body = { resid_count: remaining };
    return error === undefined ? body : replyWith(error, body);
  }),
  serve('NDMP_TAPE_WRITE', async (session, { data_out }) => {
    checkLegal(session, 0x304);
    const { tape } = session.services;
    if (tape.tape?.mode === 'READ') refuse('PERMISSION', 'the tape was opened for reading');
    if (data_out.length === 0) return { count: 0 };
    if (data_out.length > session.limits.tapeRecordBytes)
      refuse('ILLEGAL_ARGS', `a record of ${data_out.length} bytes is longer than this server allows`);
    return { count: await tape.write(data_out) };
  }),
  serve('NDMP_TAPE_READ', async (session, { count }) => {
    checkLegal(session, 0x305);
    if (count >= SENSELESS_COUNT) refuse('ILLEGAL_ARGS', `${count} bytes are more than a tape record can have`);
    if (count === 0) return { data_in: new Uint8Array() };
    return { data_in: await session.services.tape.read(count) };
  }),
  serve('NDMP_TAPE_EXECUTE_CDB', async (session, body) => {
    checkLegal(session, 0x307);
    const { target, name } = session.services.tape.drive ?? {};
    if (!target) refuse('NOT_SUPPORTED', `${name ?? 'the drive'} takes no SCSI commands`);
    return executeCdb(target, body, session.id);
  }),
];

function tapeMode({ version }: ServerSession, value: number): TapeMode {
  const found = MODES.get(value);
  if (!found || version < found.since || (found.until !== undefined && version > found.until))
    refuse('ILLEGAL_ARGS', `tape open mode ${value} does not exist in NDMPv${version}`);
  return found.mode;
}
