import assert from 'node:assert/strict';
import { Analysis } from '../../../src/analysis/analysis';
import type { TcpFlow } from '../../../src/session/messageIndex';
import { Play } from '../../support/play';

/** A control connection with one request, and what its TCP flow is made to say. */
function found(change: (flow: TcpFlow) => Partial<TcpFlow>): string[] {
  const play = new Play();
  play.connect('10.0.0.1', '10.0.0.2').ask('NDMP_MOVER_SET_RECORD_SIZE', { len: 1024 });
  const session = play.session();
  const flows = session.info.flows.map((flow) => ({ ...flow, ...change(flow) }));
  const source = {
    index: session.index,
    info: { ...session.info, flows },
    record: session.record.bind(session),
    context: session.context.bind(session),
  };
  return new Analysis(source).findings.map(
    ({ rule, severity, row, text }) => `${rule} ${severity} ${row + 1}: ${text}`,
  );
}

describe('findings: TCP', () => {
  it('a healthy connection is quiet', () => {
    assert.deepEqual(
      found(() => ({})),
      [],
    );
  });

  it('a window that stays closed, and one for a moment only', () => {
    const closed =
      (seconds: number) =>
      ({ from, firstFrame }: TcpFlow): Partial<TcpFlow> => ({
        zeroWindows: [{ side: 'client', from, to: from + seconds, frame: firstFrame + 3 }],
      });
    assert.deepEqual(found(closed(0.2)), []);
    const [finding, ...others] = found(closed(7));
    assert.deepEqual(others, []);
    assert.match(finding, /^zero-window warning \d: 10\.0\.0\.1:\d+ took no bytes for 7 s on the control connection/);
  });

  it('bytes sent again, when they are many', () => {
    assert.deepEqual(
      found(() => ({ bytes: [100_000, 100], repeated: [500, 0] })),
      [],
    );
    const [finding] = found(() => ({ bytes: [100_000, 100], repeated: [25_000, 0] }));
    assert.match(
      finding,
      /^retransmissions warning \d: 10\.0\.0\.1:\d+ sent 25000 bytes again .*, 25 % of what it sent\.$/,
    );
  });

  it('a reset of a connection on which nothing was going on is a note', () => {
    const [finding] = found(() => ({ ended: 'rst' }));
    assert.match(finding, /^connection-reset note \d: /);
  });
});
