import { classPurpose, escapeText } from '../../protocol';
import { addressText } from '../../dma/servers/addresses';
import type { BackupType, DeviceEntry, FileSystem, ServerReport, Variable } from '../../dma/query/model';
import { drivesOf } from '../../dma/media/drives/devices';
import type { Style } from '../terminal/style';
import { wrapped } from '../plan/wrap';
import { byteSize, counted, padEnd } from '../terminal/text';
import { tableLines, type TableColumn } from './grid';

const LABEL = 12;

/** Everything a server tells about itself, for people. @param auth the kind of login that was taken */
export function reportLines(report: ServerReport, auth: string, style: Style, width: number | undefined): string[] {
  const room = width === undefined ? undefined : width - 2;
  const parts = [
    [head(report, auth, style), ...facts(report, width)],
    table('file system', report.fileSystems, fileSystems, style, room),
    [
      ...section(
        counted(report.backupTypes.length, 'backup type'),
        report.backupTypes.flatMap((type) => typeLines(type, room)),
        style,
      ),
    ],
    table('tape drive', deviceRows(report.tapes), devices, style, room),
    table('media changer', deviceRows(report.changers), devices, style, room),
    section(
      'Not told',
      report.refused.map(({ request, error }) => `${request}: ${error}`),
      style,
    ),
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, n) => (n === 0 ? part : ['', ...part]));
}

function head({ server, address, port, tls, version }: ServerReport, auth: string, style: Style): string {
  const way = tls ? ' over TLS' : '';
  return `${style.heading(escapeText(server))}  ${addressText({ host: address, port })}${way}, NDMP v${version}, login ${auth}`;
}

function facts(report: ServerReport, width: number | undefined): string[] {
  const { hostname, hostId, osType, osVersion, vendor, product, revision } = report;
  const os = [osType, osVersion].filter((each) => each !== '').join(' ');
  const lines: [string, string][] = [
    ['host', [hostname, os, hostId === '' ? '' : `host id ${hostId}`].filter((each) => each !== '').join(', ')],
    ['product', [vendor, product, revision].filter((each) => each !== '').join(', ')],
    ['logins', report.authTypes.join(', ')],
    ['data', report.connectionTypes.join(', ')],
    ['extensions', report.extensions.map((each) => extensionText(each, report)).join('; ')],
    ['known as', report.identity],
  ];
  return lines
    .filter(([, text]) => text !== '')
    .flatMap(([name, text]) =>
      wrapped(escapeText(text), width, LABEL + 2).map((line, n) => `  ${padEnd(n === 0 ? name : '', LABEL)}${line}`),
    );
}

function extensionText({ class: id, versions }: ServerReport['extensions'][number], { inForce }: ServerReport): string {
  const now = inForce.find((each) => each.class === id);
  const list = versions.map((version) => `v${version}`).join(' ');
  const known: Readonly<Record<number, string>> = {
    0x2050: 'snapshot management',
    0x2051: 'IPv6 addresses, CAE',
    0x2052: 'Cluster Aware Backup, CAB',
  };
  return `0x${id.toString(16)} ${list} (${known[id] ?? classPurpose(id)}${now ? ', selected' : ''})`;
}

function section(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : [style.heading(title), ...lines.map((line) => `  ${line}`)];
}

function table<T>(
  name: string,
  rows: readonly T[],
  columns: readonly TableColumn<T>[],
  style: Style,
  width: number | undefined,
): string[] {
  return rows.length === 0 ? [] : section(counted(rows.length, name), tableLines(columns, rows, width), style);
}

const size = (bytes: bigint | undefined): string => (bytes === undefined ? '' : byteSize(Number(bytes)));

const fileSystems: readonly TableColumn<FileSystem>[] = [
  { title: 'path', of: ({ name }) => name },
  { title: 'type', of: ({ type }) => type, spare: 2 },
  { title: 'size', align: 'right', of: ({ totalSize }) => size(totalSize), spare: 3 },
  { title: 'used', align: 'right', of: ({ usedSize }) => size(usedSize), spare: 1 },
  { title: 'status', of: ({ status }) => status, spare: 4 },
  { title: 'affinity', of: ({ affinity }) => affinity ?? '' },
];

/** A drive or changer under the name that is used, with its others. */
interface DeviceRow extends DeviceEntry {
  aliases: readonly string[];
}

/** A server lists a drive once for each of its names: ONTAP twelve times. */
function deviceRows(entries: readonly DeviceEntry[]): DeviceRow[] {
  return drivesOf(entries, []).flatMap(({ device, aliases }) => {
    const entry = entries.find((each) => each.device === device);
    return entry ? [{ ...entry, aliases }] : [];
  });
}

const devices: readonly TableColumn<DeviceRow>[] = [
  { title: 'device', of: ({ device }) => device },
  { title: 'model', of: ({ model }) => model, spare: 1 },
  { title: 'serial', of: ({ capabilities }) => capabilities.find(({ name }) => /SERIAL/i.test(name))?.value ?? '' },
  { title: 'affinity', of: ({ affinity }) => affinity ?? '' },
  { title: 'also known as', of: ({ aliases }) => namesTogether(aliases), spare: 2 },
];

function typeLines({ name, attributes, defaults }: BackupType, width: number | undefined): string[] {
  const indented = (text: string) => wrapped(text, width, 4).map((line) => `    ${line}`);
  return [
    ...indented(`${escapeText(name)}  ${escapeText(attributes.map(plainName).join(', '))}`).map((line, n) =>
      n === 0 ? line.slice(4) : line,
    ),
    ...(defaults.length > 0 ? indented(defaults.map(variableText).join(' ')) : []),
  ];
}

/** 'BACKUP_FH_FILE' as 'backup fh file'. */
function plainName(attribute: string): string {
  return attribute.toLowerCase().replaceAll('_', ' ');
}

function variableText({ name, value }: Variable): string {
  return escapeText(`${name}=${value}`);
}

/** Names that differ in their last character alone are put together: rst0[lmha]. */
function namesTogether(names: readonly string[]): string {
  const endings = new Map<string, string>();
  for (const name of names) {
    const stem = name.slice(0, -1);
    endings.set(stem, (endings.get(stem) ?? '') + name.slice(-1));
  }
  return [...endings].map(([stem, ends]) => (ends.length === 1 ? stem + ends : `${stem}[${ends}]`)).join(' ');
}
