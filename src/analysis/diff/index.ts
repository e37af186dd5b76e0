export { diffSessions } from './diffSessions';
export type * from './model';
