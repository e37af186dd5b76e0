export { detectLog } from './detectLog';
export type { LogClock, LogFormat, LogState } from './model';
export { detectSource, openSession, startPass } from './openSource';
export type { GrowingSession, SourcePass, SourceState } from './openSource';
