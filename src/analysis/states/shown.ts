import { DATA_STATES, MOVER_STATES, type BodyValue, type MachineName, type StateName } from '../../protocol';

const dataStatesByNumber: readonly StateName[] = ['IDLE', 'ACTIVE', 'HALTED', 'LISTEN', 'CONNECTED'];
const moverStatesByNumber: readonly StateName[] = MOVER_STATES;
const dataHaltReasons = ['', 'SUCCESSFUL', 'ABORTED', 'INTERNAL_ERROR', 'CONNECT_ERROR'];
const moverHaltReasons = ['', 'CONNECT_CLOSED', 'ABORTED', 'INTERNAL_ERROR', 'CONNECT_ERROR', 'MEDIA_ERROR'];
const pauseReasons = ['', 'EOM', 'EOF', 'SEEK', 'MEDIA_ERROR', 'EOW'];

/** The state that a GET_STATE reply tells; undefined where its number stands for none. */
export function shownState(machine: MachineName, body: BodyValue): StateName | undefined {
  const names = machine === 'data' ? dataStatesByNumber : moverStatesByNumber;
  return names[Number(body.state)];
}

/** Halt or pause reason of a GET_STATE reply or a post by name, '' where there is none. */
export function reasonName(machine: MachineName, state: string, reason: BodyValue[string] | undefined): string {
  const names = state === 'PAUSED' ? pauseReasons : machine === 'data' ? dataHaltReasons : moverHaltReasons;
  return names[Number(reason)] ?? (typeof reason === 'number' ? `reason ${reason}` : '');
}

/** Names of all states, for those who draw them. */
export const stateNames = { data: DATA_STATES, mover: MOVER_STATES } as const;
