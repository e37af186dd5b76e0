import { Analysis } from '../../../src/analysis/analysis';
import type { BodyValue } from '../../../src/protocol';
import { Play, type Conversation } from '../../support/play';

export const DMA = '10.0.0.1';
export const FILER = '10.0.0.2';
export const TAPES = '10.0.0.3';

const ALL_ONES = 0xffffffffffffffffn;
const MOVER_AT: BodyValue = { type: 1, tcp_addr: [{ ip_addr: 0x0a000003, port: 39_120, addr_env: [] }] };

export interface ThreeWay {
  play: Play;
  data: Conversation;
  tape: Conversation;
}

/** A three-way job up to its start. */
export function startThreeWay(path = '/vol/vol1', recover = false): ThreeWay {
  const play = new Play();
  const tape = play.connect(DMA, TAPES);
  tape.ask('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: recover ? 0 : 1 });
  tape.ask('NDMP_MOVER_SET_RECORD_SIZE', { len: 65_536 });
  tape.ask('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: ALL_ONES });
  const data = play.connect(DMA, FILER);
  const mode = recover ? 1 : 0;
  tape.ask('NDMP_MOVER_LISTEN', { mode, addr_type: 1 }, { error: 0, connect_addr: MOVER_AT });
  data.ask('NDMP_DATA_CONNECT', { addr: MOVER_AT });
  const env = [
    { name: 'FILESYSTEM', value: path },
    { name: 'LEVEL', value: '0' },
  ];
  if (recover) data.ask('NDMP_DATA_START_RECOVER', { env, nlist: [], bu_type: 'dump' });
  else data.ask('NDMP_DATA_START_BACKUP', { bu_type: 'dump', env });
  return { play, data, tape };
}

/** Both halts and what follows them. */
export function finish({ data, tape }: ThreeWay): void {
  data.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
  tape.post('NDMP_NOTIFY_MOVER_HALTED', { reason: 1 });
  data.ask('NDMP_DATA_STOP');
  tape.ask('NDMP_MOVER_STOP');
  tape.ask('NDMP_TAPE_CLOSE');
}

export function fileEntry(name: string): BodyValue {
  return { names: [{ fs_type: 0, unix_name: name }], stats: [], node: 1n, fh_info: 1n };
}

export function moverState(state: number, moved: bigint): BodyValue {
  return {
    error: 0,
    mode: 0,
    state,
    pause_reason: 0,
    halt_reason: 0,
    record_size: 65_536,
    record_num: 0,
    bytes_moved: moved,
    seek_position: 0n,
    bytes_left_to_read: 0n,
    window_offset: 0n,
    window_length: ALL_ONES,
    data_connection_addr: MOVER_AT,
  };
}

export function analysed({ play }: Pick<ThreeWay, 'play'>): Analysis {
  return new Analysis(play.session());
}
