import { ErrorCode } from '../../protocol';

/** A fault as a script has it, as far as the editor makes any. */
export interface FaultJson {
  on?: { message?: string; kind?: string };
  times?: number | 'always';
  do: unknown;
}

/** What the user is asked for a kind of fault. */
export type FaultQuestion = 'message' | 'request' | 'error' | 'milliseconds' | 'rate' | 'reason' | 'times';

export interface FaultChoice {
  label: string;
  detail: string;
  asks: readonly FaultQuestion[];
  /** Values that the user may choose for 'reason'. */
  reasons?: readonly string[];
  make(answers: FaultAnswers): FaultJson;
}

/** What the user answered; numbers as numbers. */
export interface FaultAnswers {
  /** Undefined: any. */
  message?: string;
  error?: string;
  milliseconds?: number;
  rate?: number;
  reason?: string;
  times?: number | 'always';
}

const on = ({ message }: FaultAnswers, kind?: string): Pick<FaultJson, 'on'> =>
  message === undefined && kind === undefined ? {} : { on: { message, kind } };

/** Faults that are made by a click on a tap that runs. */
export const FAULT_CHOICES: readonly FaultChoice[] = [
  {
    label: 'Answer a request with an error…',
    detail: 'In place of the server, which never sees the request',
    asks: ['request', 'error', 'times'],
    make: (answers) => ({ ...on(answers, 'request'), times: answers.times, do: { answer: answers.error } }),
  },
  {
    label: 'Delay messages…',
    detail: 'They, and all behind them in their direction, come later',
    asks: ['message', 'milliseconds', 'times'],
    make: (answers) => ({ ...on(answers), times: answers.times, do: { delay: answers.milliseconds } }),
  },
  {
    label: 'Lose a message…',
    detail: 'The other side never gets it',
    asks: ['message', 'times'],
    make: (answers) => ({ ...on(answers), times: answers.times, do: 'drop' }),
  },
  {
    label: 'Send a message twice…',
    detail: 'The other side gets it once more',
    asks: ['message', 'times'],
    make: (answers) => ({ ...on(answers), times: answers.times, do: 'duplicate' }),
  },
  {
    label: 'Cut the connection at a message…',
    detail: 'Both sides are reset in place of it',
    asks: ['message', 'times'],
    make: (answers) => ({ ...on(answers), times: answers.times, do: 'cut' }),
  },
  {
    label: 'Slow down…',
    detail: 'From a message on, so many bytes a second in its direction',
    asks: ['message', 'rate'],
    make: (answers) => ({ ...on(answers), do: { throttle: answers.rate } }),
  },
  {
    label: 'Tell the DMA that the mover has paused…',
    detail: 'A made-up NOTIFY_MOVER_PAUSED behind a message: end of medium, end of file, a seek, a media error',
    asks: ['message', 'reason', 'times'],
    reasons: ['EOM', 'EOF', 'SEEK', 'MEDIA_ERROR', 'EOW'],
    make: (answers) => ({
      ...on(answers),
      times: answers.times,
      do: { inject: { message: 'NDMP_NOTIFY_MOVER_PAUSED', body: { reason: answers.reason ?? 'EOM' } } },
    }),
  },
  {
    label: 'Tell the DMA that the data server has halted…',
    detail: 'A made-up NOTIFY_DATA_HALTED behind a message',
    asks: ['message', 'reason', 'times'],
    reasons: ['ABORTED', 'INTERNAL_ERROR', 'CONNECT_ERROR', 'SUCCESSFUL'],
    make: (answers) => ({
      ...on(answers),
      times: answers.times,
      do: { inject: { message: 'NDMP_NOTIFY_DATA_HALTED', body: { reason: answers.reason ?? 'ABORTED' } } },
    }),
  },
];

/** Errors of replies by name, those first that servers in use give most. */
export function errorChoices(): string[] {
  const first = ['DEVICE_BUSY', 'NOT_SUPPORTED', 'NO_MEM', 'ILLEGAL_STATE', 'NOT_AUTHORIZED', 'IO', 'NO_TAPE_LOADED'];
  const all = Object.keys(ErrorCode).filter((name) => name !== 'NO_ERR');
  return [...first.filter((name) => all.includes(name)), ...all.filter((name) => !first.includes(name))];
}

/** A time as people write it ('250', '2s', '1.5 s', '300ms'), in milliseconds; undefined: it is none. */
export function milliseconds(text: string): number | undefined {
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|min)?\s*$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = Math.round(Number(digits) * { ms: 1, s: 1000, min: 60_000 }[unit ?? 'ms']!);
  return value >= 1 && value <= 3_600_000 ? value : undefined;
}
