import { findCode, isPostCode, type NdmpVersion } from '../protocol';
import type { LogClock, LogDialect, LogHead, LogLine, LogMessage, PlacedField, RawField } from './model';
import { NDMJOB_HEX, NDMJOB_NAMES, POSITIONAL } from './ndmjobNames';
import { errorOf } from './values';

/** `05:35:50.746222164 30334 #C `: time of day, process, source; the first two may be missing. */
const PREFIX = /^(?:(\d{1,2}):(\d\d):(\d\d)(?:\.(\d{1,9}))?\s+)?(?:(\d{1,10})\s+)?(#\w|SESS|WRAP|[A-Z]{3,5})\s(.*)$/s;
const HEAD =
  /^\s{0,4}(C>|>C|R>|>R)\s+(?:NDMP(\d)_([A-Z0-9_]{1,60})|\?0x([0-9a-f]{1,8})\?)\s+(\d{1,10})(?:\s+\((\d{1,10})\))?(?:\s+(?:NDMP\d_)?([A-Z0-9_]{1,40}))?\s*$/;
const ACCEPTED = /^Connection accepted (from|to) ([\w:.%[\]-]{1,60})/;
const ENDED = /^\s*ERR=/;
/** `env[0] name=`, `[3d] n_names=`, `..... destination_path=` (the rest of the element before). */
const ELEMENT = /^\s*(?:([a-z_]{0,20})\[(\d{1,7})d?\](?!=)|\.{3,})\s+/;
const DAY = 86400;

/**
 * The snoop log of ndmjob (Amanda's NDMP library, debug level 6): each message with its direction (`>C` received, `C>` a
 * request or post sent, `R>` a reply sent), and the fields that it has a printer for.
 */
export class NdmjobDialect implements LogDialect {
  readonly format = 'ndmjob-log';
  readonly names = NDMJOB_NAMES;
  readonly hex = NDMJOB_HEX;
  private hasTimes = false;
  private days = 0;
  private lastSecond = -1;

  get clock(): LogClock {
    return this.hasTimes ? 'time of day' : 'none';
  }

  read(text: string, line: LogLine): void {
    line.clear();
    const prefix = PREFIX.exec(text);
    if (prefix === null) {
      line.goOn(text);
      return;
    }
    const [, hours, minutes, seconds, fraction, process, source, rest] = prefix;
    if (hours !== undefined) this.time(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds), fraction, line);
    line.session = process;
    if (!source.startsWith('#')) {
      this.accepted(rest, line);
      return;
    }
    const head = HEAD.exec(rest);
    if (head !== null) {
      line.kind = 'head';
      line.head = headOf(head);
    } else if (ENDED.test(rest)) line.kind = 'end';
    else if (!rest.includes('=') && !POSITIONAL_LINE.test(rest)) line.kind = 'text';
    else {
      line.kind = 'fields';
      line.fields = fieldsOf(rest);
    }
  }

  message(head: LogHead | undefined, fields: RawField[], version: NdmpVersion): LogMessage {
    const code = head?.code;
    return {
      code: code ?? 0,
      kind: head?.reply === true ? 'reply' : code !== undefined && isPostCode(code) ? 'post' : 'request',
      version: head?.version ?? version,
      fromServer: head?.fromServer ?? false,
      sequence: head?.sequence ?? 0,
      replySequence: head?.replySequence ?? 0,
      headerError: head?.headerError ?? 0,
      timeStamp: 0,
      fields,
      problems: code === undefined ? ['The log does not tell which message this is.'] : [],
    };
  }

  place({ fields, code }: LogMessage): PlacedField[] {
    const placed: PlacedField[] = [];
    let element: (string | number)[] = [];
    for (const { name, value } of fields) {
      const [, list, number, inner = ''] = /^(?:([a-z_]*)\[(\d+)\])?\s?(.*)$/s.exec(name) ?? [];
      if (number !== undefined) {
        const isInner = (list === 'name' || list === 'stat') && typeof element[1] === 'number';
        element = isInner ? [...element.slice(0, 2), list, Number(number)] : [list, Number(number)];
      } else if (name !== '' && !name.startsWith('.')) element = [];
      if (inner === '' && number !== undefined) placed.push(...positional(code, element, value));
      else placed.push({ path: [...element, inner.replace(/^\.+\s*/, '')], value });
    }
    return placed;
  }

  private accepted(rest: string, line: LogLine): void {
    const accepted = ACCEPTED.exec(rest);
    if (accepted === null) return;
    const end = { address: accepted[2], port: 0 };
    line.kind = 'accept';
    line.accept = accepted[1] === 'from' ? { client: end } : { server: end };
  }

  /** A time of day that is much earlier than the one before belongs to the next day. */
  private time(second: number, fraction: string | undefined, line: LogLine): void {
    this.hasTimes = true;
    if (this.lastSecond - second > DAY / 2) this.days++;
    this.lastSecond = second;
    line.seconds = this.days * DAY + second;
    line.digits = fraction?.length ?? 0;
    line.nanos = fraction === undefined ? 0 : Number(fraction.padEnd(9, '0'));
  }
}

