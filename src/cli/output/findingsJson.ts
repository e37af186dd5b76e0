import { ruleGroups, type Finding } from '../../analysis/findings';
import type { Job } from '../../analysis/jobs/model';
import { messageName, type JsonObject } from '../../protocol';
import type { MessageIndex } from '../../session/messageIndex';
import { timeText } from '../../session/messageTimes';

/** One finding for machines; messages, connections and jobs are numbered from 1 as everywhere. */
export function findingJson(finding: Finding, index: MessageIndex, jobs: readonly Job[]): JsonObject {
  const { rule, severity, row, connection, job, text, related } = finding;
  return {
    rule,
    severity,
    n: row < 0 ? null : row + 1,
    message: row < 0 ? null : messageName(index.code(row), index.version(row)),
    frame: row < 0 ? null : index.frame(row),
    time: row < 0 ? null : timeText(index, row),
    connection: connection < 0 ? null : connection + 1,
    job: job < 0 ? null : job + 1,
    jobTitle: jobs[job]?.title ?? null,
    text,
    related: related.map((other) => other + 1),
  };
}

/** Every rule for machines. */
export function rulesJson(): JsonObject[] {
  return ruleGroups.flatMap(({ title, rules }) =>
    rules.map(({ id, name, severity, doc, specification }) => ({
      id,
      group: title,
      name,
      severity,
      doc,
      specification,
    })),
  );
}
