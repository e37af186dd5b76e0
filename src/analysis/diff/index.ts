export { diffJoined, diffSessions } from './diffSessions';
export type * from './model';
