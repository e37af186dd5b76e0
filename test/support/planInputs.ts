import type { SetRecord, TapeRecord } from '../../src/dma/catalog/model';
import { readJob } from '../../src/dma/job/read';
import type { DriveState, TapeChoice } from '../../src/dma/media/model';
import type { PlanInputs } from '../../src/dma/plan/model';
import type { FileSystem, ServerReport } from '../../src/dma/query/model';
import { plainDefinition } from '../../src/dma/servers/definitions';
import type { ServerDefinition } from '../../src/dma/servers/model';

export const NOW = Date.UTC(2026, 10, 21, 12);
export const DAY = 24 * 3600 * 1000;

export function fileSystem(name: string, affinity?: string): FileSystem {
  return {
    type: 'ufs',
    name,
    physicalDevice: '',
    status: 'online',
    totalSize: undefined,
    usedSize: undefined,
    environment: [],
    affinity,
  };
}

export function report(more: Partial<ServerReport> = {}): ServerReport {
  return {
    server: 'filer1',
    address: '192.0.2.10',
    port: 10000,
    tls: false,
    version: 4,
    hostname: 'filer1',
    hostId: '1',
    osType: 'Linux',
    osVersion: '1',
    vendor: 'Example',
    product: 'Filer',
    revision: '1',
    authTypes: ['md5'],
    connectionTypes: ['LOCAL', 'TCP'],
    backupTypes: [
      { name: 'dump', attributes: ['BACKUP_DIRECT', 'BACKUP_INCREMENTAL', 'BACKUP_FH_DIR'], defaults: [] },
      { name: 'tar', attributes: ['BACKUP_DIRECT', 'BACKUP_FH_FILE'], defaults: [] },
    ],
    fileSystems: [fileSystem('/vol/vol1'), fileSystem('/vol/vol2')],
    tapes: [{ model: 'LTO', device: 'nst0', attributes: 0, capabilities: [], affinity: undefined }],
    changers: [],
    extensions: [],
    inForce: [],
    refused: [],
    identity: 'Example filer1 1',
    ...more,
  };
}

export function definition(more: Partial<ServerDefinition> = {}): ServerDefinition {
  return { ...plainDefinition('filer1', '192.0.2.10'), ...more };
}

export function drive(more: Partial<DriveState> = {}): DriveState {
  return {
    server: 'filer1',
    device: 'nst0',
    element: undefined,
    loaded: undefined,
    affinity: undefined,
    unusable: undefined,
    ...more,
  };
}

export function tape(barcode: string, more: Partial<TapeRecord> = {}): TapeRecord {
  return {
    barcode,
    sticker: barcode,
    label: 'label',
    pool: 'default',
    state: 'active',
    files: 4,
    bytes: 1000n,
    expires: undefined,
    protected: false,
    labelled: 0,
    lastWritten: 0,
    mounts: 1,
    library: undefined,
    libraryId: undefined,
    element: 1000,
    ...more,
  };
}

export function choice(barcode: string, more: Partial<TapeChoice> = {}): TapeChoice {
  return { tape: tape(barcode), element: 1000, refusal: undefined, ...more };
}

export function set(id: number, more: Partial<SetRecord> = {}): SetRecord {
  return {
    id,
    uuid: `uuid-${id}`,
    run: id,
    job: 'nightly',
    serverIdentity: 'Example filer1 1',
    server: 'filer1',
    path: '/vol/vol1',
    type: 'dump',
    level: 0,
    base: undefined,
    started: NOW - (100 - id) * DAY,
    ended: NOW - (100 - id) * DAY + 1000,
    state: 'complete',
    bytes: 1000n,
    files: 10,
    recordSize: 65536,
    environment: [{ name: 'DUMP_DATE', value: `date-${id}` }],
    digest: undefined,
    withoutFiles: undefined,
    expires: undefined,
    topology: 'local',
    ...more,
  };
}

/** A chain of so many restore points, one on the other. */
export function chain(count: number, more: Partial<SetRecord> = {}): SetRecord[] {
  return Array.from({ length: count }, (_, at) =>
    set(at + 1, { level: Math.min(9, at), base: at === 0 ? undefined : at, ...more }),
  );
}

export interface Wanted extends Partial<Omit<PlanInputs, 'job' | 'definitions'>> {
  job?: Record<string, unknown>;
  dataDefinition?: Partial<ServerDefinition>;
  tapeDefinition?: Partial<ServerDefinition>;
}

/** Inputs for a plan: one server with a drive and a tape, unless something else is wanted. */
export function planInputs({ job, dataDefinition, tapeDefinition, ...more }: Wanted = {}): PlanInputs {
  const data = more.data ?? report();
  const tapeReport = more.tape ?? data;
  const dataSide = definition({ name: data.server, host: data.address, ...dataDefinition });
  const tapeSide =
    tapeReport === data
      ? { ...dataSide, ...tapeDefinition }
      : definition({ name: tapeReport.server, host: tapeReport.address, ...tapeDefinition });
  const target = tapeReport === data ? {} : { target: { server: tapeReport.server } };
  const text = JSON.stringify({ name: 'nightly', server: data.server, sources: ['/vol/vol1'], ...target, ...job });
  return {
    drives: [drive({ server: tapeReport.server })],
    tapes: [choice('TAPE01L8')],
    sets: [],
    failed: [],
    lost: new Set(),
    owners: new Map(),
    ownAddresses: ['192.0.2.1'],
    resolved: new Map(),
    now: NOW,
    wish: {},
    ...more,
    job: readJob(text, 'nightly.ndmpjob.json'),
    data,
    tape: tapeReport,
    definitions: { data: dataSide, tape: tapeSide },
  };
}
