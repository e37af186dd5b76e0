import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { agent, ndmjob, ndmjobOkay, NdmjobServer, ndmjobSucceeds } from '../../support/ndmjob';
import { describeWithPeer, peerVersion } from '../../support/peers';
import { TestServer } from '../../support/testServer';
import { ndmpCheck } from '../../support/ndmpCheck';
import { compareTrees, makeTree, readTree } from '../../support/trees';

const FORMATTER = resolve(__dirname, 'formatter.sh');
const asRoot = process.getuid?.() === 0;
/** Without being root nobody's files but one's own can be made. */
const how = { ignoreOwner: !asRoot };

/** What the index of a backup holds, as ndmjob writes it with -I. */
interface Index {
  /** Entries of directories (DHd), of nodes (DHn), of files by path (DHf). */
  counts: Record<'DHd' | 'DHn' | 'DHf', number>;
  lines: string[];
}

function readIndex(path: string): Index {
  const lines = readFileSync(path, 'latin1').split('\n');
  const count = (kind: string) => lines.filter((line) => line.startsWith(`${kind} `)).length;
  return { counts: { DHd: count('DHd'), DHn: count('DHn'), DHf: count('DHf') }, lines };
}

describeWithPeer('ndmjob', 'peer: ndmjob backs up and restores', function () {
  this.timeout(120_000);
  let server: TestServer;
  let source: string;
  let peer: NdmjobServer;
  let peerTape: string;

  before(async () => {
    server = await TestServer.start({ record: true });
    source = join(server.root, 'source');
    makeTree(source);
    const bin = join(server.folder, 'bin');
    mkdirSync(bin);
    copyFileSync(FORMATTER, join(bin, 'wrap_tar'));
    peer = await NdmjobServer.start(server.folder, bin);
    peerTape = join(server.folder, 'peer-tape');
  });
  after(async () => {
    await peer.stop();
    await server.stop();
  });

  let folders = 0;
  /** An empty directory to restore to. */
  const target = (): string => {
    const folder = join(server.root, `restored ${++folders}`);
    mkdirSync(folder);
    return folder;
  };
  const index = () => join(server.folder, `index-${++folders}`);
  const same = (restored: string, options = how) => assert.deepEqual(compareTrees(source, restored, options), []);
  const paths = (folder: string) =>
    readTree(folder)
      .filter(({ kind }) => kind !== 'directory')
      .map(({ path }) => path);

  for (const version of [2, 3, 4] as const) {
    describe(`v${version}`, () => {
      const here = () => agent(server.port, version);
      const there = () => agent(peer.port, version);
      const tapeHere = () => ['-T', here(), '-f', server.tapes[0]];
      /** The peer's tape is a file, which its server locks when a client goes without closing it. */
      const tapeThere = () => {
        rmSync(`${peerTape}.lck`, { force: true });
        if (!existsSync(peerTape)) writeFileSync(peerTape, '');
        return ['-T', there(), '-f', peerTape];
      };

      describe('data and tape on one connection', () => {
        const local = (...args: string[]) => [...args, '-D', here(), '-f', server.tapes[0]];
        let written: string;

        before(async () => {
          await ndmjobSucceeds(local('-o', 'init-labels', '-m', 'TAPE01'));
          written = index();
          await ndmjobOkay(local('-c', '-m', 'TAPE01', '-C', source, '-I', written));
        });

        it('the index knows every object by its path', () => {
          const { counts } = readIndex(written);
          assert.deepEqual(counts, { DHf: readTree(source).length, DHd: 0, DHn: 0 });
        });

        it('restores everything', async () => {
          const restored = target();
          await ndmjobOkay(local('-x', '-m', 'TAPE01', '-J', written, '-C', restored));
          same(restored);
        });

        if (version === 4)
          it('restores everything without an index', async () => {
            const restored = target();
            await ndmjobOkay(local('-x', '-m', 'TAPE01', '-C', restored));
            same(restored);
          });

        for (const direct of [false, true]) {
          it(`restores chosen files${direct ? ' by direct access' : ''}`, async () => {
            const restored = target();
            const chosen = ['/dir/size 513', '/dir/second hard link', '/link to dir', '/dir/inner/deep/file'];
            const flags = direct ? ['-E', 'DIRECT=y'] : [];
            const output = await ndmjobOkay(
              local('-x', '-m', 'TAPE01', '-J', written, '-C', restored, ...flags, ...chosen),
            );
            assert.match(output, /LOG_FILE messages: 4 OK, 0 ERROR, total 4 of 4/);
            assert.deepEqual(paths(restored).sort(), chosen.map((path) => path.slice(1)).sort());
            const wanted = (path: string) =>
              !chosen.some((each) => each === `/${path}` || each.startsWith(`/${path}/`));
            const options = { ...how, without: wanted, ignoreDirectoryTimes: true };
            const differences = compareTrees(source, restored, options);
            assert.deepEqual(
              differences.filter((line) => !/mode|owner|link/i.test(line)),
              [],
            );
          });
        }

        it('lists the contents of the tape: the same file history as the backup posted', async () => {
          const contents = index();
          await ndmjobOkay(local('-t', '-m', 'TAPE01', '-I', contents));
          const history = (path: string) => readIndex(path).lines.filter((line) => /^DH[ndf] /.test(line));
          assert.deepEqual(history(contents), history(written));
        });

        for (const type of version === 4 ? ['tar', 'dump'] : ['tar'])
          it(`type ${type} with file history by node`, async () => {
            const byNode = index();
            const job = local('-B', type, '-m', 'TAPE01');
            await ndmjobOkay([...job, '-c', '-C', source, '-I', byNode, '-E', 'HIST_TYPE=d']);
            const { counts } = readIndex(byNode);
            const inodes = new Set(readTree(source).map(({ firstLink }) => firstLink));
            assert.equal(counts.DHn, inodes.size, 'a node for every file, however many links it has');
            assert.ok(counts.DHd > readTree(source).length, 'every link, "." and ".."');
            assert.equal(counts.DHf, 0);
            const chosen = target();
            await ndmjobOkay([...job, '-x', '-J', byNode, '-C', chosen, '-E', 'DIRECT=y', '/dir/inner/big']);
            assert.deepEqual(paths(chosen), ['dir/inner/big']);
            const restored = target();
            await ndmjobOkay([...job, '-x', '-J', byNode, '-C', restored]);
            same(restored);
          });

        if (version === 4)
          it('leaves out what is excluded', async () => {
            const restored = target();
            await ndmjobOkay(local('-c', '-m', 'TAPE01', '-C', source, '-e', 'size*', '-e', 'odd names'));
            await ndmjobOkay(local('-x', '-m', 'TAPE01', '-C', restored));
            const left = (path: string) => /(^|\/)size|^odd names/.test(path);
            assert.deepEqual(
              paths(restored).sort(),
              paths(source)
                .filter((path) => !left(path))
                .sort(),
            );
          });

        it('a tape without the wanted label is not used', async () => {
          const { output } = await ndmjob(local('-c', '-m', 'OTHER', '-C', source));
          assert.doesNotMatch(output, /ended OKAY/);
          assert.match(output, /had problems/);
        });
      });

      describe('data and tape on two connections, over TCP', () => {
        it('backs up and restores', async () => {
          const restored = target();
          const written = index();
          await ndmjobOkay(['-c', '-D', here(), ...tapeHere(), '-C', source, '-I', written]);
          await ndmjobOkay(['-x', '-D', here(), ...tapeHere(), '-J', written, '-C', restored]);
          same(restored);
        });

        it('restores chosen files by direct access', async () => {
          const restored = target();
          const written = index();
          await ndmjobOkay(['-c', '-D', here(), ...tapeHere(), '-C', source, '-I', written]);
          const restore = ['-x', '-D', here(), ...tapeHere(), '-J', written, '-C', restored, '-E', 'DIRECT=y'];
          await ndmjobOkay([...restore, '/dir/inner/big', '/one byte', '/dir/sparse']);
          assert.deepEqual(paths(restored).sort(), ['dir/inner/big', 'dir/sparse', 'one byte']);
          assert.deepEqual(compareTrees(join(source, 'dir/sparse'), join(restored, 'dir/sparse'), how), []);
        });

        if (version > 2)
          it('the data server listens, the mover connects', async () => {
            const restored = target();
            const swapped = ['-o', 'swap-connect', '-D', here(), ...tapeHere()];
            await ndmjobOkay(['-c', ...swapped, '-C', source]);
            await ndmjobOkay(['-x', ...swapped, '-C', restored]);
            same(restored);
          });
      });

      describe("the other side is ndmjob's own server", () => {
        it('data here, tape there', async () => {
          const restored = target();
          const written = index();
          await ndmjobOkay(['-c', '-D', here(), ...tapeThere(), '-C', source, '-I', written]);
          await ndmjobOkay(['-x', '-D', here(), ...tapeThere(), '-J', written, '-C', restored]);
          same(restored);
          // what needs reads that are no multiple of the record size is not tried (direct access, later links of a file):
          // the mover there waits for ever then
          const chosen = target();
          const restore = ['-x', '-D', here(), ...tapeThere(), '-J', written, '-C', chosen];
          await ndmjobOkay([...restore, '/dir/size 513', '/a hard link']);
          assert.deepEqual(paths(chosen).sort(), ['a hard link', 'dir/size 513']);
        });

        it('tape here, data there', async function () {
          if (peerVersion('tar') === undefined) this.skip();
          const plain = join(server.folder, `plain ${version}`);
          mkdirSync(join(plain, 'folder'), { recursive: true });
          for (let n = 0; n < 40; n++) writeFileSync(join(plain, 'folder', `file ${n}`), String(n).repeat(n * 1000));
          const restored = target();
          await ndmjobOkay(['-c', '-D', there(), ...tapeHere(), '-C', plain]);
          await ndmjobOkay(['-x', '-D', there(), ...tapeHere(), '-C', restored]);
          assert.deepEqual(compareTrees(plain, restored, { ...how, timeStepNs: 1_000_000_000n }), []);
        });

        // in v3 the mover there takes no window before it is connected
        if (version === 4)
          it('data here listens, the mover there connects', async () => {
            await ndmjobOkay(['-c', '-o', 'swap-connect', '-D', here(), ...tapeThere(), '-C', source]);
            const restored = target();
            await ndmjobOkay(['-x', '-D', here(), ...tapeThere(), '-C', restored]);
            same(restored);
          });
      });
    });
  }

  it('one job in two versions: data in v4, tape in v3 and in v2', async () => {
    for (const version of [2, 3] as const) {
      const restored = target();
      const both = ['-D', agent(server.port, 4), '-T', agent(server.port, version), '-f', server.tapes[1]];
      await ndmjobOkay(['-c', ...both, '-C', source]);
      await ndmjobOkay(['-x', ...both, '-C', restored]);
      same(restored);
    }
  });

  describe('afterwards', () => {
    it('ndmp check finds no error in the recording of all of it', async () => {
      const findings = await ndmpCheck(server.recording);
      // the DMA closes a mover that has halted in the meantime, and is told so
      const late = /^MOVER_CLOSE was sent while the mover was HALTED.*The server answered ILLEGAL_STATE\.$/;
      assert.deepEqual(
        findings.filter(({ severity, text }) => severity === 'error' && !late.test(text)),
        [],
      );
    });
  });
});
