import { clip, escapeText } from '../../protocol';
import { addressText, type ServerAddress } from '../servers/addresses';
import { Unreachable } from './dial';
import { ConnectionLost, NdmpFailure, refusal, RequestTimedOut } from './failures';
import type { LiveConnection } from './live';

/** The server speaks first, and at once; a busy one may take a moment. */
const GREETING_SECONDS = 10;
const REFUSED = 2;
const TEXT_LENGTH = 500;

/** The server does not greet: it may wait for TLS. */
export class NoGreeting extends Unreachable {}

/** The server hung up on a version, where it should have refused it. */
export class VersionDropped extends ConnectionLost {
  constructor(
    server: string,
    readonly version: number,
    message: string,
  ) {
    super(server, message);
  }
}

/**
 * Waits for the server's first message.
 * @returns the highest version it speaks
 * @throws Unreachable when it refuses, NoGreeting when it is silent
 */
export async function greeting(
  connection: LiveConnection,
  address: ServerAddress,
  { signal, seconds = GREETING_SECONDS }: { signal?: AbortSignal; seconds?: number },
): Promise<number> {
  const place = addressText(address);
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      stop();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = (): void => end(() => reject(new Unreachable(`${place}: the connection was given up`)));
    const timer = setTimeout(
      () => end(() => reject(new NoGreeting(`${place}: it is connected, but does not begin to speak NDMP`))),
      Math.min(seconds, GREETING_SECONDS) * 1000,
    );
    const stop = connection.listen((post) => {
      if (post.name !== 'NDMP_NOTIFY_CONNECTION_STATUS') return;
      const { reason, protocol_version: version, text_reason: text } = post.body();
      const said = typeof text === 'string' && text !== '' ? `: ${escapeText(clip(text, TEXT_LENGTH))}` : '';
      if (reason === REFUSED) end(() => reject(new Unreachable(`${place}: the server refuses connections now${said}`)));
      else end(() => resolve(typeof version === 'number' ? version : 0));
    });
    signal?.addEventListener('abort', onAbort);
    void connection.closed.then((problem) =>
      end(() => reject(new Unreachable(`${place}: ${problem?.message ?? 'the connection was closed'}`))),
    );
  });
}

/**
 * Agrees on a version: the highest that both speak, then downwards as long as the server refuses with ILLEGAL_ARGS
 * (protocol facts 2.4).
 * @throws VersionDropped when the server ends the connection instead
 */
export async function agreeOnVersion(connection: LiveConnection, highest: number, wanted: number): Promise<void> {
  const { server } = connection;
  // a server that announces nonsense is asked for everything
  const top = highest >= 2 && highest <= 4 ? Math.min(highest, wanted) : wanted;
  if (highest === 1) throw new NdmpFailure(server, 'NDMP_CONNECT_OPEN', 'NOT_SUPPORTED', onlyOld(server));
  for (let version = top; version >= 2; version--) {
    const error = await openedWith(connection, version);
    if (error === 'NO_ERR') {
      connection.version = version as 2 | 3 | 4;
      return;
    }
    if (error !== 'ILLEGAL_ARGS' && error !== 'NOT_SUPPORTED') throw refusal(server, 'NDMP_CONNECT_OPEN', error);
  }
  const text = `${server} takes none of the versions ${top === 2 ? '2' : `2 to ${top}`} of NDMP.`;
  throw new NdmpFailure(server, 'NDMP_CONNECT_OPEN', 'ILLEGAL_ARGS', text);
}

async function openedWith(connection: LiveConnection, version: number): Promise<string> {
  try {
    const { error } = await connection.ask('NDMP_CONNECT_OPEN', { protocol_version: version });
    return error;
  } catch (error) {
    if (error instanceof ConnectionLost || error instanceof RequestTimedOut)
      throw new VersionDropped(connection.server, version, error.message);
    throw error;
  }
}

function onlyOld(server: string): string {
  return `${server} speaks version 1 of NDMP only; 2, 3 or 4 is needed.`;
}
