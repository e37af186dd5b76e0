import { createWriteStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { escapeText } from '../../protocol';
import { sniff, SnifferFailure, type Sniffer } from '../../tap/sniffer';
import { messageOf } from '../../transport/messageOf';
import type { TapCommandOptions } from '../commands/tap';
import { Failure, UsageError } from '../failure';
import type { Io } from '../terminal/io';
import { showDecoded } from './decodedStream';

const NDMP_PORT = 10000;

/** `ndmp tap --interface`: shows what a capturing program sees on an interface. */
export async function runInterface(io: Io, at: string, options: TapCommandOptions): Promise<void> {
  const { target, listen, tlsListen, folder, out, keepPasswords, port: ports } = options;
  if (target ?? listen ?? tlsListen ?? folder)
    throw new UsageError(
      '--interface captures beside the applications: it goes without --target, --listen, --tls-listen and --folder.',
    );
  if (out !== undefined && !keepPasswords)
    throw new UsageError(
      'A capture of packets holds them as they are, passwords too: say --keep-passwords, or let the proxy record (--target).',
    );
  const sniffer = await sniff(at, ports.length > 0 ? ports : [NDMP_PORT], io.signal).catch((problem: unknown) => {
    throw problem instanceof SnifferFailure ? new Failure(escapeText(problem.message)) : problem;
  });
  io.stderr.write(`capturing on ${escapeText(at)} with ${sniffer.program}\nready\n`);
  const kept = out === undefined ? undefined : keptIn(out, sniffer);
  await showDecoded(io, kept?.stream ?? sniffer.stream, options).finally(() => sniffer.stop());
  await kept?.done;
  const why = await sniffer.ended;
  if (why !== undefined) throw new Failure(escapeText(why));
}

/** What comes goes into a file on its way. */
function keptIn(path: string, sniffer: Sniffer): { stream: Readable; done: Promise<void> } {
  const shownToo = new PassThrough();
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  sniffer.stream.on('data', (piece: Buffer) => shownToo.write(piece));
  const done = pipeline(sniffer.stream, file).then(
    () => undefined,
    (problem: unknown) => {
      sniffer.stop();
      throw new Failure(`${escapeText(path)} cannot be written: ${messageOf(problem)}.`);
    },
  );
  done.catch(() => undefined).finally(() => shownToo.end());
  return { stream: shownToo, done };
}
