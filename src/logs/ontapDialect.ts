import { findCode, isPostCode, type NdmpVersion } from '../protocol';
import type { LogClock, LogDialect, LogHead, LogLine, LogMessage, PlacedField, RawField } from './model';
import { OntapPrefixReader } from './ontapPrefix';
import { errorOf, wordOf } from './values';

/** `DMA>>S V4 sequence=10 (0xa)`, `DMA < S V3 sequence=7`, `S < BKUP …`. */
const HEAD = /^(\w{1,16})\s*(>>|<<|>|<)\s*(\w{1,16})\s+V(\d)\s+sequence\s*=\s*(\d{1,10}|0x[0-9a-f]{1,8})/i;
/** Names hold words, indexes and spaces, and no colon. */
const FIELD = /^([A-Za-z_][\w .[\]-]{0,119}?)\s*=(.*)$/s;
const STATE = /^(?:DATA|MOVER|TAPE|SCSI)\s+\w+\s*:/;
const ACCESS =
  /ndmpd?\.access\s+(\w+)\s+for\s+version\s*=\s*(\d+),\s*sessionId\s*=\s*([\w:.-]{1,40}),\s*from\s+src\s+ip\s*=\s*([\w:.%-]{1,60}),\s*dst\s+ip\s*=\s*([\w:.%-]{1,60}),\s*src\s+port\s*=\s*(\d{1,5}),\s*dst\s+port\s*=\s*(\d{1,5})/i;
const INDEXED = /^([A-Za-z_][\w-]*)((?:\[\d{1,9}\])*)$/;

/** Header fields, by their names with spaces as '_'. */
const HEADER = new Set([
  'time_stamp',
  'message_type',
  'message_code',
  'message',
  'reply_sequence',
  'error_code',
  'error_status',
]);

/**
 * NetApp ONTAP's NDMP debug log (`ndmpd.log`, 7-mode `/etc/log/ndmpdlog.*`): a head line for each message, then a line for
 * each field. There is no public description; what is read is what published excerpts show, and unknown fields are kept.
 */
export class OntapDialect implements LogDialect {
  readonly format = 'ontap-log';
  readonly names = ONTAP_NAMES;
  readonly hex: ReadonlySet<string> = new Set();
  private readonly prefixes = new OntapPrefixReader();
  private hasTimes = false;
  private hasPeerTimes = false;
  /** Lines have a prefix; those that have none go on with the text of the one before. */
  private isPrefixed = false;
  /** Only the first line of an entry has a prefix (7-mode). */
  private hasLongEntries = false;

  get clock(): LogClock {
    return this.hasTimes ? 'log' : this.hasPeerTimes ? 'peer' : 'none';
  }

  read(text: string, line: LogLine): void {
    line.clear();
    const { form, rest } = this.prefixes.read(text, line);
    if (line.seconds >= 0) this.hasTimes = true;
    const access = rest.includes('ccess') ? ACCESS.exec(rest) : null;
    if (access !== null) {
      this.accept(access, line);
      return;
    }
    if (form === 'clustered' || form === '7-mode') this.isPrefixed = true;
    if (form === '7-mode') this.hasLongEntries = true;
    const head = rest.includes('sequence') ? HEAD.exec(rest.trimStart()) : null;
    if (head !== null) {
      this.head(head, line);
      return;
    }
    const goesOn = form === undefined && this.isPrefixed;
    const field = STATE.test(rest) || (goesOn && !this.hasLongEntries) ? null : FIELD.exec(rest.trimStart());
    if (field === null) {
      if (goesOn) line.goOn(rest);
      return;
    }
    const name = canonical(field[1]);
    line.kind = 'fields';
    line.fields = [{ name: field[1].trim(), value: field[2].trimEnd() }];
    if (name !== 'time_stamp') return;
    line.startsMessage = true;
    this.peerTime(field[2], line);
  }

