import { link, mkdir, open, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file of the sample tree: so many bytes of text that say what it is. */
interface SampleFile {
  path: string;
  bytes: number;
}

const KILO = 1024;

/** What lies on each volume at first. */
const TREES: Readonly<Record<string, readonly SampleFile[]>> = {
  'vs1/vol1': [
    { path: 'README.txt', bytes: 400 },
    { path: 'finance/2025/ledger-q1.csv', bytes: 180 * KILO },
    { path: 'finance/2025/ledger-q2.csv', bytes: 210 * KILO },
    { path: 'finance/2025/ledger-q3.csv', bytes: 195 * KILO },
    { path: 'finance/2026/plan.txt', bytes: 12 * KILO },
    { path: 'finance/2026/ledger-q1.csv', bytes: 222 * KILO },
    { path: 'legal/contracts/lease-2024.txt', bytes: 48 * KILO },
    { path: 'legal/contracts/supply-2026.txt', bytes: 64 * KILO },
    { path: 'legal/minutes/board-2026-02.txt', bytes: 9 * KILO },
  ],
  'vs1/home': [
    { path: 'alice/notes.txt', bytes: 3 * KILO },
    { path: 'alice/Über uns – Entwurf.txt', bytes: 5 * KILO },
    { path: 'alice/empty', bytes: 0 },
    { path: 'bob/thesis/chapter 1.txt', bytes: 90 * KILO },
    { path: 'bob/thesis/chapter 2.txt', bytes: 120 * KILO },
    { path: 'bob/.profile', bytes: 500 },
  ],
  'vs1/db': [
    { path: 'base/16384/1259', bytes: 512 * KILO },
    { path: 'base/16384/2619', bytes: 768 * KILO },
    { path: 'log/000000010000000000000001', bytes: 1024 * KILO },
    { path: 'postgresql.conf', bytes: 24 * KILO },
  ],
  'vs2/projects': Array.from({ length: 60 }, (_unused, at) => ({
    path: `apollo/src/module-${String(at % 12).padStart(2, '0')}/file-${String(at).padStart(3, '0')}.c`,
    bytes: 700 + ((at * 131) % 9000),
  })),
  'vs2/media': [
    { path: 'raw/clip-0001.bin', bytes: 3072 * KILO },
    { path: 'raw/clip-0002.bin', bytes: 2048 * KILO },
    { path: 'stills/logo.svg', bytes: 6 * KILO },
  ],
  'vs2/archive': [
    { path: '2019/annual-report.txt', bytes: 150 * KILO },
    { path: '2020/annual-report.txt', bytes: 160 * KILO },
  ],
};
/** A hole with a little at its end: holes are worth a test of every backup program. */
const SPARSE = { volume: 'vs1/db', path: 'base/16384/sparse.img', bytes: 64 * KILO * KILO };
/** 2026-01-15: the same tree in every lab. */
const FILE_TIME = Date.UTC(2026, 0, 15, 12) / 1000;

/** Fills a volume's directory, which must be new. Volumes without a sample tree get a file that says so. */
export async function makeSampleTree(directory: string, volume: { svm: string; name: string }): Promise<void> {
  const name = `${volume.svm}/${volume.name}`;
  for (const { path, bytes } of TREES[name] ?? [{ path: 'README.txt', bytes: 200 }])
    await writeSample(join(directory, path), `${name}/${path}`, bytes);
  if (name === SPARSE.volume) await writeSparse(join(directory, SPARSE.path));
  if (name === 'vs1/vol1') {
    await link(join(directory, 'finance/2026/plan.txt'), join(directory, 'finance/current-plan.txt'));
    await symlink('finance/2026', join(directory, 'this-year')).catch(withoutLinks);
  }
}

async function writeSample(file: string, title: string, bytes: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const line = `${title}: sample data of the NDMP Workbench lab, free to change and to delete.\n`;
  const text = Buffer.alloc(bytes, line);
  await writeFile(file, text);
  await utimes(file, FILE_TIME, FILE_TIME);
}

async function writeSparse(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.truncate(SPARSE.bytes);
    await handle.write('the only bytes of this file that are not zero', SPARSE.bytes / 2);
  } finally {
    await handle.close();
  }
  await utimes(file, FILE_TIME, FILE_TIME);
}

/** Windows gives symbolic links to administrators alone. */
function withoutLinks(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPERM') throw error;
}
