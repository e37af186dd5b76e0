import type { Socket } from 'node:net';

/** Lets go of a connection at once: the peer sees a reset, and takes what came for broken rather than complete. */
export function cutOff(socket: Socket): void {
  if (socket.destroyed) return;
  // resetAndDestroy() closes in order first, and waits for a peer that may never read; this is its second half
  if (!socket.writableFinished) Object.assign(socket, { resetAndClosing: true });
  socket.destroy();
}
