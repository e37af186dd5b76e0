import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { backupOrder, removeFolder, runBackup, temporaryFolder } from '../../../support/backups';
import { recoverFrom, wantedName } from '../../../support/recovery';
import { tarStream } from '../../../support/tarStream';
import { compareTrees, makeTree, pathIn, pseudoRandomBytes } from '../../../support/trees';

const ROOT = process.getuid?.() === 0;
const EXPECTED_FAILURES = [
  'EISDIR',
  'ENOTDIR',
  'ENOENT',
  'EPERM',
  'EINVAL',
  'EEXIST',
  'ENAMETOOLONG',
  'ENOTEMPTY',
  'EACCES',
];

/** Changes trees as users do; the same every time. */
class Changes {
  private made = 0;

  constructor(
    private readonly root: string,
    private state: number,
  ) {}

  make(count: number): void {
    for (let i = 0; i < count; i++) {
      try {
        this.one();
      } catch (error) {
        assert.ok(EXPECTED_FAILURES.includes((error as NodeJS.ErrnoException).code ?? ''), String(error));
      }
    }
  }

  private random(below: number): number {
    this.state = (Math.imul(this.state, 1103515245) + 12345) & 0x7fffffff;
    return (this.state >>> 8) % below;
  }

  private one(): void {
    const { files, directories } = this.list();
    const file = files[this.random(files.length)];
    const directory = directories[this.random(directories.length)];
    const other = directories[this.random(directories.length)];
    const fresh = `${directory}/new ${++this.made}`;
    const at = (path: string) => pathIn(this.root, path.replace(/^\//, ''));
    const changes: (() => void)[] = [
      () => fs.writeFileSync(at(fresh), pseudoRandomBytes(this.random(3000), this.made)),
      () => fs.appendFileSync(at(file), 'more'),
      () => fs.unlinkSync(at(file)),
      () => fs.renameSync(at(file), at(fresh)),
      () => directory !== '' && fs.renameSync(at(directory), at(`${other}/moved ${this.made}`)),
      () => fs.mkdirSync(at(fresh)),
      () => fs.linkSync(at(file), at(fresh)),
      () => fs.symlinkSync(file, at(fresh)),
      () => directory !== '' && fs.rmSync(at(directory), { recursive: true }),
      () => fs.chmodSync(at(file), 0o600 + this.random(0o100)),
      () => {
        fs.unlinkSync(at(file));
        fs.mkdirSync(at(file));
        fs.writeFileSync(at(`${file}/was a file`), 'x');
      },
      () => {
        if (directory === '') return;
        fs.rmSync(at(directory), { recursive: true });
        fs.writeFileSync(at(directory), 'was a directory');
      },
    ];
    changes[this.random(changes.length)]();
  }

  private list(): { files: string[]; directories: string[] } {
    const files = [''];
    const directories = [''];
    for (let i = 0; i < directories.length; i++) {
      const path = directories[i];
      const entries = fs.readdirSync(pathIn(this.root, path.slice(1)), { withFileTypes: true });
      for (const entry of entries) {
        if (!/^[\x20-\x7e]+$/.test(entry.name) || path.length > 500) continue;
        if (entry.isDirectory()) directories.push(`${path}/${entry.name}`);
        else if (entry.isFile()) files.push(`${path}/${entry.name}`);
      }
    }
    return { files: files.slice(1), directories };
  }
}

describe('server: archive: restoring incremental dumps', () => {
  let folder: string;
  let source: string;
  let target: string;

  beforeEach(() => {
    folder = temporaryFolder();
    [source, target] = ['source', 'target'].map((name) => join(folder, name));
    fs.mkdirSync(source);
    fs.mkdirSync(target);
    fs.mkdirSync(join(folder, 'dumps'));
  });
  afterEach(() => removeFolder(folder));

  const dump = (level: number) =>
    runBackup(
      backupOrder(source, { type: 'dump', dumpRecords: join(folder, 'dumps'), environment: { LEVEL: String(level) } }),
    ).stream;
  const restore = (stream: Uint8Array, environment: Record<string, string> = {}) =>
    recoverFrom(stream, [wantedName(target)], { type: 'dump', environment });

  for (const seed of [11, 12])
    it(`a chain of ten levels equals the source at every level (seed ${seed})`, () => {
      makeTree(source);
      const changes = new Changes(source, seed);
      for (let level = 0; level < 10; level++) {
        const { files } = restore(dump(level));
        assert.equal(files[0].status, 0);
        assert.deepEqual(compareTrees(source, target, { ignoreOwner: !ROOT, timeStepNs: 1000n }), [], `level ${level}`);
        changes.make(12);
      }
    }).timeout(60_000);

  it('removes only what the base had: files that came to the target since stay', () => {
    fs.mkdirSync(join(source, 'd'));
    fs.writeFileSync(join(source, 'd/gone'), 'gone');
    fs.writeFileSync(join(source, 'kept'), 'kept');
    restore(dump(0));
    fs.writeFileSync(join(target, 'd/mine'), 'mine');
    fs.writeFileSync(join(target, 'my own'), 'mine');
    fs.rmSync(join(source, 'd/gone'));
    restore(dump(1));
    assert.deepEqual(fs.readdirSync(target).sort(), ['d', 'kept', 'my own']);
    assert.deepEqual(fs.readdirSync(join(target, 'd')), ['mine']);
  });

  it('removes nothing when files are extracted, or only a part is wanted', () => {
    fs.mkdirSync(join(source, 'd'));
    fs.writeFileSync(join(source, 'd/gone'), 'gone');
    restore(dump(0));
    fs.rmSync(join(source, 'd/gone'));
    const stream = dump(1);
    restore(stream, { EXTRACT: 'y' });
    recoverFrom(stream, [wantedName(target, '/d')], { type: 'dump' });
    recoverFrom(stream, [wantedName(target)], { type: 'tar' });
    assert.ok(fs.existsSync(join(target, 'd/gone')));
    restore(stream, { EXTRACT: 'N' });
    assert.ok(!fs.existsSync(join(target, 'd/gone')));
  });

  it('removes deep trees without following links', () => {
    const outside = join(folder, 'outside');
    fs.mkdirSync(outside);
    fs.writeFileSync(join(outside, 'secret'), 'secret');
    fs.mkdirSync(join(target, 'old', 'deep/'.repeat(200)), { recursive: true });
    fs.symlinkSync(outside, join(target, 'old/deep/link'));
    fs.symlinkSync(outside, join(target, 'link'));
    const removed = Buffer.from('old\0link\0never there\0').toString('base64');
    const { files } = restore(tarStream({ name: './', type: 'D', pax: { 'NDMPWB.removed': removed } }));
    assert.equal(files[0].status, 0);
    assert.deepEqual(fs.readdirSync(target), []);
    assert.deepEqual(fs.readdirSync(outside), ['secret']);
  });
});
