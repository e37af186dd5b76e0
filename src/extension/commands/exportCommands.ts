import * as vscode from 'vscode';
import { describeConnections } from '../../analysis/connections';
import type { Exported } from '../../export/exported';
import { OtlpSender } from '../../export/node/otlpSender';
import { otlpTarget } from '../../export/node/otlpTarget';
import { spanBatches } from '../../export/otlp/captureSpans';
import { counted, grouped } from '../counts';
import { ExportFiles } from '../editor/exportFiles';
import {
  capturePieces,
  gather,
  parquetPieces,
  redactedPieces,
  tracePieces,
  type ExportPiece,
  type ExportScope,
} from '../editor/exportFormats';
import type { CapturePanel } from '../editor/panel';
import { UserError } from '../editor/userError';
import type { Workbench } from '../workbench';
import type { CommandImplementations } from '.';
import { askText, pickOne } from './prompt';
import { activePanel, openModel } from './target';

type Names = 'exportCapture';

/** The command that writes a capture for other tools, or for other people. */
export function exportCommands(workbench: Workbench): Pick<CommandImplementations, Names> {
  return { exportCapture: () => exportCapture(workbench, activePanel(workbench)) };
}

type Format = 'redacted' | 'pcapng' | 'parquet' | 'otlp' | 'collector' | 'jsonl';

const formats: readonly (vscode.QuickPickItem & { format: Format })[] = [
  {
    format: 'redacted',
    label: '$(shield) Capture That Is Safe to Share',
    detail:
      'The same messages with pseudonyms for names, addresses, paths and texts; data, passwords and digests are gone.',
  },
  {
    format: 'pcapng',
    label: '$(file-binary) Capture of the Messages',
    detail: 'The NDMP messages alone, as pcapng, for Wireshark and for NDMP Workbench.',
  },
  {
    format: 'parquet',
    label: '$(database) Parquet Tables',
    detail: 'Messages, jobs, connections and file history, for DuckDB, Spark, Trino and ClickHouse.',
  },
  {
    format: 'otlp',
    label: '$(graph-line) OpenTelemetry Traces in a File',
    detail: "Jobs, requests and transfers as spans, in the form of the collector's own files.",
  },
  {
    format: 'collector',
    label: '$(cloud-upload) OpenTelemetry Traces to a Collector',
    detail: 'The same, sent over OTLP/HTTP. Headers come from OTEL_EXPORTER_OTLP_HEADERS.',
  },
  {
    format: 'jsonl',
    label: '$(json) JSON Lines',
    detail: 'The listed messages, one JSON object a line, as `ndmp decode --format jsonl` prints them.',
  },
];

async function exportCapture(workbench: Workbench, panel: CapturePanel): Promise<void> {
  const { document } = panel;
  if (!document.store.finished)
    throw new UserError(`${document.fileName} is still being read: export it when it is whole.`);
  const model = openModel(panel);
  if (model.index.count === 0) throw new UserError('There are no messages to export.');
  const picked = await pickOne(formats, { title: `Export ${document.fileName}`, matchOnDetail: true });
  if (picked === undefined) return;
  if (picked.format === 'jsonl') return workbench.run('exportRows');
  const test = await scopeOf(panel);
  if (test === undefined) return;
  const name = document.fileName.replace(/(\.(pcapng|pcap|cap|gz))+$/, '');
  const scope: ExportScope = { session: model.session, name, test };
  if (picked.format === 'collector') await sendTraces(workbench, panel, scope);
  else await writeFiles(workbench, panel, scope, picked.format);
}

/** All messages, or those that are listed where a filter is set. */
async function scopeOf(panel: CapturePanel): Promise<((row: number) => boolean) | undefined> {
  const { index } = openModel(panel);
  const { visible } = panel.view.list;
  if (visible === undefined || !visible.filtered || visible.length === index.count) return () => true;
  const picked = await pickOne(
    [
      { label: `The ${counted(visible.length, 'listed message')}`, isListed: true },
      { label: `All ${counted(index.count, 'message')}`, isListed: false },
    ],
    { title: 'Export Which Messages?' },
  );
  if (picked === undefined) return undefined;
  return picked.isListed ? (row) => visible.contains(row) : () => true;
}

