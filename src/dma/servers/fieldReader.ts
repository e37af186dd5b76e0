import { escapeText } from '../../protocol';

const MOST_ITEMS = 1000;
const MOST_CHARACTERS = 4096;

/** Reads the fields of an object out of a file of the user; what is wrong is told, not thrown. */
export class FieldReader {
  constructor(
    private readonly place: string,
    private readonly fields: Readonly<Record<string, unknown>>,
    private readonly problems: string[],
  ) {}

  value(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
  }

  /** @param otherwise what holds where nothing is said; without it something has to be said */
  text(name: string, otherwise: string | undefined): string {
    const value = this.value(name) ?? otherwise;
    if (isText(value) && (value !== '' || value === otherwise)) return value;
    return this.wrong(name, 'a text', '');
  }

  texts(name: string): string[] {
    const value = this.value(name) ?? [];
    if (Array.isArray(value) && value.length <= MOST_ITEMS && value.every((each) => isText(each) && each !== ''))
      return value as string[];
    return this.wrong(name, 'a list of texts', []);
  }

  whole(name: string, low: number, high: number, otherwise: number): number {
    const value = this.value(name) ?? otherwise;
    if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
    return this.wrong(name, `a number from ${low} to ${high}`, otherwise);
  }

  /** An object of whole numbers from 0. */
  numbers(name: string, high: number): Record<string, number> {
    const value = this.value(name) ?? {};
    const isRight = (each: unknown): boolean =>
      typeof each === 'number' && Number.isInteger(each) && each >= 0 && each <= high;
    if (isObject(value) && Object.values(value).every(isRight)) return value as Record<string, number>;
    return this.wrong(name, `an object of numbers from 0 to ${high}`, {});
  }

  oneOf<T extends string | number>(name: string, choices: readonly T[], otherwise: T): T {
    const value = this.value(name) ?? otherwise;
    const found = choices.find((choice) => choice === value);
    return found ?? this.wrong(name, `one of ${choices.join(', ')}`, otherwise);
  }

  inner(name: string, known: readonly string[]): FieldReader | undefined {
    const value = this.value(name);
    if (!isObject(value)) return this.wrong(name, `an object with ${known.join(' and ')}`, undefined);
    const place = `${this.place}.${name}`;
    for (const field of Object.keys(value))
      if (!known.includes(field))
        this.problems.push(`${place} has "${escapeText(field.slice(0, 80))}", which is not known here`);
    return new FieldReader(place, value, this.problems);
  }

  private wrong<T>(name: string, wanted: string, otherwise: T): T {
    this.problems.push(`${this.place}.${name} has to be ${wanted}`);
    return otherwise;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_CHARACTERS && !value.includes('\0');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
