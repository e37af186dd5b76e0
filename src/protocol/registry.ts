import type { BodyLayout, InterfaceName, MessageKind, MessageType, NdmpVersion } from './model';
import type { StructType } from './schema';
import { messageTables } from './tables/index';
import type { MessageSpec } from './tables/message';
import { vendorOfClass, vendorPrefix } from './vendors';

const versions: readonly NdmpVersion[] = [1, 2, 3, 4];
const kinds: readonly MessageKind[] = ['request', 'reply', 'post'];
const specs: readonly MessageSpec[] = messageTables;

const interfaceByHighByte: ReadonlyMap<number, InterfaceName> = new Map([
  [0x01, 'config'],
  [0x02, 'scsi'],
  [0x03, 'tape'],
  [0x04, 'data'],
  [0x05, 'notify'],
  [0x06, 'log'],
  [0x07, 'fh'],
  [0x09, 'connect'],
  [0x0a, 'mover'],
]);

const byVersion = new Map(versions.map((version) => [version, new Map(specs.map((spec) => resolve(spec, version)))]));
const byName = new Map(
  specs.flatMap((spec) => [spec.name, ...(spec.otherNames ?? [])].map((name) => [name, spec.code])),
);

/** All messages, as the given version sees them, in the order of the tables. */
export function allMessages(version: NdmpVersion = 4): readonly MessageType[] {
  return [...(byVersion.get(version)?.values() ?? [])];
}

/** A known message; when this version does not define it, with the bodies of the nearest version that does. */
export function findMessage(code: number, version: NdmpVersion): MessageType | undefined {
  return byVersion.get(version)?.get(code >>> 0);
}

/** Code of a message by its name with prefix, also by its names in other versions. */
export function findCode(name: string): number | undefined {
  return byName.get(name);
}

/**
 * 'NDMP_CONNECT_OPEN'; unknown codes: 'NDMP_0x0308', 'NETAPP_0x20530001' where the owner of the class is known, else
 * 'EXT_0x30000001'. Below v4 the vendor and prototype ranges of the core space are named 'VENDOR_0xf001', 'PROTO_0xff01'.
 */
export function messageName(code: number, version: NdmpVersion): string {
  const known = findMessage(code, version);
  if (known) return known.name;
  const word = code >>> 0;
  if (word > 0xffff) {
    const vendor = vendorOfClass(word >>> 16);
    return `${vendor ? vendorPrefix(vendor) : 'EXT'}_0x${word.toString(16).padStart(8, '0')}`;
  }
  const prefix = version === 4 || word < 0xf000 ? 'NDMP' : word < 0xff00 ? 'VENDOR' : 'PROTO';
  return `${prefix}_0x${word.toString(16).padStart(4, '0')}`;
}

const CONNECT_CLOSE = 0x902;

/** Whether a request has a reply: every one but CONNECT_CLOSE (NDMPv4 draft, section 3.1). */
export function isAnswered(code: number): boolean {
  return code !== CONNECT_CLOSE;
}

export function interfaceOf(code: number): InterfaceName {
  return code >>> 16 === 0 ? (interfaceByHighByte.get(code >>> 8) ?? 'extension') : 'extension';
}

/** Whether the code belongs to any version, any extension table, or looks like a message of a known vendor's class. */
export function isKnownCode(code: number): boolean {
  const word = code >>> 0;
  if (findMessage(word, 4)) return true;
  return word > 0xffff && (word & 0xffff) <= 0x0fff && vendorOfClass(word >>> 16) !== undefined;
}

/** Whether messages of this code are posts: sent by the server, never answered. */
export function isPostCode(code: number): boolean {
  const known = findMessage(code, 4);
  if (known) return known.post;
  const name = interfaceOf(code);
  return name === 'notify' || name === 'log' || name === 'fh';
}

/** Layouts to try for a body, the proper one first; empty when nothing is known. */
export function layoutsOf(code: number, version: NdmpVersion, kind: MessageKind): readonly BodyLayout[] {
  const layouts = findMessage(code, version)?.layouts;
  if (!layouts) return [];
  if (kind === 'reply') return layouts.reply ?? [];
  return (kind === 'post' ? (layouts.post ?? layouts.request) : (layouts.request ?? layouts.post)) ?? [];
}

/** Where the body's error word stands: byte offset within the body (0 or 4), -1 when the body has none. */
export function bodyErrorOffset(code: number, version: NdmpVersion, kind: MessageKind): number {
  if (kind !== 'reply') return -1;
  const layout = findMessage(code, version)?.layouts.reply?.[0];
  return layout ? errorOffset(layout.schema) : -1;
}

function errorOffset(schema: StructType): number {
  const [first, second] = Object.values(schema.fields);
  if (first?.kind === 'error') return 0;
  return first?.kind === 'mask' && second?.kind === 'error' ? 4 : -1;
}

function resolve(spec: MessageSpec, version: NdmpVersion): [number, MessageType] {
  const layouts: { [kind in MessageKind]?: readonly BodyLayout[] } = {};
  for (const kind of kinds) {
    const found = layoutsFor(spec, version, kind);
    if (found.length > 0) layouts[kind] = found;
  }
  return [
    spec.code,
    {
      code: spec.code,
      name: spec.name,
      otherNames: spec.otherNames ?? [],
      interface: spec.interface,
      post: Object.values(spec.bodies).some((bodies) => bodies.post !== undefined),
      doc: spec.doc,
      versions: versions.filter((candidate) => spec.bodies[candidate] !== undefined),
      layouts,
    },
  ];
}

/** The version's own layout (or the nearest version's), the variants of the field, then what other versions have. */
function layoutsFor(spec: MessageSpec, version: NdmpVersion, kind: MessageKind): BodyLayout[] {
  const home = nearestVersions(version).find((candidate) => spec.bodies[candidate] !== undefined);
  const own = home && spec.bodies[home]?.[kind];
  if (!own) return [];
  const layouts: BodyLayout[] = [{ schema: own }, ...(spec.variants?.[kind] ?? [])];
  for (const neighbour of nearestVersions(home)) {
    const schema = neighbour > 1 ? spec.bodies[neighbour]?.[kind] : undefined;
    if (!schema || layouts.some((layout) => layout.schema === schema)) continue;
    layouts.push({ schema, deviation: `laid out as in NDMPv${neighbour}, not as in NDMPv${home}` });
  }
  return layouts;
}

function nearestVersions(version: NdmpVersion): NdmpVersion[] {
  return [...versions].sort((a, b) => Math.abs(a - version) - Math.abs(b - version) || b - a);
}
