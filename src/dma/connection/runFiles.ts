import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { addressText } from '../servers/addresses';
import { TrafficRecorder } from '../../transport';
import { removeOldRuns } from './oldRuns';
import { ConnectionLog, RunLog } from './runLog';
import type { ConnectionTrace, TraceSink } from './trace';

const NAME_LENGTH = 80;

/**
 * The recording (pcapng) and the plain log of a run, in a folder of runs. They are made when the first connection is, so
 * that what connects to nobody leaves nothing; the oldest runs make room then. Trouble with them is told and ends no run.
 */
export class RunFiles implements TraceSink {
  readonly recording: string;
  readonly log: string;
  private open: { recorder: TrafficRecorder; log: RunLog } | undefined;
  private isOver = false;
  private connections = 0;

  /**
   * @param name of the run, for the files
   * @param failed told when they cannot be written
   */
  constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly failed: (problem: string) => void,
    now = new Date(),
  ) {
    const base = freeName(folder, `${stamp(now)}-${name.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, NAME_LENGTH)}`);
    this.recording = join(folder, `${base}.pcapng`);
    this.log = join(folder, `${base}.log`);
  }

  connection({ server, role, local, remote }: Parameters<TraceSink['connection']>[0]): ConnectionTrace {
    const files = this.files();
    const number = ++this.connections;
    const recorded = files?.recorder.connection(local, remote);
    const log = files && new ConnectionLog(files.log, `${server} #${number}${role === '' ? '' : ` ${role}`}`);
    const at = { host: remote.address, port: remote.port };
    log?.note(`connected to ${addressText(at)} from ${addressText({ host: local.address, port: local.port })}`);
    return {
      message: ({ sent, payload, at }) => recorded?.message(!sent, payload, at),
      told: (told) => log?.told(told),
      note: (text) => log?.note(text),
      closed: (when, inOrder) => {
        recorded?.closed(when, inOrder);
        log?.closed(inOrder);
      },
    };
  }

  note(text: string): void {
    this.files()?.log.line(text);
  }

  close(): void {
    this.isOver = true;
    this.open?.recorder.close();
    this.open?.log.close();
    this.open = undefined;
  }

  private files(): { recorder: TrafficRecorder; log: RunLog } | undefined {
    if (this.open || this.isOver) return this.open;
    const told = (error: Error): void => this.failed(`The run is not recorded any further: ${error.message}`);
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      removeOldRuns(this.folder);
      const log = new RunLog(this.log, told);
      this.open = { log, recorder: new TrafficRecorder(this.recording, `NDMP Workbench run: ${this.name}`, told) };
    } catch (error) {
      this.isOver = true;
      told(error as Error);
    }
    return this.open;
  }
}

/** 20261121T163012.345Z: sorts by time, also when short runs follow each other within a second. */
function stamp(now: Date): string {
  return now.toISOString().replace(/[-:]/g, '');
}

function freeName(folder: string, wanted: string): string {
  let name = wanted;
  for (let n = 2; ['.pcapng', '.log'].some((end) => existsSync(join(folder, name + end))); n++) name = `${wanted}-${n}`;
  return name;
}
