import type { FileSystem, ServerReport } from '../query/model';
import type { PlanInputs } from './model';

/** Extension classes of NetApp, and the versions that are spoken here. */
export const Extension = { CAE: { class: 0x2051, version: 1 }, CAB: { class: 0x2052, version: 1 } } as const;

type ExtensionChoice = (typeof Extension)[keyof typeof Extension];

/** What a server can select: it offers the class in this version, and speaks v4, which alone has extensions. */
export function offers(report: ServerReport, { class: id, version }: ExtensionChoice): boolean {
  if (report.version < 4) return false;
  const offered = report.extensions.some((each) => each.class === id && each.versions.includes(version));
  return offered || report.inForce.some((each) => each.class === id && each.version === version);
}

/** ONTAP, real or simulated: NetApp's tables hold for it, and for nothing else. */
export function isOntap({ vendor, product, osType, osVersion }: ServerReport): boolean {
  return /netapp|ontap/i.test([vendor, product, osType, osVersion].map((each) => each.slice(0, 200)).join(' '));
}

/** NDMJOB, the reference implementation: its data server cannot listen (DATA_LISTEN is NOT_SUPPORTED). */
export function isNdmjob({ vendor, product }: ServerReport): boolean {
  return /ndmjob/i.test(`${vendor.slice(0, 200)} ${product.slice(0, 200)}`);
}

/** Whether data and tape are reached by one and the same control connection. */
export function isOneServer({ job, data, tape }: PlanInputs): boolean {
  return job.target.server === undefined || job.target.server === job.server || data === tape;
}

/** A type of data connection counts as offered too where a server does not tell any. */
export function offersType(report: ServerReport, type: string): boolean {
  if (report.connectionTypes.length === 0) return type !== 'TCP_IPV6';
  return report.connectionTypes.some((each) => each.toUpperCase().replace(/[^A-Z0-9]+/g, '_') === type);
}

/** The file system that a path is, or lies in; undefined when the server lists none such. */
export function fileSystemOf({ fileSystems }: ServerReport, path: string): FileSystem | undefined {
  const holding = fileSystems.filter(({ name }) => name !== '' && isAtOrBelow(path, name));
  return holding.reduce<FileSystem | undefined>(
    (best, each) => (best !== undefined && best.name.length >= each.name.length ? best : each),
    undefined,
  );
}

/** Whether a path is this directory or lies below it; slashes at the end say nothing. */
export function isAtOrBelow(path: string, directory: string): boolean {
  const top = withoutEndSlashes(directory);
  const own = withoutEndSlashes(path);
  return own === top || own.startsWith(`${top}/`);
}

function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}
