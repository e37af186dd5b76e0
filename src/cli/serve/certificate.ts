import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { selfSignedCertificate, type Certificate } from '../../transport';
import { Failure, UsageError } from '../failure';

/** The certificate of the options, or one made for `hosts`. */
export async function certificateOf(
  { cert, key }: { cert?: string; key?: string },
  hosts: readonly string[],
): Promise<Certificate> {
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--cert and --key go together.');
  if (cert === undefined || key === undefined)
    return selfSignedCertificate([...new Set([...hosts, 'localhost', '127.0.0.1', '::1'])]);
  const certificate = { cert: read(cert), key: read(key) };
  try {
    createSecureContext(certificate);
  } catch (error) {
    throw new Failure(`${cert} and ${key} are no certificate with its key: ${(error as Error).message}.`);
  }
  return certificate;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${(error as Error).message}.`);
  }
}
