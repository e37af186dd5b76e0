import { layoutOfValue } from '../../protocol';
import { bodyOf } from '../connections';
import type { MessageSource } from '../messageView';
import { FieldReader } from '../summary/fields';

/** A field of a message in words: enumerations by name; '' when it is not there. */
export function fieldText(source: MessageSource, row: number, name: string): string {
  const value = bodyOf(source, row);
  const layout = layoutOfValue(value, source.context(row));
  return layout === undefined ? '' : new FieldReader(layout.schema, value).text(name);
}
