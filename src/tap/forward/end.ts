import type { Socket } from 'node:net';

/** One end of a connection through the tap: whoever connected, or whom the tap connected to. */
export interface End {
  /** What is read from and written to; over TLS, in the clear. */
  socket: Socket;
  /** The TCP connection below it. */
  raw: Socket;
}

/** Breaks the TCP connection off, so that its other side does not take it for an orderly end. */
export function reset({ socket, raw }: End): void {
  raw.resetAndDestroy();
  if (socket !== raw) socket.destroy();
}
