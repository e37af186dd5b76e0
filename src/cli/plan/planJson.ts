import type { Job } from '../../dma/job/model';
import type { BackupPlan, Decision, PlannedConnection, SourcePlan } from '../../dma/plan/model';
import { jsonText, type JsonObject } from '../../protocol';
import { withoutSecretValues } from '../../protocol/secretVariables';

/** A plan as JSON: texts as they are, times as in ISO 8601, what is not there as null. */
export function planJson(plan: BackupPlan): JsonObject {
  const { job, sources, decisions, steps, connections, warnings, refusals } = plan;
  return {
    job: jobJson(job),
    canRun: refusals.length === 0,
    refusals: [...refusals],
    warnings: [...warnings],
    decisions: decisions.map(decisionJson),
    sources: sources.map(sourceJson),
    connections: connections.map(connectionJson),
    steps: steps.map(({ id, source, what, why }) => ({ id, source: source ?? null, what, why })),
  };
}

function jobJson({ name, server, type, target, topology }: Job): JsonObject {
  return { name, server, type, tapeServer: target.server ?? server, pool: target.pool, topology };
}

function sourceJson(plan: SourcePlan): JsonObject {
  const { relay, base, expires } = plan;
  return {
    path: jsonText(plan.source.path),
    topology: plan.path,
    through: plan.through ?? null,
    listener: plan.listener,
    addressType: plan.addressType,
    relay: relay === undefined ? null : { ...relay },
    type: plan.type,
    level: plan.level,
    base: base === undefined ? null : base.id,
    chain: [...plan.chain],
    environment: withoutSecretValues(plan.environment).map(({ name, value }) => ({
      name: jsonText(name),
      value: jsonText(value),
    })),
    prepare: plan.prepare,
    drives: plan.drives.map(({ device }) => jsonText(device)),
    tapes: plan.tapes.map(({ barcode }) => jsonText(barcode)),
    recordSize: plan.recordSize,
    history: plan.history,
    expires: expires === undefined ? null : new Date(expires).toISOString(),
    decisions: plan.decisions.map(decisionJson),
  };
}

function decisionJson({ about, choice, why }: Decision): JsonObject {
  return { about, choice, why };
}

function connectionJson({ purpose, from, to, fromAddresses, addresses, port, why }: PlannedConnection): JsonObject {
  return { purpose, from, to, fromAddresses: [...fromAddresses], addresses: [...addresses], port: port ?? null, why };
}
