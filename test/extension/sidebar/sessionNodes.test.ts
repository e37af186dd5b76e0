import assert from 'node:assert/strict';
import { emptyState } from '../../../src/extension/editor/captureState';
import type { CaptureState, ConnectionState } from '../../../src/extension/messages';
import type { Job } from '../../../src/analysis/jobs/model';
import { captureNode, connectionNode, findingsNode, jobNode } from '../../../src/extension/sidebar/sessionNodes';
import { statusText } from '../../../src/extension/statusText';

const connection: ConnectionState = {
  id: 1,
  client: '192.0.2.1:50000',
  server: '192.0.2.2:10000',
  serverName: 'filer1',
  version: 4,
  versionSource: 'guess',
  role: 'data server',
  messages: 12345,
  errors: 1,
  from: 0,
  to: 1,
  started: 'missing',
  ended: 'rst',
  lostBytes: 0,
};

function state(change: Partial<CaptureState>): CaptureState {
  return { ...emptyState('a.pcap', 10, { phase: 'done', bytesRead: 10, rows: 0 }), format: 'pcap', ...change };
}

describe('side bar and status bar texts', () => {
  it('name a connection by its hosts and say what matters about it', () => {
    const node = connectionNode(connection);
    assert.equal(node.label, '2: DMA → filer1');
    assert.equal(node.description, 'data · 1 error · reset · v4 · 12\u202f345 messages');
    assert.match(node.tooltip, /192\.0\.2\.2:10000/);
    assert.match(node.tooltip, /a guess/);
    assert.match(node.tooltip, /beginning is not in the capture/);
    assert.ok(node.color);
  });

  it('show progress, the end and failure of a capture', () => {
    const busy = state({ progress: { phase: 'indexing', bytesRead: 1, rows: 3 } });
    assert.equal(captureNode(busy).description, '3 messages, indexing');
    assert.equal(captureNode(state({ progress: { phase: 'done', bytesRead: 1, rows: 1 } })).description, '1 message');
    const failed = state({ progress: { phase: 'failed', bytesRead: 0, rows: 0 }, error: 'It is a folder.' });
    assert.equal(captureNode(failed).description, 'cannot be read');
    assert.match(captureNode(failed).tooltip, /folder/);
  });

  it('sum a capture up in the status bar', () => {
    const counts = { messages: 444, requests: 0, replies: 0, posts: 0, fileHistory: 0, errors: 2, problems: 0 };
    assert.deepEqual(statusText(state({ counts })), {
      text: 'NDMP: 444 messages · 2 errors',
      label: 'NDMP capture: 444 messages, 2 errors',
    });
    const busy = statusText(state({ counts, progress: { phase: 'indexing', bytesRead: 1, rows: 500 } }));
    assert.match(busy.text, /^\$\(loading~spin\) NDMP: 500 messages/);
    assert.match(busy.label, /still reading/);
  });

  it('name a job by what it did, how it went and why', () => {
    const job = {
      id: 1,
      title: 'Three-way backup of /vol/vol1, level 0',
      topology: 'three-way',
      topologyWhy: { text: 'Two servers.', rows: [] },
      outcome: 'failed',
      outcomeWhy: { text: 'The mover halted.', rows: [3] },
    } as unknown as Job;
    const { label, description, tooltip, icon } = jobNode(job);
    assert.equal(label, 'Job 2: Three-way backup of /vol/vol1, level 0');
    assert.equal(description, 'failed');
    assert.equal(icon, 'error');
    assert.match(tooltip, /Result: failed\. The mover halted\.\nTwo servers\./);
    assert.equal(jobNode({ ...job, title: 'Backup', outcome: 'not seen' }).description, 'three-way · not seen');
  });

  it('count findings by severity, and say nothing where there are none', () => {
    assert.equal(findingsNode({ error: 0, warning: 0, note: 0 }), undefined);
    const both = findingsNode({ error: 1, warning: 2, note: 0 });
    assert.equal(both?.description, '1 error · 2 warnings');
    assert.equal(both?.icon, 'error');
    assert.equal(findingsNode({ error: 0, warning: 0, note: 3 })?.icon, 'info');
  });
});
