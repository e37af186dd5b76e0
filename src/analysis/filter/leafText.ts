import { errorName, hexText, ipv4Text, ipv6Text, type Value, type XdrType } from '../../protocol';

/**
 * How a single value of a body reads: enum values by name, masks as the names of their bits, addresses as text,
 * opaque bytes as hexadecimal digits. Numbers without a name give their decimal digits.
 */
export function leafTexts(value: Value, type: XdrType | undefined): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  if (value instanceof Uint8Array) {
    return type?.kind === 'opaque' && type.shape === 'ipv6' ? [ipv6Text(value)] : [hexText(value)];
  }
  if (typeof value !== 'number') {
    return typeof value === 'bigint' ? [value.toString()] : [];
  }
  switch (type?.kind) {
    case 'enum':
      return [type.table.values.get(value)?.name ?? String(value)];
    case 'error':
      return [errorName(value)];
    case 'mask':
      return [...type.table.values].filter(([bit]) => (value & bit) !== 0).map(([, { name }]) => name);
    case 'ipv4':
      return [ipv4Text(value)];
    default:
      return [String(value)];
  }
}
