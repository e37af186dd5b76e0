import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { StreamCheck } from '../../../src/dma/verify/format/recognise';
import { pathOf } from '../../../src/dma/verify/format/tarFields';
import { decodeByteString } from '../../../src/xdr';
import { makeTree } from '../../support/trees';

interface Seen {
  name: string;
  paths: string[];
  starts: number[];
  problems: string[];
  hasEnd: boolean;
}

/** Looks at a stream that comes in pieces. */
function look(stream: Uint8Array, piece = stream.length): Seen {
  const [paths, starts, problems]: [string[], number[], string[]] = [[], [], []];
  const check = new StreamCheck({
    entry: ({ path, start }) => {
      paths.push(path ?? '?');
      starts.push(start);
    },
    problem: (text) => problems.push(text),
  });
  for (let at = 0; at < stream.length; at += piece) check.push(stream.subarray(at, at + piece));
  check.end();
  return { name: check.name, paths, starts, problems, hasEnd: check.hasEnd };
}

function tar(args: readonly string[]): Buffer {
  const { stdout, status, stderr } = spawnSync('tar', ['-cf', '-', ...args], { maxBuffer: 1 << 28 });
  assert.equal(status, 0, stderr.toString());
  return stdout;
}

describe('dma/verify/format', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-format-'));
    makeTree(folder);
    writeFileSync(join(folder, `${'long-name-'.repeat(20)}end`), 'x');
    writeFileSync(join(folder, 'sparse'), 'begin');
    truncateSync(join(folder, 'sparse'), 50_000_000);
    writeFileSync(join(folder, 'sparse'), 'end', { flag: 'a' });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const wanted = (): string[] => {
    const names = spawnSync('find', [folder, '-mindepth', '1', '-printf', '/%P\\0'], { maxBuffer: 1 << 28 }).stdout;
    return ['/', ...decodeByteString(names).split('\0').slice(0, -1)].sort();
  };

  for (const form of [
    ['--format=gnu'],
    ['--format=posix'],
    ['--format=gnu', '--sparse'],
    ['--format=posix', '--sparse'],
    ['--format=posix', '--sparse', '--sparse-version=0.1'],
    ['--format=gnu', '--incremental'],
  ])
    it(`finds every entry of a stream of GNU tar ${form.join(' ')}, in pieces of any size`, () => {
      const stream = tar([...form, '-C', folder, '.']);
      for (const piece of [stream.length, 10_240, 777]) {
        const { name, paths, problems, hasEnd } = look(stream, piece);
        assert.deepEqual(problems, []);
        assert.equal(name, 'tar');
        assert.equal(hasEnd, true);
        assert.deepEqual(paths.sort(), wanted());
      }
    });

  it('tells a stream that ends too early, wherever it is cut', () => {
    const stream = tar(['-C', folder, '.']);
    const end = stream.length - 10_240;
    fc.assert(
      fc.property(fc.integer({ min: 512, max: end - 1 }), (cut) => {
        const { problems } = look(stream.subarray(0, cut));
        assert.equal(problems.length, 1);
        assert.match(problems[0], /^the stream ends at byte/);
      }),
    );
  });

  it('tells damage in headers, with its place', () => {
    const stream = tar(['--format=gnu', '--sparse', '-C', folder, '.']);
    const { starts } = look(stream);
    fc.assert(
      fc.property(fc.nat(starts.length - 1), fc.nat(99), (index, at) => {
        const broken = Buffer.from(stream);
        broken[starts[index] + at] ^= 0x55;
        const found = look(broken);
        if (index === 0) return; // then the stream may be told to be no tar at all
        assert.match(found.problems.join(), /there is no header at byte \d+, where one has to be|broken/);
      }),
      { numRuns: 50 },
    );
  });

  it('never throws, whatever the bytes', () => {
    const stream = tar(['--format=posix', '-C', folder, '.']).subarray(0, 100_000);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(99_999), fc.nat(255)), { maxLength: 40 }), (changes) => {
        const broken = Buffer.from(stream);
        for (const [at, value] of changes) broken[at] = value;
        look(broken, 5000);
      }),
      { numRuns: 60 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => void look(bytes, 512)));
  });

  it('says that a format is not known, and finds nothing wrong with it', () => {
    const { name, problems } = look(Buffer.from('no archive at all'));
    assert.equal(name, 'unknown');
    assert.deepEqual(problems, []);
  });

  for (const isLittle of [true, false])
    it(`follows a dump, ${isLittle ? 'little' : 'big'} endian`, () => {
      const file = [
        dumpRecord(2, isLittle, 2, 4, [1, 0, 1]),
        Buffer.alloc(2048, 5),
        dumpRecord(4, isLittle, 1, 4, [1]),
      ];
      const stream = Buffer.concat([
        dumpRecord(1, isLittle),
        dumpRecord(6, isLittle, 1),
        Buffer.alloc(1024),
        dumpRecord(3, isLittle, 2),
        Buffer.alloc(2048),
        ...file,
        Buffer.alloc(1024, 6),
        dumpRecord(5, isLittle),
      ]);
      const whole = look(stream, 700);
      assert.deepEqual([whole.name, whole.problems, whole.paths.length, whole.hasEnd], ['dump', [], 1, true]);
      assert.match(look(stream.subarray(0, -1024)).problems.join(), /without the mark of its end/);
      const broken = Buffer.from(stream);
      broken[6 * 1024 + 30] ^= 1;
      assert.match(look(broken).problems.join(), /there is no record header of a dump at byte 6144/);
    });

  it('takes names as paths from the root, and none that lead out of it', () => {
    assert.equal(pathOf('./a//b/'), '/a/b');
    assert.equal(pathOf('/a/./b'), '/a/b');
    assert.equal(pathOf('.'), '/');
    assert.equal(pathOf('a/../../b'), undefined);
  });
});

/** A record header of BSD's dump with a right checksum. */
function dumpRecord(type: number, isLittle: boolean, count = 0, inode = 0, map: readonly number[] = []): Buffer {
  const record = Buffer.alloc(1024);
  const view = new DataView(record.buffer, record.byteOffset, 1024);
  const put = (at: number, value: number): void => view.setInt32(at, value, isLittle);
  put(0, type);
  put(20, inode);
  put(24, 60012);
  put(160, map.length > 0 ? map.length : count);
  record.set(map, 164);
  let sum = 0;
  for (let at = 0; at < 1024; at += 4) sum = (sum + view.getInt32(at, isLittle)) | 0;
  put(28, 84446 - sum);
  return record;
}
