import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffJoined, type SessionDiff } from '../../analysis/diff';
import type { Analysis } from '../../analysis/analysis';
import { Analysis as AnalysisOf } from '../../analysis/analysis';
import { openCapture } from '../../indexing';
import { escapeText } from '../../protocol';
import type { CaptureSession } from '../../session/capture';
import { playDma, playServer, Recorded, ReplayFailure, type ReplayOptions, type ReplayReport } from '../../tap/replay';
import { TrafficRecorder } from '../../transport';
import { messageOf } from '../../transport/messageOf';
import { Failure, Interrupted, UsageError } from '../failure';
import { chosenJobs } from '../jobOption';
import type { Io } from '../terminal/io';
import { counted } from '../terminal/text';
import { withoutRenewed } from './expected';
import type { ReplayCommandOptions } from './options';

/** What a replay came to. */
export interface ReplayOutcome {
  report: ReplayReport;
  /** The live session against the recording; undefined when nothing was said at all. */
  diff: SessionDiff | undefined;
}

/** Plays connections of a capture, records what is said, and compares. */
export async function replay(
  io: Io,
  analysis: Analysis,
  session: CaptureSession,
  options: ReplayCommandOptions,
): Promise<ReplayOutcome> {
  const connections = chosenConnections(analysis, session, options);
  const folder = mkdtempSync(join(tmpdir(), 'ndmp-replay-'));
  const path = options.out ?? join(folder, 'live.pcapng');
  try {
    const recorder = recorderAt(path, io);
    let report: ReplayReport;
    try {
      report = await play(io, new Recorded(session, connections), recorder, options);
    } finally {
      recorder.close();
    }
    const diff = await compared(analysis, path, report);
    return { report, diff: diff && withoutRenewed(diff, options) };
  } catch (problem) {
    if (io.signal.aborted) throw new Interrupted();
    if (problem instanceof ReplayFailure) throw new Failure(problem.message);
    throw problem;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function play(
  io: Io,
  recorded: Recorded,
  recorder: TrafficRecorder,
  { as, target, listen, timing, patience, user, replace }: ReplayCommandOptions,
): Promise<ReplayReport> {
  const replayOptions: ReplayOptions = {
    timing,
    patience,
    user,
    replace,
    password: io.env.NDMP_PASSWORD,
    signal: io.signal,
    live: {
      connection: (client, server) =>
        recorder.connection({ address: client.host, port: client.port }, { address: server.host, port: server.port }),
    },
    tell: (text) => void io.stderr.write(`ndmp: ${escapeText(text)}\n`),
  };
  if (as === 'server') {
    if (listen === undefined)
      throw new UsageError('--as server needs --listen HOST:PORT, where the DMA is to connect.');
    return playServer(recorded, listen, replayOptions, (where) => {
      io.stderr.write(`listening on ${where} for ${counted(recorded.connections.length, 'connection')}\n`);
    });
  }
  const general = target.find(({ address }) => address === undefined);
  return playDma(
    recorded,
    (connection) => {
      const { server } = recorded.session.index.connections[connection];
      const found = target.find(({ address }) => address === server.address) ?? general;
      if (found) return found;
      throw new ReplayFailure(
        `Connection ${connection + 1} was made to ${server.address}: say where it is now, with --target ${server.address}=HOST:PORT.`,
      );
    },
    replayOptions,
  );
}

function recorderAt(path: string, io: Io): TrafficRecorder {
  try {
    return new TrafficRecorder(path, 'Replay of a capture', (problem) =>
      io.stderr.write(`ndmp: the replay is recorded no further: ${escapeText(messageOf(problem))}\n`),
    );
  } catch (problem) {
    throw new Failure(`${escapeText(path)} cannot be made: ${escapeText(messageOf(problem))}. --out names a new file.`);
  }
}

async function compared(analysis: Analysis, path: string, { played }: ReplayReport): Promise<SessionDiff | undefined> {
  const live = await openCapture(path);
  try {
    await live.done;
    const pairs = played.slice(0, live.index.connections.length).map((a, b) => ({ a, b }));
    if (pairs.length === 0) return undefined;
    return diffJoined(analysis, new AnalysisOf(live), { pairs });
  } finally {
    live.close();
  }
}

/** Connections from 0: those named, those of the job, or all. */
function chosenConnections(
  analysis: Analysis,
  { index }: CaptureSession,
  { connection: numbers, job }: ReplayCommandOptions,
): number[] {
  const all = index.connections.map(({ id }) => id);
  const missing = numbers.find((number) => number > all.length);
  if (missing !== undefined)
    throw new UsageError(`There is no connection ${missing}: the capture has ${counted(all.length, 'connection')}.`);
  const named = numbers.map((number) => number - 1);
  const ofJob = job === undefined ? [] : chosenJobs(analysis.jobs, job).flatMap(({ spans }) => spans);
  const chosen = new Set([...named, ...ofJob.map(({ connection }) => connection)]);
  return chosen.size === 0 ? all : [...chosen].sort((a, b) => a - b);
}
