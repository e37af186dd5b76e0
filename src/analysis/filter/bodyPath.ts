import type { BodyValue, StructType, Value, XdrType } from '../../protocol';

/** A step into a body: a field (or the name of a name/value pair), an array element, any field, or any depth. */
export type PathStep = { field: string } | { element: number } | { any: true } | { deep: true };

/** The steps of `env[0].name`, `env["MY VAR"]`, `*.name`, `**.size`; none for an empty path. */
export function parsePath(path: string): PathStep[] {
  const steps: PathStep[] = [];
  for (const [part] of path.matchAll(/\["[^"]*"\]|\[\d+\]|[^.[\]]+/g)) {
    if (part === '*') {
      steps.push({ any: true });
    } else if (part === '**') {
      steps.push({ deep: true });
    } else if (part.startsWith('["')) {
      steps.push({ field: part.slice(2, -2) });
    } else if (part.startsWith('[')) {
      steps.push({ element: Number(part.slice(1, -1)) });
    } else {
      steps.push({ field: part });
    }
  }
  return steps;
}

/** Called with what a path leads to; returns true to stop. */
export type PathVisitor = (value: Value, type: XdrType | undefined) => boolean;

/**
 * Visits everything a path leads to; arrays are entered without being named. Returns true when the visitor stopped it.
 * `type` describes `value`; what it does not describe is walked without types.
 */
export function walkPath(
  value: Value,
  type: XdrType | undefined,
  steps: readonly PathStep[],
  visit: PathVisitor,
  at = 0,
): boolean {
  if (at === steps.length) {
    return visit(value, type);
  }
  const step = steps[at];
  if ('deep' in step) {
    return walkDeep(value, type, steps, visit, at);
  }
  if ('element' in step) {
    return (
      Array.isArray(value) &&
      step.element < value.length &&
      walkPath(value[step.element], elementType(type), steps, visit, at + 1)
    );
  }
  if (Array.isArray(value)) {
    const inner = elementType(type);
    return value.some(
      (element) => walkNamedPair(element, inner, steps, visit, at) || walkPath(element, inner, steps, visit, at),
    );
  }
  if ('any' in step) {
    return children(value, type).some(([child, childType]) => walkPath(child, childType, steps, visit, at + 1));
  }
  if (!isStruct(value) || !Object.hasOwn(value, step.field)) {
    return false;
  }
  return walkPath(value[step.field], fieldType(type, value, step.field), steps, visit, at + 1);
}

/** The rest of the path from here and from everything below. Only fields are found so, not names of pairs. */
function walkDeep(
  value: Value,
  type: XdrType | undefined,
  steps: readonly PathStep[],
  visit: PathVisitor,
  at: number,
): boolean {
  return (
    (!Array.isArray(value) && walkPath(value, type, steps, visit, at + 1)) ||
    children(value, type).some(([child, childType]) => walkDeep(child, childType, steps, visit, at))
  );
}

/** `env.FILESYSTEM`: the value of the pair that has this name. */
function walkNamedPair(
  element: Value,
  type: XdrType | undefined,
  steps: readonly PathStep[],
  visit: PathVisitor,
  at: number,
): boolean {
  const step = steps[at];
  if (
    step === undefined ||
    !('field' in step) ||
    !isStruct(element) ||
    element.name !== step.field ||
    typeof element.value !== 'string'
  ) {
    return false;
  }
  return walkPath(element.value, fieldType(type, element, 'value'), steps, visit, at + 1);
}

export function isStruct(value: Value): value is BodyValue {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** The parts of a struct, union or array with their types; none for a leaf. */
export function children(value: Value, type: XdrType | undefined): [Value, XdrType | undefined][] {
  if (Array.isArray(value)) {
    const inner = elementType(type);
    return value.map((element) => [element, inner]);
  }
  return isStruct(value) ? Object.keys(value).map((name) => [value[name], fieldType(type, value, name)]) : [];
}

function elementType(type: XdrType | undefined): XdrType | undefined {
  return type?.kind === 'array' ? type.element : undefined;
}

function fieldType(type: XdrType | undefined, value: BodyValue, name: string): XdrType | undefined {
  if (type?.kind === 'struct') {
    return type.fields[name];
  }
  if (type?.kind !== 'union') {
    return undefined;
  }
  if (name === type.discriminant) {
    return type.on;
  }
  const chosen = type.cases[Number(value[type.discriminant])] ?? type.otherwise;
  return chosen?.fields[name];
}

/** The types a path can lead to in a body of this type; none when it leads nowhere. */
export function pathTypes(type: XdrType, steps: readonly PathStep[], at = 0): XdrType[] {
  if (at === steps.length) {
    return [type];
  }
  const step = steps[at];
  const inner = childTypes(type);
  if ('deep' in step) {
    const here = type.kind === 'array' ? [] : pathTypes(type, steps, at + 1);
    return [...here, ...inner.flatMap(([, child]) => pathTypes(child, steps, at))];
  }
  if ('element' in step) {
    return type.kind === 'array' ? pathTypes(type.element, steps, at + 1) : [];
  }
  if (type.kind === 'array') {
    const pair = 'field' in step ? pairValue(type.element) : undefined;
    return [...(pair === undefined ? [] : pathTypes(pair, steps, at + 1)), ...pathTypes(type.element, steps, at)];
  }
  return inner
    .filter(([name]) => 'any' in step || name === step.field)
    .flatMap(([, child]) => pathTypes(child, steps, at + 1));
}

function pairValue(type: XdrType): XdrType | undefined {
  return isPair(type) ? type.fields.value : undefined;
}

/** Whether a type is a name/value pair, whose arrays are addressed by name. */
export function isPair(type: XdrType): type is StructType {
  return type.kind === 'struct' && type.fields.name?.kind === 'string' && type.fields.value?.kind === 'string';
}

/** Names and types of what a type holds; array elements have the empty name. */
export function childTypes(type: XdrType): [string, XdrType][] {
  switch (type.kind) {
    case 'array':
      return [['', type.element]];
    case 'struct':
      return Object.entries(type.fields);
    case 'union': {
      const cases = [...Object.values(type.cases), ...(type.otherwise === undefined ? [] : [type.otherwise])];
      const fields = cases.flatMap((each) => Object.entries(each.fields));
      return [[type.discriminant, type.on], ...fields];
    }
    default:
      return [];
  }
}
