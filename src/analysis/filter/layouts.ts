import {
  findMessage,
  type BodyValue,
  type MessageContext,
  type MessageKind,
  type NdmpVersion,
  type XdrType,
} from '../../protocol';
import { definedMessages } from './names';

/** One body layout of one message in one version. */
export interface Layout {
  code: number;
  version: NdmpVersion;
  kind: MessageKind;
  /** Without NDMP_. */
  message: string;
  schema: XdrType;
}

const kinds: readonly MessageKind[] = ['request', 'reply', 'post'];
let layouts: readonly Layout[] | undefined;

export function allLayouts(): readonly Layout[] {
  layouts ??= definedMessages().flatMap(({ message, version }) =>
    kinds.flatMap((kind) =>
      (message.layouts[kind] ?? []).map(({ schema }) => ({
        code: message.code,
        version,
        kind,
        message: message.name.replace(/^NDMP_/, ''),
        schema,
      })),
    ),
  );
  return layouts;
}

/** The types of a decoded body: of the first layout that has all its fields. */
export function schemaOf(value: BodyValue, context: MessageContext): XdrType | undefined {
  const candidates = findMessage(context.code, context.version)?.layouts[context.kind] ?? [];
  const names = Object.keys(value);
  const fitting = candidates.find(({ schema }) => names.every((name) => Object.hasOwn(schema.fields, name)));
  return fitting?.schema;
}
