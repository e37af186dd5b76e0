import type { DumpLevel } from '../levels/dumpLevel';
import type { AttributeSource } from './attributes';
import type { EntryWriter } from './entryWriter';
import type { HardLinks } from './hardLinks';
import type { HistoryWriter } from './history';
import type { NodeNumbers } from './nodeNumbers';
import type { StreamOutput } from './output';
import type { Problems } from './problems';
import type { ReadAhead } from './readAhead';

/** What all parts of one backup share. */
export interface BackupContext {
  output: StreamOutput;
  entries: EntryWriter;
  history: HistoryWriter;
  nodes: NodeNumbers;
  links: HardLinks;
  problems: Problems;
  attributes: AttributeSource;
  readAhead: ReadAhead;
  /** Only in type dump. */
  level: DumpLevel | undefined;
  counts: { files: number; directories: number; unchanged: number };
}
