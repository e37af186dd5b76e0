import type { AnalysisSource } from '../../analysis/analysis';
import { endpointText } from '../../analysis/messageView';
import { hexText } from '../../protocol';
import { digestOf } from '../digest';
import type { TableName } from './columns';

/** Characters of a capture's name that every engine takes in a folder's name. */
const safe = /[^A-Za-z0-9._-]/g;
/** A folder's name may have 255 bytes. */
const LONGEST = 120;
/** Connections that are looked at to tell captures apart. */
const MOST_ENDS = 100;

/** A few letters that are the same for the same capture and differ for others of the same name. */
export function captureId({ index, info }: AnalysisSource): string {
  const ends = index.connections.map(({ client, server }) => `${endpointText(client)} ${endpointText(server)}`);
  const facts = [
    info.bytes,
    info.packets,
    index.count,
    index.startSeconds,
    index.startNanos,
    ...ends.slice(0, MOST_ENDS),
  ];
  return hexText(digestOf('capture', new TextEncoder().encode(facts.join('\n')))).slice(0, 8);
}

/**
 * Where a capture's part of a table lies: `messages/date=2026-11-21/capture=filer.pcapng-5f3a09c1/part-0.parquet`, the form that
 * Hive made and that engines read as columns `date` and `capture`. The date is that of the capture's first message, UTC.
 * @param name of the capture; what a folder's name cannot hold becomes `_`
 */
export function partitionPath(table: TableName, source: AnalysisSource, name: string): string {
  const date = new Date(source.index.startSeconds * 1000).toISOString().slice(0, 10);
  const capture = name.replace(safe, '_').slice(-LONGEST);
  return `${table}/date=${date}/capture=${capture}-${captureId(source)}/part-0.parquet`;
}
