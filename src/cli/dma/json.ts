import { jsonText } from '../../protocol';

/**
 * A result of the DMA as one line of JSON: 64-bit numbers as decimal strings, bytes of names that are not UTF-8 as \xNN,
 * what is not known as null.
 */
export function resultJson(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) => {
    if (typeof each === 'bigint') return each.toString();
    if (typeof each === 'string') return jsonText(each);
    return each === undefined ? null : each;
  });
}
