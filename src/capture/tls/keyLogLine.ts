/** Kinds of secrets that key logs hold, and that are needed to read (NSS key log format; RFC 8446, section 7.1). */
export const SECRET_LABELS = [
  'CLIENT_RANDOM',
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
  'PMS_CLIENT_RANDOM',
  'RSA',
  'RSA Session-ID',
] as const;
export type SecretLabel = (typeof SECRET_LABELS)[number];

const SPACE = 0x20;
const MASTER_BYTES = 48;
const RANDOM_BYTES = 32;
const MAX_SECRET = 1024;

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** How lines begin, and how long their parts are, in bytes. */
const FORMS = SECRET_LABELS.map((name, label) => {
  const isSession = name === 'RSA Session-ID';
  const isMaster = name === 'CLIENT_RANDOM' || name === 'RSA' || isSession;
  return {
    label,
    before: ascii(isSession ? 'RSA Session-ID:' : `${name} `),
    between: isSession ? ascii('Master-Key:') : new Uint8Array(0),
    id: name === 'RSA' ? [8, 8] : isSession ? [1, RANDOM_BYTES] : [RANDOM_BYTES, RANDOM_BYTES],
    secret: isMaster ? [MASTER_BYTES, MASTER_BYTES] : [RANDOM_BYTES, MAX_SECRET],
  };
});

/** Value of each hexadecimal digit, -1 of everything else. */
const DIGITS = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++)
  for (const digit of [value.toString(16), value.toString(16).toUpperCase()]) DIGITS[digit.charCodeAt(0)] = value;

/** The line of a key log that was read last. One instance for a whole log. */
export class KeyLogLine {
  /** Place in {@link SECRET_LABELS}. */
  label = 0;
  id: Uint8Array = new Uint8Array(0);
  secret: Uint8Array = new Uint8Array(0);
  private readonly buffer = new Uint8Array(MAX_SECRET);
  private at = 0;
  private end = 0;

  /** Reads `bytes[start, end)`. @returns whether it is a line of a key log with a secret that is of use */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    let from = start;
    while (from < end && bytes[from] <= SPACE) from++;
    this.end = end;
    while (this.end > from && bytes[this.end - 1] <= SPACE) this.end--;
    for (const form of FORMS) {
      this.at = from;
      if (!this.skip(bytes, form.before)) continue;
      this.skipSpaces(bytes);
      const id = this.readHex(bytes, form.id);
      // `RSA Session-ID:` begins like `RSA `
      if (id === undefined || !this.skipSpaces(bytes) || !this.skip(bytes, form.between)) continue;
      const secret = this.readHex(bytes, form.secret);
      if (secret === undefined || this.at !== this.end) return false;
      this.label = form.label;
      this.id = id;
      this.secret = secret;
      return true;
    }
    return false;
  }

  private skip(bytes: Uint8Array, text: Uint8Array): boolean {
    for (let i = 0; i < text.length; i++) if (bytes[this.at + i] !== text[i]) return false;
    this.at += text.length;
    return this.at <= this.end;
  }

  private skipSpaces(bytes: Uint8Array): boolean {
    const { at } = this;
    while (this.at < this.end && bytes[this.at] <= SPACE) this.at++;
    return this.at > at;
  }

  private readHex(bytes: Uint8Array, [least, most]: readonly number[]): Uint8Array | undefined {
    let length = 0;
    for (; this.at + 1 < this.end && length < most; length++, this.at += 2) {
      const high = DIGITS[bytes[this.at]];
      const low = DIGITS[bytes[this.at + 1]];
      if (high < 0 || low < 0) break;
      this.buffer[length] = (high << 4) | low;
    }
    return length < least ? undefined : this.buffer.slice(0, length);
  }
}
