import {
  clip,
  findMessage,
  layoutOfValue,
  type BodyValue,
  type MessageContext,
  type MessageName,
} from '../../protocol';
import { configLines, connectLines } from './connectLines';
import { scsiLines, tapeLines } from './deviceLines';
import { FieldReader } from './fields';
import { dataLines, extensionLines, moverLines } from './jobLines';
import type { Line, Lines } from './lines';
import { fileHistoryLines, logLines, notifyLines } from './postLines';

const MAX_SUMMARY = 200;

/** One entry for each message of the tables; a message without one does not compile. */
const lines: Readonly<Record<MessageName, Lines>> = {
  ...connectLines,
  ...configLines,
  ...scsiLines,
  ...tapeLines,
  ...dataLines,
  ...moverLines,
  ...notifyLines,
  ...logLines,
  ...fileHistoryLines,
  ...extensionLines,
};

/**
 * One line about a body in the field's terms, at most 200 characters, safe to show. Empty where there is nothing to say
 * beside the message's name and error: void bodies, failed replies, bodies whose layout is not known.
 */
export function summarize(value: BodyValue, context: MessageContext): string {
  const name = findMessage(context.code, context.version)?.name as MessageName | undefined;
  const line = name && lineOf(lines[name], context);
  const layout = line && layoutOfValue(value, context);
  if (!line || !layout || Object.keys(value).length === 0) return '';
  if (context.kind === 'reply' && value.error !== undefined && value.error !== 0) return '';
  const fields = new FieldReader(layout.schema, value);
  const text = typeof line === 'string' ? fields.fill(line) : line(fields);
  return clip(text.trim(), MAX_SUMMARY);
}

function lineOf(of: Lines, context: MessageContext): Line | undefined {
  return context.kind === 'reply' ? of.reply : (of.request ?? of.post);
}