async function writeFiles(
  workbench: Workbench,
  panel: CapturePanel,
  scope: ExportScope,
  format: Exclude<Format, 'jsonl' | 'collector'>,
): Promise<void> {
  const target = format === 'parquet' ? await askFolder() : await askFile(panel, format);
  if (target === undefined) return;
  const files = new ExportFiles();
  await withProgress(panel, scope, `Exporting to ${target.path.split('/').at(-1)}`, async (signal, watched) => {
    const pieces = await piecesOf(panel, watched, format, target.fsPath, signal);
    try {
      for (let isLast = false; !isLast;) {
        const some = await workbench.scheduler.run(
          gather(pieces, ({ bytes }) => bytes.length),
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
  });
  const open = await vscode.window.showInformationMessage(
    `Exported ${panel.document.fileName} to ${target.fsPath}${files.count > 1 ? `, ${files.count} files` : ''}.`,
    'Show in Folder',
  );
  if (open !== undefined) await vscode.commands.executeCommand('revealFileInOS', target);
}

async function sendTraces(workbench: Workbench, panel: CapturePanel, scope: ExportScope): Promise<void> {
  const { env } = process;
  const url = await askText({
    title: 'Send Traces to a Collector',
    prompt: 'Address of the OTLP/HTTP receiver',
    value: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4318',
    ignoreFocusOut: true,
  });
  if (url === undefined) return;
  let spans = 0;
  let rejected = 0;
  await withProgress(panel, scope, `Sending traces to ${url}`, async (signal, watched) => {
    const target = otlpTarget(env, { endpoint: url });
    if (target === undefined) return;
    const sender = new OtlpSender(target, signal);
    const batches = spanBatches(await exportedOf(panel, watched, signal), watched);
    for (let isLast = false; !isLast;) {
      const some = await workbench.scheduler.run(
        gather(batches, () => 1, 1),
        signal,
      );
      for (const batch of some.pieces) {
        await sender.send(batch);
        spans += batch.spans.length;
      }
      isLast = some.isLast;
    }
    ({ rejected } = sender);
  });
  const lost = rejected === 0 ? '' : `; ${grouped(rejected)} were not taken`;
  void vscode.window.showInformationMessage(`Sent ${counted(spans, 'span')} to ${url}${lost}.`);
}

async function piecesOf(
  panel: CapturePanel,
  scope: ExportScope,
  format: Exclude<Format, 'jsonl' | 'collector'>,
  path: string,
  signal: AbortSignal,
): Promise<Generator<ExportPiece>> {
  switch (format) {
    case 'redacted':
      return redactedPieces(scope, path);
    case 'pcapng':
      return capturePieces(scope, path);
    case 'parquet':
      return parquetPieces(scope, path, await exportedOf(panel, scope, signal));
    case 'otlp':
      return tracePieces(scope, path, await exportedOf(panel, scope, signal));
  }
}

async function exportedOf(panel: CapturePanel, { session }: ExportScope, signal: AbortSignal): Promise<Exported> {
  const { jobs } = await panel.document.store.analysis.ask('jobs', {}, signal);
  return { source: session, jobs, connections: describeConnections(session) };
}

/** Shows how far the export is, and ends it when the user cancels or the capture goes away. */
async function withProgress(
  panel: CapturePanel,
  scope: ExportScope,
  title: string,
  work: (signal: AbortSignal, watched: ExportScope) => Promise<void>,
): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    const listeners = [
      token.onCancellationRequested(stop),
      // the file of a capture that was closed or read anew can no longer be read
      panel.document.onDidDispose(stop),
      panel.document.onDidReload(stop),
    ];
    const { count } = scope.session.index;
    let told = 0;
    const test = (row: number): boolean => {
      if (row < told) told = row; // captures are gone through twice
      if (row - told > count / 100) {
        progress.report({ increment: ((row - told) / count) * 100, message: `${grouped(row)} of ${grouped(count)}` });
        told = row;
      }
      return scope.test(row);
    };
    try {
      await work(abort.signal, { ...scope, test });
    } finally {
      for (const listener of listeners) listener.dispose();
    }
  });
}

async function askFolder(): Promise<vscode.Uri | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: 'Folder for the Parquet Tables',
      openLabel: 'Export Here',
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  return folder;
}

const fileKinds = {
  redacted: { title: 'Export a Capture to Share', ending: '.redacted.pcapng', kind: 'Captures', extension: 'pcapng' },
  pcapng: { title: 'Export the Messages', ending: '.messages.pcapng', kind: 'Captures', extension: 'pcapng' },
  otlp: { title: 'Export Traces', ending: '.otlp.jsonl', kind: 'OTLP JSON Lines', extension: 'jsonl' },
} as const;

async function askFile(panel: CapturePanel, format: keyof typeof fileKinds): Promise<vscode.Uri | undefined> {
  const { title, ending, kind, extension } = fileKinds[format];
  const { uri } = panel.document;
  const defaultUri = uri.with({ path: uri.path.replace(/(\.(pcapng|pcap|cap|gz))+$/, '') + ending });
  const target = await vscode.window.showSaveDialog({ title, defaultUri, filters: { [kind]: [extension] } });
  if (target?.fsPath === uri.fsPath) throw new UserError('That is the capture itself: choose another name.');
  return target;
}
