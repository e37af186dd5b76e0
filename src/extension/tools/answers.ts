import { basename } from 'node:path';
import { errorDoc, findMessage } from '../../protocol';
import type { CaptureModel } from '../editor/captureModel';
import { connectionState } from '../editor/captureState';
import type { CaptureStore } from '../editor/captureStore';
import type { TextFilter } from '../editor/filtering';
import { filterLanguage } from '../editor/filterLanguage';
import { messageJson } from '../editor/messageJson';
import { resultCode, resultOf } from '../editor/result';
import { buildRow } from '../editor/rows';
import { UserError } from '../editor/userError';
import type { Scheduler, Work } from '../scheduler';
import { counts, SEVERITIES } from '../editor/marks';
import type { Severity } from '../messages';
import { answerText, fitting, MAX_ANSWER, pageText } from './answerText';
import type { ToolName } from './declarations';
import type { ToolInput } from './input';

/** The open captures, the one in front first. */
export interface OpenCaptures {
  readonly stores: readonly CaptureStore[];
  readonly scheduler: Scheduler;
}

type Answer = (open: OpenCaptures, input: ToolInput, signal: AbortSignal) => Promise<string>;

const MAX_MESSAGES = 200;
const MAX_CONNECTIONS = 50;
/** Milliseconds that a search may take. */
const PATIENCE = 5000;

/** What each tool answers; all of it is JSON. */
export const toolAnswers: Record<ToolName, Answer> = {
  ndmp_list_captures: (open) => {
    const captures = open.stores.map(({ path, state }) => ({
      file: basename(path),
      path,
      format: state.format,
      phase: state.progress.phase,
      error: state.error,
      counts: state.counts,
      durationSeconds: state.duration,
      connections: state.connections
        .slice(0, MAX_CONNECTIONS)
        .map(({ id, client, server, version, role, messages, errors }) => ({
          connection: id + 1,
          client,
          server,
          version,
          role,
          messages,
          errors,
        })),
      connectionsTotal: state.connections.length,
      damage: state.damage.slice(0, 3).map(({ text }) => text),
    }));
    const shown = fitting(captures);
    return Promise.resolve(answerText({ captures: shown, leftOut: captures.length - shown.length }));
  },

  ndmp_list_jobs: async (open, input, signal) => {
    const store = storeOf(open, input);
    const { jobs } = await store.analysis.ask('jobs', {}, signal);
    const listed = jobs.map((job) => ({
      job: job.id + 1,
      title: job.title,
      operation: job.operation,
      topology: job.topology,
      topologyWhy: evidence(job.topologyWhy),
      outcome: job.outcome,
      outcomeWhy: evidence(job.outcomeWhy),
      parties: job.parties.map(({ dma, name, address, roles }) => ({ dma, name, address, roles })),
      dataConnection: job.link && { address: job.link.address, bytes: job.link.bytes, bytesFrom: job.link.bytesFrom },
      firstMessage: job.firstRow + 1,
      lastMessage: job.lastRow + 1,
    }));
    const shown = fitting(listed);
    return answerText({ capture: basename(store.path), jobs: shown, leftOut: listed.length - shown.length });
  },

  ndmp_query_messages: async (open, input, signal) => {
    const store = storeOf(open, input);
    const model = modelOf(store);
    const text = input.text('filter') ?? '';
    const compiled = filterLanguage(() => []).compile(text);
    if ('error' in compiled)
      throw new UserError(`The filter is wrong at column ${compiled.error.column + 1}: ${compiled.error.message}`);
    const limit = input.integer('limit', 1, MAX_MESSAGES) ?? 50;
    const from = input.integer('from', 1, Number.MAX_SAFE_INTEGER) ?? 1;
    const found = await open.scheduler.run(search(model, from - 1, limit, compiled.bind?.(model)), signal);
    const lines = found.rows.map((row) => messageLine(store, model, row));
    const shown = fitting(lines);
    const next = shown.length < lines.length ? found.rows[shown.length] + 1 : found.next + 1;
    return answerText({
      capture: basename(store.path),
      messages: shown,
      messagesInCapture: model.index.count,
      ...(next <= model.index.count ? { goOnFrom: next } : {}),
    });
  },

  ndmp_read_message: (open, input) => {
    const store = storeOf(open, input);
    const model = modelOf(store);
    const { index } = model;
    const n = input.integer('n', 1, index.count);
    if (n === undefined) throw new UserError("Give the message's number as 'n'.");
    const row = n - 1;
    const code = resultCode(index, row);
    const pair = index.pair(row);
    return Promise.resolve(
      answerText({
        capture: basename(store.path),
        meaning: findMessage(index.code(row), index.version(row))?.doc ?? 'Not publicly documented.',
        ...(code === undefined ? {} : { result: resultOf(index, row)?.text, resultMeaning: errorDoc(code) }),
        ...(pair < 0 ? {} : { belongsTo: pair + 1 }),
        message: messageJson(model, row),
      }),
    );
  },

  ndmp_list_findings: async (open, input, signal) => {
    const store = storeOf(open, input);
    const minimum = minimumOf(input);
    const rule = input.text('rule');
    const job = input.integer('job', 1, Number.MAX_SAFE_INTEGER);
    const { findings, rules } = await store.analysis.ask('findings', {}, signal);
    if (rule !== undefined && !rules.some(({ id }) => id === rule))
      throw new UserError(`There is no rule '${rule}'. Rules are: ${rules.map(({ id }) => id).join(', ')}.`);
    const wanted = findings.filter(
      (each) =>
        counts(each.severity, minimum) &&
        (rule === undefined || each.rule === rule) &&
        (job === undefined || each.job === job - 1),
    );
    const shown = fitting(
      wanted.map(({ rule: id, severity, text, row, connection, job: of, related }) => ({
        rule: id,
        severity,
        text,
        ...(row < 0 ? {} : { message: row + 1 }),
        ...(connection < 0 ? {} : { connection: connection + 1 }),
        ...(of < 0 ? {} : { job: of + 1 }),
        ...(related.length > 0 ? { relatedMessages: related.map((each) => each + 1) } : {}),
      })),
      MAX_ANSWER * 0.6,
    );
    const used = new Set(shown.map(({ rule: id }) => id));
    const meanings = rules.filter(({ id }) => used.has(id));
    return answerText({
      capture: basename(store.path),
      findings: shown,
      leftOut: wanted.length - shown.length,
      rules: fitting(
        meanings.map(({ id, name, doc, specification }) => ({ id, name, doc, specification })),
        MAX_ANSWER * 0.3,
      ),
    });
  },

  ndmp_explain_job: async (open, input, signal) => {
    const store = storeOf(open, input);
    const job = input.integer('job', 1, Number.MAX_SAFE_INTEGER) ?? 1;
    const file = basename(store.path);
    const { markdown } = await store.analysis.ask('explainMarkdown', { job: job - 1, file }, signal);
    if (markdown === '') throw new UserError(`${file} has no job ${job}: see ndmp_list_jobs.`);
    return pageText(markdown);
  },
};

