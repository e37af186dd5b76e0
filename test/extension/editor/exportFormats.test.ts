import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Analysis } from '../../../src/analysis/analysis';
import { ExportFiles } from '../../../src/extension/editor/exportFiles';
import {
  capturePieces,
  gather,
  parquetPieces,
  redactedPieces,
  tracePieces,
  type ExportPiece,
  type ExportScope,
} from '../../../src/extension/editor/exportFormats';
import { Scheduler } from '../../../src/extension/scheduler';
import { openCaptureSync } from '../../../src/indexing/openCaptureSync';
import type { CaptureSession } from '../../../src/session/capture';
import { indexed } from '../../support/indexed';

describe('exports of the editor', function () {
  this.timeout(20_000);
  let folder: string;
  let session: CaptureSession;
  let scope: ExportScope;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-editor-'));
    session = openCaptureSync('samples/backup-three-way.pcap');
    scope = { session, name: 'backup-three-way', test: () => true };
  });
  afterEach(() => {
    session.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function write(pieces: Generator<ExportPiece>, signal?: AbortSignal): Promise<string[]> {
    const scheduler = new Scheduler();
    const files = new ExportFiles();
    try {
      for (let isLast = false; !isLast;) {
        const some = await scheduler.run(
          gather(pieces, ({ bytes }) => bytes.length, 1000),
          signal,
        );
        for (const { path, bytes } of some.pieces) await files.write(path, bytes);
        isLast = some.isLast;
      }
      await files.finish();
    } catch (error) {
      await files.abandon();
      throw error;
    }
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  }

  it('write the messages as a capture', async () => {
    assert.deepEqual(await write(capturePieces(scope, join(folder, 'a.pcapng'))), ['a.pcapng']);
    assert.equal(indexed(readFileSync(join(folder, 'a.pcapng'))).index.count, session.index.count);
  });

  it('write the listed messages alone', async () => {
    const some = { ...scope, test: (row: number) => session.index.connection(row) === 1 };
    await write(capturePieces(some, join(folder, 'a.pcapng')));
    assert.equal(indexed(readFileSync(join(folder, 'a.pcapng'))).index.count, session.index.connections[1].messages);
  });

  it('write a capture to share and the list of what was replaced', async () => {
    const names = await write(redactedPieces(scope, join(folder, 'a.pcapng')));
    assert.deepEqual(names, ['a.pcapng', 'a.pcapng.redaction.json']);
    assert.doesNotMatch(readFileSync(join(folder, 'a.pcapng'), 'latin1'), /tmp\/export|alpha-10/);
    JSON.parse(readFileSync(join(folder, 'a.pcapng.redaction.json'), 'utf8'));
  });

  it('write tables into folders', async () => {
    const names = await write(parquetPieces(scope, folder, new Analysis(session)));
    assert.equal(names.filter((name) => name.endsWith('part-0.parquet')).length, 4);
  });

  it('write traces', async () => {
    await write(tracePieces(scope, join(folder, 'a.jsonl'), new Analysis(session)));
    const lines = readFileSync(join(folder, 'a.jsonl'), 'utf8').trim().split('\n');
    assert.ok(lines.every((line) => 'resourceSpans' in (JSON.parse(line) as object)));
  });

  it('leave nothing behind when they are cancelled', async () => {
    const abort = new AbortController();
    const pieces = (function* (): Generator<ExportPiece> {
      for (const piece of capturePieces(scope, join(folder, 'a.pcapng'))) {
        yield piece;
        if (piece !== undefined && readdirSync(folder).length > 0) abort.abort();
      }
    })();
    await assert.rejects(write(pieces, abort.signal), { name: 'AbortError' });
    assert.deepEqual(readdirSync(folder), []);
  });
});
