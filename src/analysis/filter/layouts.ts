import type { MessageKind, NdmpVersion, XdrType } from '../../protocol';
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