const POSITIONAL_LINE = /^\s*\[\d{1,7}\] /;

function headOf([, arrow, version, name, code, first, second, error]: RegExpExecArray): LogHead {
  const reply = arrow.includes('R');
  const number = code === undefined ? findCode(`NDMP_${name}`) : Number.parseInt(code, 16);
  const spoken = Number(version ?? 0);
  return {
    reply,
    code: number,
    version: spoken >= 1 && spoken <= 4 ? (spoken as NdmpVersion) : undefined,
    fromServer: reply || (number !== undefined && isPostCode(number)),
    sequence: Number((reply ? second : undefined) ?? first) >>> 0,
    replySequence: reply ? Number(first) >>> 0 : 0,
    headerError: error === undefined ? 0 : (errorOf(error) ?? 0),
  };
}

/** `env[0] name='HIST' value='y'` → `env[0] name`: HIST, `env[0] value`: y. A value without quotes goes up to the next name. */
function fieldsOf(text: string): RawField[] {
  const element = ELEMENT.exec(text);
  const prefix = element === null ? '' : element[2] === undefined ? '.....' : `${element[1]}[${element[2]}]`;
  let rest = element === null ? text : text.slice(element[0].length);
  const fields: RawField[] = [];
  if (element?.[1] === '' && !/^(?:n_|name=)/.test(rest)) return [{ name: prefix, value: rest }];
  for (let match = NAME.exec(rest); match !== null; match = NAME.exec(rest)) {
    const name = match[1].replace(/\[\d+\]$/, '');
    const value = valueAt(name, rest.slice(match[0].length));
    fields.push({ name: prefix === '' ? name : `${prefix} ${name}`, value: value.text });
    rest = rest.slice(match[0].length + value.length);
  }
  return fields;
}

const NAME = /^(?:[^=]*?\s)??\s*([a-z_][a-z_0-9]{0,39}(?:\[\d{1,7}\])?)=/;
const NEXT = /\s+[a-z_][a-z_0-9]{0,39}(?:\[\d{1,7}\])?=/;

function valueAt(name: string, text: string): { text: string; length: number } {
  if (name === 'unix') return { text, length: text.length };
  if (text.startsWith("'")) {
    // a quote inside the text is not marked: the last one before another name, or before the end, closes it
    for (let at = text.indexOf("'", 1); at > 0; at = text.indexOf("'", at + 1)) {
      const after = text.slice(at + 1);
      if (/^\s*$/.test(after) || /^\s+[a-z_][a-z_0-9]{0,39}=/.test(after))
        return { text: text.slice(1, at), length: at + 1 };
    }
    return { text: text.slice(1), length: text.length };
  }
  const end = text.startsWith('{') ? text.indexOf('}') + 1 : (NEXT.exec(text)?.index ?? 0);
  const length = end > 0 ? end : text.length;
  return { text: text.slice(0, length).trimEnd(), length };
}

/** `[0] NDMP2_FILE_REG 512 /a [0]`: entries of v2 file history have no names of fields. */
function positional(code: number, element: readonly (string | number)[], value: string): PlacedField[] {
  const layout = POSITIONAL[code];
  const values = layout?.pattern.exec(value)?.slice(1) ?? [];
  return values.map((each, at) => ({ path: [...element, layout.fields[at]], value: each }));
}
