import { isIP } from 'node:net';

/** A certificate and its private key, PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

const DNS_NAME = 2;
const IP_ADDRESS = 7;
const YEARS = 10;

/** A certificate that vouches for itself, for a server that was given none. @param names host names and addresses */
export async function selfSignedCertificate(names: readonly string[], now = new Date()): Promise<Certificate> {
  // only who serves TLS waits for it to be loaded
  const { generate } = await import('selfsigned');
  const end = new Date(now);
  end.setFullYear(end.getFullYear() + YEARS);
  const made = await generate([{ name: 'commonName', value: names[0] ?? 'ndmp' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: now,
    notAfterDate: end,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) =>
          isIP(name) === 0 ? { type: DNS_NAME, value: name } : { type: IP_ADDRESS, ip: name },
        ),
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
