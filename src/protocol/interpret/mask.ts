import type { EnumTable } from '../schema';

/** Names of the bits that are set; bits without a name together as one '0x…' at the end. */
export function maskNames(table: EnumTable, value: number): string[] {
  const names: string[] = [];
  let rest = value >>> 0;
  for (const [bit, { name }] of table.values) {
    if ((rest & bit) === 0) continue;
    names.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names;
}
