import type { BodyLayout, InterfaceName, MessageKind, NdmpVersion } from '../model';
import { error, struct, type StructType } from '../schema';
import { FieldDocs } from './fieldDocs';

/** The bodies that a message has in one version; a kind it does not have is left out. */
export interface Bodies {
  readonly request?: StructType;
  readonly reply?: StructType;
  readonly post?: StructType;
}

/** One row of the message tables. */
export interface MessageSpec {
  readonly code: number;
  readonly name: string;
  readonly otherNames?: readonly string[];
  readonly interface: InterfaceName;
  readonly doc: string;
  readonly bodies: { readonly [version in NdmpVersion]?: Bodies };
  /** Layouts that are not the specified one but are seen in the field; tried when the specified one does not fit. */
  readonly variants?: { readonly [kind in MessageKind]?: readonly BodyLayout[] };
}

/** Keeps the exact type of a row, from which the TypeScript types of its bodies follow; every field gets a sentence. */
export function message<const S extends MessageSpec>(spec: S): S {
  const docs = new FieldDocs(spec.name);
  const bodies = Object.entries<Bodies>(spec.bodies).map(([version, kinds]) => [
    version,
    Object.fromEntries(Object.entries<StructType>({ ...kinds }).map(([kind, schema]) => [kind, docs.struct(schema)])),
  ]);
  const variants = Object.entries(spec.variants ?? {}).map(([kind, layouts]) => [
    kind,
    layouts.map((layout) => ({ ...layout, schema: docs.struct(layout.schema) })),
  ]);
  return {
    ...spec,
    bodies: Object.fromEntries(bodies) as S['bodies'],
    ...(spec.variants ? { variants: Object.fromEntries(variants) as S['variants'] } : {}),
  };
}

export const nothing = struct({});
export const errorOnly = struct({ error });
/** A body whose layout is not publicly documented: all of it stays raw. */
export const undocumented = struct({}, { rest: 'layout not publicly documented' });

export function v2v3v4<const B extends Bodies>(bodies: B): { readonly 2: B; readonly 3: B; readonly 4: B } {
  return { 2: bodies, 3: bodies, 4: bodies };
}

export function v2v3<const B extends Bodies>(bodies: B): { readonly 2: B; readonly 3: B } {
  return { 2: bodies, 3: bodies };
}

export function v3v4<const B extends Bodies>(bodies: B): { readonly 3: B; readonly 4: B } {
  return { 3: bodies, 4: bodies };
}
