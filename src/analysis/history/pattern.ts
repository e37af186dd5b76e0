import { decodeByteString } from '../../xdr';

/** A longer pattern is cut. */
const MAX_PATTERN = 500;
/** Of a longer name only so many characters are compared with a pattern that has wildcards. */
const MAX_GLOBBED = 4096;
const ASCII_ONLY = /^[\x20-\x7e]*$/;

/** Tells names that a user looks for. */
export interface NamePattern {
  /** Whether whole paths are compared, not names alone. */
  wholePath: boolean;
  /** Steps taken so far: a measure of time that is the same on every machine. */
  work: number;
  /** Whether it fits `bytes[from, to)` as they came from the wire. */
  matchesBytes(bytes: Uint8Array, from: number, to: number): boolean;
  matches(text: string): boolean;
}

/**
 * A pattern as shells have them: `*` stands for any characters but the separator, `**` for any at all, `?` for one. Without
 * any of these it is found anywhere in a name. A pattern with a separator in it is compared with the whole path.
 */
export function namePattern(pattern: string, matchCase: boolean, separator = '/'): NamePattern {
  const cut = pattern.slice(0, MAX_PATTERN);
  const wanted = matchCase ? cut : cut.toLowerCase();
  const wholePath = wanted.includes(separator);
  if (/[*?]/.test(wanted)) return new Glob(wanted, wholePath, matchCase, separator);
  return new Part(wanted, wholePath, matchCase);
}

/** A text that is found anywhere. */
class Part implements NamePattern {
  work = 0;
  private readonly bytes: Uint8Array | undefined;

  constructor(
    private readonly wanted: string,
    readonly wholePath: boolean,
    private readonly matchCase: boolean,
  ) {
    if (ASCII_ONLY.test(wanted)) this.bytes = Uint8Array.from(wanted, (character) => character.charCodeAt(0));
  }

  matches(text: string): boolean {
    this.work += text.length;
    return (this.matchCase ? text : text.toLowerCase()).includes(this.wanted);
  }

  /** Letters of ASCII are compared without making a string. */
  matchesBytes(bytes: Uint8Array, from: number, to: number): boolean {
    const { bytes: wanted } = this;
    if (wanted === undefined) return this.matches(decodeByteString(bytes, from, to));
    this.work += to - from;
    for (let at = from; at <= to - wanted.length; at++) {
      let same = 0;
      while (same < wanted.length && this.fold(bytes[at + same]) === wanted[same]) same++;
      if (same === wanted.length) return true;
    }
    return false;
  }

  private fold(byte: number): number {
    return !this.matchCase && byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
  }
}

const ANY = -1;
const RUN = -2;
const WIDE_RUN = -3;

/** A pattern with wildcards, for a whole name or path. Goes back to the last `*` only: no exponential search. */
class Glob implements NamePattern {
  work = 0;
  /** Character codes, and ANY, RUN and WIDE_RUN. */
  private readonly tokens: number[] = [];
  private readonly separator: number;

  constructor(
    wanted: string,
    readonly wholePath: boolean,
    private readonly matchCase: boolean,
    separator: string,
  ) {
    this.separator = separator.charCodeAt(0);
    for (let i = 0; i < wanted.length; i++) {
      const character = wanted[i];
      if (character === '?') this.tokens.push(ANY);
      else if (character !== '*') this.tokens.push(wanted.charCodeAt(i));
      else if (this.tokens.at(-1) === RUN || this.tokens.at(-1) === WIDE_RUN) this.tokens.splice(-1, 1, WIDE_RUN);
      else this.tokens.push(RUN);
    }
  }

  matchesBytes(bytes: Uint8Array, from: number, to: number): boolean {
    return this.matches(decodeByteString(bytes, from, Math.min(to, from + MAX_GLOBBED)));
  }

  matches(text: string): boolean {
    const cut = text.slice(0, MAX_GLOBBED);
    const name = this.matchCase ? cut : cut.toLowerCase();
    const { tokens } = this;
    // places to go on from after a mismatch: behind the last `*` and behind the last `**`
    const back = { token: -1, at: 0 };
    const wide = { token: -1, at: 0 };
    let token = 0;
    let at = 0;
    for (;;) {
      this.work++;
      if (token < tokens.length && tokens[token] === WIDE_RUN) {
        wide.token = ++token;
        wide.at = at;
        back.token = -1;
      } else if (token < tokens.length && tokens[token] === RUN) {
        back.token = ++token;
        back.at = at;
      } else if (at === name.length && token === tokens.length) {
        return true;
      } else if (at < name.length && token < tokens.length && this.fits(tokens[token], name.charCodeAt(at))) {
        token++;
        at++;
      } else if (back.token >= 0 && back.at < name.length && name.charCodeAt(back.at) !== this.separator) {
        token = back.token;
        at = ++back.at;
      } else if (wide.token >= 0 && wide.at < name.length) {
        token = wide.token;
        at = ++wide.at;
        back.token = -1;
      } else {
        return false;
      }
    }
  }

  private fits(token: number, code: number): boolean {
    return token === code || (token === ANY && code !== this.separator);
  }
}