/** The mildest severity that a tool is asked for. */
function minimumOf(input: ToolInput): Severity {
  const wanted = input.text('severity') ?? 'warning';
  const known = SEVERITIES.find((severity) => severity === wanted);
  if (!known) throw new UserError(`'severity' must be one of ${SEVERITIES.join(', ')}.`);
  return known;
}

function evidence({ text, rows }: { text: string; rows: number[] }) {
  return { text, messages: rows.map((row) => row + 1) };
}

/** The capture that is meant: by its path or name, else the one in front. */
export function storeOf({ stores }: OpenCaptures, input: ToolInput): CaptureStore {
  const wanted = input.text('capture');
  if (stores.length === 0) throw new UserError('No capture is open in the editor.');
  if (wanted === undefined) return stores[0];
  const found = stores.find(({ path }) => path === wanted) ?? stores.find(({ path }) => basename(path) === wanted);
  if (found) return found;
  throw new UserError(`No such capture is open. Open are: ${stores.map(({ path }) => basename(path)).join(', ')}.`);
}

function modelOf({ model, error }: CaptureStore): CaptureModel {
  if (!model) throw new UserError(error ?? 'The capture is still being opened.');
  return model;
}

/** Rows from `from` on that match, until there are enough or it has taken long. */
function* search(
  model: CaptureModel,
  from: number,
  limit: number,
  filter: TextFilter | undefined,
): Work<{ rows: number[]; next: number }> {
  const rows: number[] = [];
  const end = performance.now() + PATIENCE;
  let row = from;
  for (; row < model.index.count && rows.length < limit && performance.now() < end; row++) {
    if (!filter || filter.matches(row)) rows.push(row);
    yield;
  }
  return { rows, next: row };
}

function messageLine(store: CaptureStore, model: CaptureModel, row: number) {
  const source = { model, summaries: store.summaries!, exchanges: false, finished: store.finished };
  const { n, seconds, connection, direction, message, kind, result, latency, pair, problem, summary } = buildRow(
    source,
    row,
    undefined,
  );
  const told = connectionState(model, model.index.connections[connection]);
  return {
    n,
    seconds: Number(seconds.toFixed(6)),
    connection: connection + 1,
    role: told.role,
    direction,
    message,
    kind,
    result: result?.text,
    latency,
    pair,
    problem,
    summary,
  };
}
