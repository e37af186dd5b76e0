import type { CaptureInfo } from '../session/messageIndex';
import { describeConnections, type ConnectionFacts } from './connections';
import { findFindings } from './findings';
import type { Finding } from './findings/model';
import { findJobs } from './jobs';
import type { Job } from './jobs/model';
import type { MessageSource } from './messageView';
import { examineStates, type StateExamination, type StateTrace } from './states';

/** What is analysed; a CaptureSession is one. */
export interface AnalysisSource extends MessageSource {
  readonly info: CaptureInfo;
}

/**
 * What the messages of one capture mean. Every part is made when it is first asked for and kept; make a new one when the
 * index has changed.
 */
export class Analysis {
  private readonly made = new Map<string, unknown>();

  constructor(readonly source: AnalysisSource) {}

  get connections(): ConnectionFacts[] {
    return this.once('connections', () => describeConnections(this.source));
  }

  get jobs(): Job[] {
    return this.once('jobs', () => findJobs(this.source, this.connections));
  }

  /** The states of data servers and movers, for those who draw them. */
  get states(): StateTrace {
    return this.examination.trace;
  }

  /** The same with what does not go with the state table. */
  get examination(): StateExamination {
    return this.once('states', () => examineStates(this.source));
  }

  /** What is noteworthy, in the order of the messages. */
  get findings(): Finding[] {
    return this.once('findings', () => findFindings(this));
  }

  /** Makes a part at the first call and returns the same one later. */
  once<T>(name: string, make: () => T): T {
    if (!this.made.has(name)) this.made.set(name, make());
    return this.made.get(name) as T;
  }
}
