import { clip, escapeText, nearestNames, type StructType, type XdrType } from '../../protocol';
import { pathsOf, typeAt } from './fieldPath';
import { takes, valueFrom } from './fieldValues';
import { headerFields } from './headerFields';
import type { Fields, FieldValue } from './model';

/**
 * What is wrong with fields that a script names: no body of the messages that it is for has them, or they cannot have such
 * a value.
 * @param schemas bodies of these messages, in all versions
 * @param asked whether a list of values stands for any of them; otherwise null takes a field out
 */
export function fieldsWrong(fields: Fields, schemas: readonly StructType[], place: string, asked: boolean): string[] {
  const problems: string[] = [];
  for (const [path, value] of Object.entries(fields)) {
    const shown = `${place}.${escapeText(clip(path, 100))}`;
    const types = path.startsWith('header.') ? headerTypes(path) : typesAt(path, schemas);
    if (types.length === 0) problems.push(`${shown} ${missing(path, schemas)}`);
    else if (!types.some((type) => isTaken(type, value, asked))) problems.push(`${shown} has to be ${takes(types[0])}`);
  }
  return problems;
}

function isTaken(type: XdrType, value: FieldValue, asked: boolean): boolean {
  if (value === null) return !asked;
  if (asked && Array.isArray(value) && type.kind !== 'mask')
    return (value as (string | number)[]).every((each) => valueFrom(type, each) !== undefined);
  return valueFrom(type, value) !== undefined;
}

function headerTypes(path: string): XdrType[] {
  const field = headerFields.get(path);
  return field ? [field.type] : [];
}

function typesAt(path: string, schemas: readonly StructType[]): XdrType[] {
  return schemas.map((schema) => typeAt(schema, path)).filter((type) => type !== undefined);
}

function missing(path: string, schemas: readonly StructType[]): string {
  if (schemas.length === 0) return 'needs a message: name it, so that it is known which fields there are';
  const known = [...new Set([...schemas.flatMap((schema) => pathsOf(schema)), ...headerFields.keys()])];
  const alike = nearestNames(path, known);
  return `is no field of it; ${alike.length > 0 ? `did you mean ${alike.join(' or ')}?` : `it has ${clip(known.join(', '), 300)}`}`;
}