  message(head: LogHead | undefined, fields: RawField[], version: NdmpVersion): LogMessage {
    const header = new Map<string, string>();
    const body: RawField[] = [];
    for (const field of fields) {
      const name = canonical(field.name);
      if (HEADER.has(name) && !header.has(name) && body.length === 0) header.set(name, field.value);
      else body.push(field);
    }
    const problems: string[] = [];
    const number = (name: string): number | undefined => wordOf(header.get(name) ?? '');
    const codeText = header.get('message_code') ?? header.get('message') ?? '';
    const code = wordOf(codeText) ?? codeByName(codeText);
    const spoken = head?.version ?? versionOf(codeText) ?? version;
    const isReply = number('message_type') === 1 || /REPLY/.test(header.get('message_type') ?? '');
    const error = errorOf(header.get('error_code') ?? header.get('error_status') ?? '');
    if (code === undefined) problems.push('The log does not tell which message this is.');
    if (head?.sequence === undefined) problems.push('The log does not tell the sequence number: shown as 0.');
    if (isReply && number('reply_sequence') === undefined)
      problems.push('The log does not tell the sequence number of the request: shown as 0.');
    const isPost = !isReply && code !== undefined && isPostCode(code);
    return {
      code: code ?? 0,
      kind: isReply ? 'reply' : isPost ? 'post' : 'request',
      version: spoken,
      fromServer: head?.fromServer ?? (isReply || isPost),
      sequence: head?.sequence ?? 0,
      replySequence: number('reply_sequence') ?? 0,
      headerError: error ?? 0,
      timeStamp: number('time_stamp') ?? 0,
      fields: body,
      problems,
    };
  }

  place({ fields }: LogMessage): PlacedField[] {
    return fields.map(({ name, value }) => placed(name, value));
  }

  private head([, from, arrow, to, version, sequence]: RegExpExecArray, line: LogLine): void {
    // traffic between the server and its own backup engine is on no connection
    if (![from, to].some((side) => /^DMA$/i.test(side))) return;
    line.kind = 'head';
    const isToRight = arrow.startsWith('>');
    line.head = {
      fromServer: isToRight !== /^DMA$/i.test(from),
      version: asVersion(Number(version)),
      sequence: Number(sequence) >>> 0,
    };
  }

  private accept(
    [, verb, version, session, source, destination, sourcePort, destinationPort]: RegExpExecArray,
    line: LogLine,
  ): void {
    line.session = session;
    if (!/^allow/i.test(verb)) return;
    line.kind = 'accept';
    line.accept = {
      client: { address: source, port: Number(sourcePort) & 0xffff },
      server: { address: destination, port: Number(destinationPort) & 0xffff },
      version: Number(version),
    };
  }

  /** The sender's clock stands in for a log without times, and tells the year of a log that names none. */
  private peerTime(text: string, line: LogLine): void {
    const stamp = wordOf(text);
    if (stamp === undefined || stamp === 0) return;
    this.hasPeerTimes = true;
    this.prefixes.learnYear(new Date(stamp * 1000).getUTCFullYear());
    if (line.seconds < 0 && !this.hasTimes) line.seconds = stamp;
  }
}

/** `message type` → `message_type`. */
function canonical(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, '_');
}

/** `tcp_addr[0] addr_env[1] name` → `tcp_addr`, 0, `addr_env`, 1, `name`; `tcp_addr len` is a number of elements. */
function placed(name: string, value: string): PlacedField {
  const path: (string | number)[] = [];
  let words: string[] = [];
  const flush = (): void => {
    if (words.length > 0) path.push(words.join('_'));
    words = [];
  };
  for (const word of name.trim().split(/[\s.]+/)) {
    const [, plain, indexes] = INDEXED.exec(word) ?? [undefined, word, ''];
    words.push(plain.toLowerCase());
    if (indexes === '') continue;
    flush();
    for (const [, index] of indexes.matchAll(/\[(\d+)\]/g)) path.push(Number(index));
  }
  const isLength = words.length > 1 && /^(len|length|count)$/.test(words[words.length - 1]);
  if (isLength) words.pop();
  flush();
  return { path, value, isLength };
}

function codeByName(text: string): number | undefined {
  const name = /NDMP\d?_(\w{2,60})/.exec(text)?.[1];
  return name === undefined ? undefined : findCode(`NDMP_${name}`);
}

/** `0x40a (NDMP4_DATA_CONNECT)` → 4. */
function versionOf(text: string): NdmpVersion | undefined {
  const digit = /\bNDMP(\d)_/.exec(text)?.[1];
  return digit === undefined ? undefined : asVersion(Number(digit));
}

function asVersion(version: number): NdmpVersion | undefined {
  return version >= 1 && version <= 4 ? (version as NdmpVersion) : undefined;
}

/** Fields that the NDMP definition files name otherwise than our tables. */
const ONTAP_NAMES: Readonly<Record<string, readonly string[]>> = {
  protocol_version: ['version'],
  tape_op: ['op'],
  bu_type: ['butype_name'],
  butype_name: ['bu_type'],
  entry: ['message', 'log_message'],
  destination_path: ['destination_dir'],
  cdb: ['cmd'],
  ext_sense: ['sense'],
};
