import { UserError } from '../editor/userError';

/** What a model gave a tool, read without trust. */
export class ToolInput {
  private readonly fields: Record<string, unknown>;

  constructor(input: unknown) {
    this.fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  }

  text(name: string): string | undefined {
    const value = this.fields[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw new UserError(`'${name}' must be a text.`);
    return value;
  }

  /** A whole number from `least` to `most`. */
  integer(name: string, least: number, most: number): number | undefined {
    const value = this.fields[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw new UserError(`'${name}' must be a whole number from ${least} to ${most}.`);
    return value;
  }
}
