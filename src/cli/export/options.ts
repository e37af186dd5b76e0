import type { RowTest } from '../../analysis/filter';
import type { CaptureSession } from '../../session/capture';
import type { ReadingOptions } from '../analysed';

export const formats = ['jsonl', 'parquet', 'otlp', 'pcapng'] as const;
export type ExportFormat = (typeof formats)[number];

/** What `ndmp export` was told. */
export interface ExportOptions extends ReadingOptions {
  to: ExportFormat;
  filter?: string;
  output?: string;
  redact?: boolean;
  report?: string;
  privateMap?: string;
  table?: string[];
  historyBodies?: boolean;
  endpoint?: string;
  protocol?: 'http/json' | 'http/protobuf';
  timeout?: number;
}

/** Where the messages of captures go, one capture after the other. */
export interface Exporter {
  /** Writes one capture. @param name what it is called in the output */
  capture(session: CaptureSession, name: string, test: RowTest): Promise<void>;
  /** All captures are written. @returns a line for people, if there is something to say */
  finish(): Promise<string | undefined>;
  /** Something went wrong, or the user has had enough. */
  abandon(): void;
}
