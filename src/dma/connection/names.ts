import { ErrorCode } from '../../protocol';

const names = new Map<number, string>(Object.entries(ErrorCode).map(([name, code]) => [code, name]));

/** An error by its name, such as 'ILLEGAL_STATE'; unknown ones as hexadecimal numbers. */
export function nameOfError(error: number): string {
  return names.get(error) ?? `0x${(error >>> 0).toString(16)}`;
}
