import { allMessages, ErrorCode, type EnumTable } from '../../protocol';

const codes = new Map(
  allMessages().flatMap(({ code, name, otherNames }) =>
    [name, ...otherNames].map((each): [string, number] => [each, code]),
  ),
);
const errors = new Map(Object.entries(ErrorCode).map(([name, code]) => [bareError(name), code as number]));

/** Names of messages as scripts write them: those of all versions. */
export const messageNames: readonly string[] = [...codes.keys()];

/** Names of errors as everything here shows them; scripts may also write NDMP_NO_MEM_ERR. */
export const errorNames: readonly string[] = Object.keys(ErrorCode);

export function messageCode(name: string): number | undefined {
  return codes.get(name);
}

/** An error by its name (NDMP_NO_MEM_ERR, NO_MEM_ERR, NO_MEM) or number (22, '0x20500100'). */
export function errorCode(given: string | number): number | undefined {
  if (typeof given === 'number') return wordOf(given);
  return errors.get(bareError(given)) ?? wordOf(given);
}

/** The number of an enumeration's name or of a mask's bit, as short as the tables have it or with the standard's prefix. */
export function tableNumber(table: EnumTable, given: string | number): number | undefined {
  if (typeof given === 'number') return wordOf(given);
  let found: { value: number; length: number } | undefined;
  for (const [value, { name }] of table.values) {
    if (given === name) return value;
    if (given.endsWith(`_${name}`) && name.length > (found?.length ?? 0)) found = { value, length: name.length };
  }
  return found?.value ?? wordOf(given);
}

/** A word of 32 bits, written as a number, in decimal or in hexadecimal; negative ones as their two's complement. */
export function wordOf(given: string | number): number | undefined {
  if (typeof given === 'string' && !/^(0x[0-9a-f]{1,8}|-?\d{1,10})$/i.test(given)) return undefined;
  const value = Number(given);
  return Number.isInteger(value) && value >= -0x80000000 && value <= 0xffffffff ? value : undefined;
}

function bareError(name: string): string {
  return name.replace(/^NDMP\d?_/, '').replace(/_ERR$/, '');
}
