import type { Cause, JobReport, WrongTurn } from '../../analysis/explain';
import type { Evidence } from '../../analysis/jobs/model';
import type { JsonObject, JsonValue } from '../../protocol';
import { breakdownJson } from './statsJson';

/** Message numbers are from 1, as everywhere outside. */
const numbers = (rows: readonly number[]): JsonValue => rows.map((row) => row + 1);
const numberOf = (row: number): JsonValue => (row < 0 ? null : row + 1);

/** A report for machines; jobs, messages and connections are numbered from 1. */
export function reportJson(report: JobReport): JsonObject {
  const { job, firstWrongTurn, time } = report;
  return {
    job: job.id + 1,
    title: job.title,
    operation: job.operation,
    topology: job.topology,
    outcome: job.outcome,
    verdict: evidenceJson(report.verdict),
    firstWrongTurn: firstWrongTurn === undefined ? null : turnJson(firstWrongTurn),
    others: report.others.map(turnJson),
    othersDropped: report.othersDropped,
    asked: report.asked.map(({ label, text, rows }) => ({ label, text, messages: numbers(rows) })),
    sides: report.sides.map(({ facts, ...side }) => ({ ...side, facts: facts.map(evidenceJson) })),
    states: report.states.map(({ machine, connection, states, dropped }) => ({
      machine,
      connection: connection + 1,
      states: states.map(({ row, ...state }) => ({ ...state, message: numberOf(row) })),
      dropped,
    })),
    logs: report.logs.map(({ rows, times, kind, text, causes }) => ({
      kind,
      text,
      times,
      messages: numbers(rows),
      causes: causes.map(causeJson),
    })),
    logsDropped: report.logsDropped,
    time: time === undefined ? null : breakdownJson(time),
    steps: report.steps.map(({ row, replyRow, ...step }) => ({
      ...step,
      n: numberOf(row),
      reply: numberOf(replyRow),
    })),
    stepsDropped: report.stepsDropped,
    missing: report.missing.map(evidenceJson),
  };
}

function evidenceJson({ text, rows }: Evidence): JsonObject {
  return { text, messages: numbers(rows) };
}

function turnJson({ row, rows, kind, weight, text, states, times, causes }: WrongTurn): JsonObject {
  return {
    message: row + 1,
    messages: numbers(rows),
    kind,
    weight,
    text,
    states,
    times,
    causes: causes.map(causeJson),
  };
}

function causeJson({ rows, ...cause }: Cause): JsonObject {
  return { ...cause, messages: numbers(rows) };
}
