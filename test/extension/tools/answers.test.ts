import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { CaptureStore } from '../../../src/extension/editor/captureStore';
import { Scheduler } from '../../../src/extension/scheduler';
import { answerText, fitting, MAX_ANSWER } from '../../../src/extension/tools/answerText';
import { toolAnswers } from '../../../src/extension/tools/answers';
import { toolContributions, tools } from '../../../src/extension/tools/declarations';
import type { ToolName } from '../../../src/extension/tools/declarations';
import { ToolInput } from '../../../src/extension/tools/input';
import { openCaptureSync } from '../../../src/indexing';
import { findCapture } from '../../support/captures';

const scheduler = new Scheduler();

async function open(name: string): Promise<CaptureStore> {
  const path = findCapture(name);
  assert.ok(path, `${name} is not there`);
  const store = new CaptureStore(path, basename(path), 0, scheduler, (file) =>
    Promise.resolve(Object.assign(openCaptureSync(file), { done: Promise.resolve(), finished: true })),
  );
  await store.open();
  return store;
}

describe('language-model tools', () => {
  let stores: CaptureStore[];
  before(async () => void (stores = [await open('threeway-v4.pcap'), await open('file-names.pcap')]));
  after(() => stores.forEach((store) => store.dispose()));

  type Json = Record<string, unknown>;
  async function call(name: ToolName, input: unknown = {}): Promise<Json> {
    const text = await toolAnswers[name]({ stores, scheduler }, new ToolInput(input), new AbortController().signal);
    assert.ok(text.length <= MAX_ANSWER + 50);
    return JSON.parse(text) as Json;
  }

  it('list the open captures with their connections', async () => {
    const { captures } = (await call('ndmp_list_captures')) as { captures: Json[] };
    assert.equal(captures.length, 2);
    assert.equal((captures[0].counts as { messages: number }).messages, 444);
    assert.ok((captures[0].connections as Json[])[0].server);
  });

  it('list the jobs with messages that show what is said', async () => {
    const { jobs } = (await call('ndmp_list_jobs')) as {
      jobs: { topology: string; outcomeWhy: { messages: number[] } }[];
    };
    assert.ok(jobs.some(({ topology }) => topology === 'three-way'));
    assert.ok(jobs.some(({ outcomeWhy }) => outcomeWhy.messages.length > 0));
  });

  it('find messages by a filter, in pages', async () => {
    const ask = { filter: 'message contains "START_BACKUP"', limit: 1 };
    const first = (await call('ndmp_query_messages', ask)) as { messages: Json[]; goOnFrom: number };
    assert.equal(first.messages.length, 1);
    assert.equal(first.messages[0].message, 'NDMP_DATA_START_BACKUP');
    const next = (await call('ndmp_query_messages', { ...ask, from: first.goOnFrom })) as typeof first;
    assert.ok((next.messages[0].n as number) > (first.messages[0].n as number));
    const all = (await call('ndmp_query_messages', { limit: 200 })) as typeof first;
    assert.equal(all.messages.length + (all.messages[0].n as number), all.goOnFrom);
  });

  it('read one message with its meaning', async () => {
    const { messages } = (await call('ndmp_query_messages', { filter: 'message contains "START_BACKUP"' })) as {
      messages: { n: number; kind: string }[];
    };
    const request = messages.find(({ kind }) => kind === 'request')!;
    const read = (await call('ndmp_read_message', { n: request.n })) as Json & { message: { body: Json } };
    assert.ok(String(read.meaning).length > 20);
    assert.ok(read.belongsTo);
    assert.ok(read.message.body.bu_type);
  });

  it('list findings with what their rules mean', async () => {
    const { findings, rules } = (await call('ndmp_list_findings', { severity: 'note' })) as {
      findings: { rule: string; message?: number }[];
      rules: { id: string; specification: string }[];
    };
    assert.ok(findings.length > 0);
    assert.ok(findings.every(({ rule }) => rules.some(({ id }) => id === rule)));
    const [{ rule }] = findings;
    const some = (await call('ndmp_list_findings', { severity: 'note', rule })) as { findings: { rule: string }[] };
    assert.ok(some.findings.every((each) => each.rule === rule));
    await assert.rejects(call('ndmp_list_findings', { rule: 'no-such-rule' }), /There is no rule/);
    await assert.rejects(call('ndmp_list_findings', { severity: 'bad' }), /must be one of error, warning, note/);
  });

  it('explain a job as a page of text', async () => {
    const open = { stores, scheduler };
    const { signal } = new AbortController();
    const page = await toolAnswers.ndmp_explain_job(open, new ToolInput({}), signal);
    assert.match(page, /^Texts below were read from a packet capture/);
    assert.match(page, /three-way/i);
    await assert.rejects(toolAnswers.ndmp_explain_job(open, new ToolInput({ job: 999 }), signal), /has no job 999/);
  });

  it('refuse wrong input with a sentence that helps', async () => {
    await assert.rejects(call('ndmp_read_message', {}), /message's number/);
    await assert.rejects(call('ndmp_read_message', { n: 1e9 }), /whole number from 1 to 444/);
    await assert.rejects(call('ndmp_read_message', { n: '1' }), /whole number/);
    await assert.rejects(
      call('ndmp_query_messages', { filter: 'mesage == 1' }),
      /wrong at column 1.*Did you mean message/s,
    );
    await assert.rejects(call('ndmp_list_jobs', { capture: 'other.pcap' }), /Open are: threeway-v4\.pcap.*file-names/);
    await assert.rejects(call('ndmp_list_jobs', { capture: 7 }), /must be a text/);
  });

  it('take no message twice and give none whose name could be code', async () => {
    const { messages } = (await call('ndmp_query_messages', { capture: basename(stores[1].path), limit: 200 })) as {
      messages: { summary: string }[];
    };
    const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
    for (const { summary } of messages) assert.doesNotMatch(summary, unsafe);
  });

  it('leave out secrets, cut long texts and long lists, and stay below a bound', () => {
    const text = answerText({
      auth_password: 'hunter2',
      long: 'x'.repeat(100_000),
      deep: { list: Array.from({ length: 1000 }, (_, i) => i) },
      huge: Array.from({ length: 10_000 }, () => 'y'.repeat(300)),
    });
    assert.ok(!text.includes('hunter2'));
    assert.ok(text.includes('… and 960 more'));
    assert.ok(text.length <= MAX_ANSWER + 50);
    assert.ok(fitting(Array.from({ length: 10_000 }, () => 'y'.repeat(300))).length < 100);
  });

  it('are described in package.json with what they take', () => {
    const declared = toolContributions() as { name: string; modelDescription: string; inputSchema: Json }[];
    assert.deepEqual(
      declared.map(({ name }) => name),
      Object.keys(tools),
    );
    for (const { name, modelDescription, inputSchema } of declared) {
      assert.match(name, /^[\w-]+$/);
      assert.ok(modelDescription.length > 60);
      assert.equal(inputSchema.type, 'object');
    }
  });
});
