import type { PasswordSource } from '../../dma/servers/model';
import { environmentPasswords } from '../../dma/servers/passwords';
import { Failure } from '../failure';
import type { Io } from '../terminal/io';
import type { DmaOptions } from './options';

/** A password is no longer than this; NDMP looks at 32 bytes of it. */
const MOST = 4096;

/** Passwords from the environment, and with --password-stdin the first line of standard input. */
export function passwordsOf({ passwordStdin }: DmaOptions, io: Io): PasswordSource {
  let line: Promise<string> | undefined;
  const given = passwordStdin === true ? (): Promise<string> => (line ??= firstLine(io)) : undefined;
  return environmentPasswords(io.env, given);
}

async function firstLine({ stdin, signal }: Io): Promise<string> {
  let text = '';
  const stop = (): void => void stdin.destroy();
  signal.addEventListener('abort', stop);
  try {
    for await (const piece of stdin) {
      text += String(piece);
      if (text.includes('\n') || text.length > MOST) break;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  const [line] = text.split('\n');
  const password = line.replace(/\r$/, '');
  if (password === '' || password.length > MOST)
    throw new Failure('There is no password on standard input: pipe it in as one line.');
  return password;
}
