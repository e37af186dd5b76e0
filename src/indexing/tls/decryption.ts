import { nodeTlsCrypto } from '../../capture/node/tlsCrypto';
import { TlsReading } from '../../capture/tls/conversation';
import { KeyLog, KeyRing } from '../../capture/tls/keyLog';
import type { AppendableSource } from '../../session/plainText';
import { PlainText } from '../../session/plainText';
import type { TlsDecryption } from '../../session/tlsTalk';
import { KeyLogFile } from './keyLogFile';

/** A {@link TlsDecryption} that holds a file open. */
export interface OpenDecryption extends TlsDecryption {
  close(): void;
}

/**
 * What an index pass needs to read TLS: keys out of a key log file, where one is given, and of the capture itself.
 * @param plain takes what is decrypted
 * @throws CaptureError when the key log cannot be read
 */
export function openDecryption(keyLog: string | undefined, plain: AppendableSource): OpenDecryption {
  const embedded = new KeyLog();
  const file = keyLog === undefined ? undefined : new KeyLogFile(keyLog);
  return {
    reading: new TlsReading(nodeTlsCrypto, new KeyRing(file === undefined ? [embedded] : [embedded, file])),
    embedded,
    plain: new PlainText(plain),
    refresh: () => file?.refresh(),
    close: () => file?.close(),
  };
}
