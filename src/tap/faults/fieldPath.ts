import { filledBody, type BodyValue, type StructType, type UnionType, type Value, type XdrType } from '../../protocol';

/** A field of a body, to be looked at and set. */
export interface FieldPlace {
  type: XdrType;
  /** Undefined where it is not there, such as a variable that is not in the environment. */
  value: Value | undefined;
  /** Undefined takes it out, where it is an element of a list or a variable. @returns whether that can be done */
  set(value: Value | undefined): boolean;
}

type Step = string | number;

/**
 * The field of a body by its path: `reason`, `env[2].value`, `connect_addr.tcp_addr[0].port`, and `env.HIST` for the value
 * of a variable.
 * @returns undefined where this body has no such field
 */
export function fieldAt(schema: StructType, body: BodyValue, path: string): FieldPlace | undefined {
  const steps = stepsOf(path);
  let type: XdrType = schema;
  let value: Value = body;
  for (let at = 0; at < steps.length; at++) {
    const isLast = at === steps.length - 1;
    if (type.kind === 'array') {
      const list = value as Value[];
      const step = steps[at];
      if (isPair(type.element) && typeof step === 'string')
        return variable(type.element, list, restOf(path, steps, at));
      if (typeof step !== 'number' || step >= list.length) return undefined;
      if (isLast) return element(type.element, list, step);
      type = type.element;
      value = list[step];
      continue;
    }
    if (type.kind !== 'struct' && type.kind !== 'union') return undefined;
    const parent = value as BodyValue;
    const member = memberOf(type, parent, steps[at]);
    if (!member) return undefined;
    const name = String(steps[at]);
    if (isLast) return field(type, member, parent, name);
    type = member;
    value = parent[name];
    if (value === undefined) return undefined;
  }
  return undefined;
}

/** The type of a field that bodies of this layout may have; undefined where none has. */
export function typeAt(schema: StructType, path: string): XdrType | undefined {
  let types: XdrType[] = [schema];
  const steps = stepsOf(path);
  for (const [at, step] of steps.entries()) {
    const [array] = types;
    if (array?.kind === 'array' && isPair(array.element) && typeof step === 'string') return array.element.fields.value;
    types = types.flatMap((type) => below(type, step));
    if (types.length === 0) return undefined;
    if (at === steps.length - 1) return types[0];
  }
  return undefined;
}

/** Paths of the fields of a layout, without those in lists, for who has mistyped one. */
export function pathsOf(type: XdrType, before = ''): string[] {
  const own = (name: string) => (before === '' ? name : `${before}.${name}`);
  if (type.kind === 'struct')
    return Object.entries(type.fields).flatMap(([name, each]) => [own(name), ...pathsOf(each, own(name))]);
  if (type.kind === 'union')
    return [own(type.discriminant), ...Object.values(type.cases).flatMap((each) => pathsOf(each, before))];
  return type.kind === 'array' ? pathsOf(type.element, `${before}[0]`) : [];
}

function below(type: XdrType, step: Step): XdrType[] {
  if (type.kind === 'array') return typeof step === 'number' ? [type.element] : [];
  if (typeof step === 'number') return [];
  if (type.kind === 'struct') return Object.hasOwn(type.fields, step) ? [type.fields[step]] : [];
  if (type.kind !== 'union') return [];
  if (step === type.discriminant) return [type.on];
  const cases = [...Object.values(type.cases), ...(type.otherwise ? [type.otherwise] : [])];
  return cases.flatMap((each) => below(each, step));
}

function memberOf(type: StructType | UnionType, value: BodyValue, step: Step): XdrType | undefined {
  if (typeof step === 'number') return undefined;
  if (type.kind === 'union') {
    if (step === type.discriminant) return type.on;
    const chosen = type.cases[value[type.discriminant] as number] ?? type.otherwise;
    return chosen && memberOf(chosen, value, step);
  }
  return Object.hasOwn(type.fields, step) ? type.fields[step] : undefined;
}

function field(parentType: StructType | UnionType, type: XdrType, parent: BodyValue, name: string): FieldPlace {
  return {
    type,
    value: parent[name],
    set(value) {
      if (value === undefined) return false;
      if (parentType.kind === 'union' && name === parentType.discriminant) become(parentType, parent, value as number);
      else parent[name] = value;
      return true;
    },
  };
}

/** Another discriminant brings the fields of its own case, empty. */
function become(type: UnionType, union: BodyValue, discriminant: number): void {
  const chosen = type.cases[discriminant] ?? type.otherwise;
  const filled = chosen ? filledBody(chosen, union) : {};
  for (const name of Object.keys(union)) delete union[name];
  Object.assign(union, { [type.discriminant]: discriminant }, filled);
}

function element(type: XdrType, list: Value[], at: number): FieldPlace {
  return {
    type,
    value: list[at],
    set(value) {
      if (value === undefined) list.splice(at, 1);
      else list[at] = value;
      return true;
    },
  };
}

function variable(pair: StructType, list: Value[], name: string): FieldPlace {
  const at = list.findIndex((each) => (each as BodyValue).name === name);
  return {
    type: pair.fields.value,
    value: at < 0 ? undefined : (list[at] as BodyValue).value,
    set(value) {
      if (value === undefined) {
        if (at >= 0) list.splice(at, 1);
      } else if (at < 0) list.push({ name, value });
      else (list[at] as BodyValue).value = value;
      return true;
    },
  };
}

function isPair(type: XdrType): type is StructType {
  return type.kind === 'struct' && Object.keys(type.fields).join() === 'name,value';
}

/** Of `a.b[3].c`: a, b, 3, c. */
function stepsOf(path: string): Step[] {
  return [...path.matchAll(/\[(\d{1,6})\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? name : Number(index),
  );
}

/** A variable's name may hold dots: it is all that is left of the path. */
function restOf(path: string, steps: readonly Step[], at: number): string {
  const before = steps.slice(0, at).map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
  return path.slice(before.join('').replace(/^\./, '').length + 1);
}
