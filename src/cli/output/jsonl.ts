import type { MessageView } from '../../analysis/messageView';
import type { JsonObject, JsonValue } from '../../protocol';
import type { Column } from './columns';
import type { RowWriter } from './rowWriter';

/**
 * JSON in one line. Characters that a terminal would act on or that hide text (C1 controls, bidirectional marks, line
 * separators) are written as \u escapes, which changes nothing for a JSON reader.
 */
export function jsonLine(value: JsonValue): string {
  return JSON.stringify(value).replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** One JSON object a message, or the named columns of it; `file` comes first where several files are read. */
export class JsonlWriter implements RowWriter {
  private file: JsonObject = {};

  constructor(private readonly columns: readonly Column[] | undefined) {}

  head(_source: unknown, title: string | undefined): string[] {
    this.file = title === undefined ? {} : { file: title };
    return [];
  }

  row(view: MessageView): string {
    const fields =
      this.columns === undefined
        ? view.json()
        : Object.fromEntries(this.columns.map((column) => [column.name, column.json(view)]));
    return jsonLine({ ...this.file, ...fields });
  }
}
