import type { LogDialect, LogFormat } from './model';
import { NdmjobDialect } from './ndmjobDialect';
import { OntapDialect } from './ontapDialect';

/** A reader of one log; it remembers what the lines before said (years, days, prefixes). */
export function dialectOf(format: LogFormat): LogDialect {
  return format === 'ontap-log' ? new OntapDialect() : new NdmjobDialect();
}
