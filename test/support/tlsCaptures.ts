import { Conversation } from './packets';
import { Code, greeting, history, open, reply, request } from './records';
import type { TlsStep, TlsTalk } from './tlsTalks';

/** An NDMP session with messages small and large, and several at once, as steps of a TLS connection. */
export const NDMP_STEPS: readonly TlsStep[] = [
  { from: 'server', bytes: greeting(1, 4) },
  { from: 'client', bytes: open(1, 4) },
  { from: 'server', bytes: reply(2, 1, Code.CONNECT_OPEN, 0) },
  { from: 'client', bytes: request(2, Code.CONFIG_GET_HOST_INFO) },
  { from: 'server', bytes: reply(3, 2, Code.CONFIG_GET_HOST_INFO, 9, Buffer.from('more')) },
  { from: 'server', bytes: Buffer.concat([history(4, 50_000), history(5, 20), history(6, 30)]) },
  { from: 'server', bytes: history(7, 9000) },
  { from: 'client', bytes: request(3) },
  { from: 'server', bytes: reply(8, 3, Code.DATA_GET_STATE, 0, Buffer.alloc(40)) },
];

/** Packets of a TCP connection that carries `talk`, in segments of up to `most` bytes. */
export function packetsOf(talk: Pick<TlsTalk, 'wire'>, most = 1400, tcp = new Conversation()): Conversation {
  tcp.open();
  for (const { from, bytes } of talk.wire)
    for (let at = 0; at < bytes.length; at += most) tcp.send(from, bytes.subarray(at, at + most));
  return tcp;
}

/** The same steps without TLS. */
export function plainPackets(steps: readonly TlsStep[]): Conversation {
  const tcp = new Conversation().open();
  for (const step of steps) if (step !== 'renegotiate') tcp.send(step.from, step.bytes);
  return tcp;
}
