import type { New, PartRecord, SetRecord, TapeRecord } from '../../src/dma/catalog/model';

export function someSet(change: Partial<New<SetRecord>> = {}): New<SetRecord> {
  return {
    uuid: crypto.randomUUID(),
    run: 1,
    job: 'nightly',
    serverIdentity: 'host 4711',
    server: 'filer1',
    path: '/vol/\udcffvol1',
    type: 'dump',
    level: 0,
    base: undefined,
    started: 1_700_000_000_000,
    ended: undefined,
    state: 'writing',
    bytes: 0n,
    files: 0,
    recordSize: 65_536,
    environment: [{ name: 'FILESYSTEM', value: '/vol/\udcffvol1\0' }],
    digest: undefined,
    withoutFiles: undefined,
    expires: undefined,
    topology: 'local',
    ...change,
  };
}

export const SOME_PART: Omit<PartRecord, 'set'> = {
  number: 1,
  copy: 1,
  barcode: 'TAPE01',
  tapeFile: 3,
  offset: 0n,
  bytes: 0xffff_ffff_ffff_ffffn,
  recordSize: 65_536,
  closed: true,
};

export const SOME_TAPE: TapeRecord = {
  barcode: 'TAPE01',
  sticker: 'TAPE01',
  label: 'a-b-c',
  pool: 'weekly',
  state: 'active',
  files: 4,
  bytes: 1n << 40n,
  expires: undefined,
  protected: false,
  labelled: 1,
  lastWritten: 2,
  mounts: 3,
  library: 'lib',
  libraryId: 'serial 1',
  element: 1024,
};
